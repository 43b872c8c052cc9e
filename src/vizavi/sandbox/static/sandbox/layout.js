// Days, times and the places of events in the grid: pure functions, no page and no network.
"use strict";

const layout = (() => {
  const DAY = 86400000;

  const utc = (date) => Date.parse(`${date}T00:00:00Z`);
  const plusDays = (date, days) => new Date(utc(date) + days * DAY).toISOString().slice(0, 10);
  const monday = (date) => plusDays(date, -((new Date(utc(date)).getUTCDay() + 6) % 7));
  const today = (zone) => new Intl.DateTimeFormat("sv-SE", { timeZone: zone }).format(new Date());
  const minutes = (time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
  const clock = (total) => `${String(Math.floor(total / 60)).padStart(2, "0")}:${String(total % 60).padStart(2, "0")}`;

  // local date and minute of an event's end points; the answer is already in the person's zone
  const span = (event) => {
    if (event.start.date) return { allDay: true, from: event.start.date, to: event.end.date };
    const [start, end] = [event.start.dateTime, event.end.dateTime];
    return {
      allDay: false, from: start.slice(0, 10), to: end.slice(0, 10),
      begin: minutes(start.slice(11, 16)), finish: minutes(end.slice(11, 16)),
    };
  };

  // the visible part of an event on one day, or null
  const slice = (event, date) => {
    const its = span(event);
    if (its.allDay || date < its.from || date > its.to) return null;
    const begin = its.from === date ? its.begin : 0;
    const finish = its.to === date ? its.finish : 1440;
    return finish > begin || its.from === its.to ? { event, begin, finish: Math.max(finish, begin + 15) } : null;
  };

  // side by side where they overlap: every piece learns its lane and how many lanes its group has
  const lanes = (pieces) => {
    const sorted = [...pieces].sort((a, b) => a.begin - b.begin || b.finish - a.finish);
    let group = [];
    let groupEnd = -1;
    const close = () => {
      const count = Math.max(0, ...group.map((piece) => piece.lane + 1));
      for (const piece of group) piece.lanes = count;
    };
    for (const piece of sorted) {
      if (piece.begin >= groupEnd) {
        close();
        group = [];
        groupEnd = -1;
      }
      const taken = new Set(group.filter((other) => other.finish > piece.begin).map((other) => other.lane));
      piece.lane = 0;
      while (taken.has(piece.lane)) piece.lane += 1;
      group.push(piece);
      groupEnd = Math.max(groupEnd, piece.finish);
    }
    close();
    return sorted;
  };

  // a start and an end as the API wants them; end dates of whole days are exclusive there
  const times = ({ allDay, from, to, begin, finish }, zone) => {
    const none = { date: null, dateTime: null, timeZone: null };
    if (allDay) return { start: { ...none, date: from }, end: { ...none, date: plusDays(to, 1) } };
    const point = (date, time) => ({ ...none, dateTime: `${date}T${time}:00`, timeZone: zone });
    return { start: point(from, begin), end: point(to, finish) };
  };

  return { plusDays, monday, today, minutes, clock, span, slice, lanes, times };
})();
