// One person's week: read, draw, create, move, edit, answer, delete.
"use strict";

const byId = (id) => document.getElementById(id);
const week = byId("week");
const form = byId("form");
const editor = byId("editor");
const zone = week.dataset.zone;
const base = `/u/${encodeURIComponent(week.dataset.email)}/calendar/v3/`;
const HOUR = 48;
const STEP = 15;
const language = document.documentElement.lang;
const WORDS = {
  ru: {
    days: ["пн", "вт", "ср", "чт", "пт", "сб", "вс"],
    accepted: "придёт", tentative: "возможно", declined: "не придёт", needsAction: "нет ответа",
    failed: "Ошибка", allDay: "весь день", busy: "Занят", untitled: "(без названия)", event: "Мероприятие",
    newEvent: "Новое мероприятие", people: "Участники", organizer: "организатор",
  },
  en: {
    days: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    accepted: "going", tentative: "maybe", declined: "not going", needsAction: "no answer",
    failed: "Error", allDay: "all day", busy: "Busy", untitled: "(no title)", event: "Event",
    newEvent: "New event", people: "Guests", organizer: "organizer",
  },
}[language];
const WRITERS = ["writer", "owner"];

const state = {
  first: layout.monday(new URLSearchParams(location.search).get("date") || layout.today(zone)),
  calendars: [], hidden: new Set(), events: [], edited: null, drag: null, drawn: "",
};

// network ------------------------------------------------------------------------------------------------

async function api(method, path, body) {
  const answer = await fetch(base + path, {
    method, headers: { "X-Sandbox-Page": "1", "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) {
    let message = `${WORDS.failed} ${answer.status}`;
    try { message = JSON.parse(text).error.message; } catch { /* not every failure speaks JSON */ }
    throw new Error(message);
  }
  return text ? JSON.parse(text) : {};
}

const eventsPath = (calendar) => `calendars/${encodeURIComponent(calendar)}/events`;

async function load() {
  const list = await api("GET", "users/me/calendarList");
  state.calendars = list.items;
  const query = new URLSearchParams({
    singleEvents: "true", orderBy: "startTime", maxResults: "2500", timeZone: zone,
    timeMin: `${layout.plusDays(state.first, -1)}T00:00:00Z`, timeMax: `${layout.plusDays(state.first, 8)}T00:00:00Z`,
  });
  const pages = await Promise.all(list.items.map((one) => api("GET", `${eventsPath(one.id)}?${query}`)));
  state.events = pages.flatMap((page, number) => page.items.map((event) => ({ ...event, calendar: list.items[number] })));
}

async function refresh() {
  if (state.drag) return;
  try {
    await load();
    byId("create").disabled = false; // before, no calendar is known to create anything in
    draw();
  } catch (error) {
    say(error.message);
  }
}

function say(text) {
  byId("notice").textContent = text;
  if (text) setTimeout(() => { byId("notice").textContent = ""; }, 6000);
}

// drawing ------------------------------------------------------------------------------------------------

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function draw() {
  const picture = JSON.stringify([state.first, [...state.hidden], state.calendars, state.events]);
  if (picture === state.drawn) return;
  state.drawn = picture;
  const days = Array.from({ length: 7 }, (_, number) => layout.plusDays(state.first, number));
  const shown = state.events.filter((event) => !state.hidden.has(event.calendar.id));
  drawTitle(days);
  drawCalendars();
  drawHeads(days);
  byId("allday").replaceChildren(element("div", "gutter", WORDS.allDay), ...days.map((day) => wholeDays(day, shown)));
  byId("grid").replaceChildren(hours(), ...days.map((day) => column(day, shown)));
}

function drawTitle(days) {
  const month = (day) => new Intl.DateTimeFormat(language, { month: "long", timeZone: "UTC" }).format(new Date(`${day}T00:00Z`));
  const names = [...new Set([month(days[0]), month(days[6])])].join(" – ");
  byId("title").textContent = `${names[0].toUpperCase()}${names.slice(1)} ${days[6].slice(0, 4)}`;
}

function drawCalendars() {
  byId("calendars").replaceChildren(...state.calendars.map((one) => {
    const label = element("label", "tick");
    const box = element("input");
    box.type = "checkbox";
    box.checked = !state.hidden.has(one.id);
    box.style.accentColor = one.backgroundColor;
    box.addEventListener("change", () => {
      if (box.checked) state.hidden.delete(one.id); else state.hidden.add(one.id);
      draw();
    });
    label.append(box, ` ${one.summaryOverride || one.summary}`);
    const item = element("li");
    item.append(label);
    return item;
  }));
}

function drawHeads(days) {
  const now = layout.today(zone);
  byId("heads").replaceChildren(element("div", "gutter"), ...days.map((day, number) => {
    const head = element("div", day === now ? "head now" : "head");
    head.append(element("small", "", WORDS.days[number]), element("b", "", String(Number(day.slice(8)))));
    return head;
  }));
}

function hours() {
  const gutter = element("div", "gutter");
  for (let hour = 1; hour < 24; hour += 1) {
    const mark = element("span", "hour", layout.clock(hour * 60));
    mark.style.top = `${hour * HOUR}px`;
    gutter.append(mark);
  }
  return gutter;
}

function wholeDays(day, events) {
  const cell = element("div", "cell");
  cell.dataset.date = day;
  for (const event of events) {
    const its = layout.span(event);
    if (its.allDay && its.from <= day && day < its.to) cell.append(block(event));
  }
  return cell;
}

function column(day, events) {
  const made = element("div", "column");
  made.dataset.date = day;
  for (const piece of layout.lanes(events.map((event) => layout.slice(event, day)).filter(Boolean))) {
    const box = block(piece.event, piece);
    box.style.top = `${piece.begin / 60 * HOUR}px`;
    box.style.height = `${Math.max((piece.finish - piece.begin) / 60 * HOUR - 2, 16)}px`;
    box.style.left = `${piece.lane / piece.lanes * 100}%`;
    box.style.width = `calc(${100 / piece.lanes}% - 3px)`;
    box.addEventListener("pointerdown", (down) => beginMove(down, piece.event, box));
    made.append(box);
  }
  made.addEventListener("pointerdown", beginDraw);
  return made;
}

function block(event, piece) {
  const made = element("button", "event");
  const name = event.summary || (event.calendar.accessRole === "freeBusyReader" || event.visibility ? WORDS.busy : WORDS.untitled);
  made.type = "button";
  Object.assign(made.dataset, { eventId: event.id, summary: event.summary || "", calendar: event.calendar.id });
  made.style.setProperty("--colour", event.calendar.backgroundColor);
  const mine = (event.attendees || []).find((person) => person.self);
  if (mine) made.dataset.answer = mine.responseStatus;
  made.append(element("b", "", name));
  if (piece) {
    const text = `${event.start.dateTime.slice(11, 16)}–${event.end.dateTime.slice(11, 16)}`;
    made.append(element("small", "", event.location ? `${text}, ${event.location}` : text));
  }
  made.addEventListener("click", () => { if (!made.dataset.moved) open(event); });
  return made;
}

// creating and moving by drag ----------------------------------------------------------------------------

const snapped = (pixels) => Math.round(pixels / HOUR * 60 / STEP) * STEP;
const offset = (down, target) => down.clientY - target.getBoundingClientRect().top;

function beginDraw(down) {
  const target = down.currentTarget;
  if (down.target !== target || down.button !== 0) return;
  const from = Math.floor(offset(down, target) / HOUR * 60 / 30) * 30;
  const ghost = element("div", "ghost");
  target.append(ghost);
  const reach = (event) => Math.min(Math.max(snapped(offset(event, target)), from + STEP), 1440);
  const paint = (until) => {
    ghost.style.top = `${from / 60 * HOUR}px`;
    ghost.style.height = `${(until - from) / 60 * HOUR}px`;
    ghost.textContent = `${layout.clock(from)}–${layout.clock(until % 1440)}`;
  };
  let until = from + 60;
  paint(until);
  follow(down, (move) => { until = reach(move); paint(until); }, (_up, moved) => {
    ghost.remove();
    const finish = Math.min(moved ? until : from + 60, 1439);
    fill({ from: target.dataset.date, to: target.dataset.date, begin: layout.clock(from), finish: layout.clock(finish) });
  });
}

function beginMove(down, event, box) {
  if (down.button !== 0 || !WRITERS.includes(event.calendar.accessRole)) return;
  down.preventDefault();
  box.focus();
  const home = box.parentElement;
  const startY = down.clientY;
  let day = home.dataset.date;
  let shift = 0;
  follow(down, (move) => {
    shift = snapped(move.clientY - startY);
    const over = document.elementsFromPoint(move.clientX, move.clientY).find((one) => one.classList.contains("column"));
    if (over) {
      day = over.dataset.date;
      over.append(box);
    }
    box.classList.add("moving");
    box.style.transform = `translateY(${shift / 60 * HOUR}px)`;
  }, (_up, moved) => {
    if (!moved) return;
    box.dataset.moved = "1";
    setTimeout(() => { delete box.dataset.moved; }, 0);
    drop(event, Math.round((Date.parse(day) - Date.parse(home.dataset.date)) / 86400000), shift);
  });
}

// the pointer's way from here to its release; a tremble of the hand is not a move
function follow(down, moving, done) {
  let moved = false;
  const stop = new AbortController();
  state.drag = true;
  const onMove = (move) => {
    moved ||= Math.hypot(move.clientX - down.clientX, move.clientY - down.clientY) > 4;
    if (moved) moving(move);
  };
  const onUp = (up) => {
    stop.abort();
    state.drag = null;
    done(up, moved);
  };
  window.addEventListener("pointermove", onMove, { signal: stop.signal });
  window.addEventListener("pointerup", onUp, { signal: stop.signal });
  window.addEventListener("pointercancel", onUp, { signal: stop.signal });
}

async function drop(event, days, shift) {
  const moved = (stamp) => {
    const total = Date.parse(`${stamp.slice(0, 19)}Z`) + days * 86400000 + shift * 60000;
    return { dateTime: new Date(total).toISOString().slice(0, 19), timeZone: zone };
  };
  try {
    await api("PATCH", `${eventsPath(event.calendar.id)}/${event.id}?sendUpdates=all`,
      { start: moved(event.start.dateTime), end: moved(event.end.dateTime) });
  } catch (error) {
    say(error.message);
  }
  state.drawn = "";
  await refresh();
}

// the editor ---------------------------------------------------------------------------------------------

function open(event) {
  const its = layout.span(event);
  fill({
    event, allDay: its.allDay, from: its.from, to: its.allDay ? layout.plusDays(its.to, -1) : its.to,
    begin: its.allDay ? "" : layout.clock(its.begin), finish: its.allDay ? "" : layout.clock(its.finish),
  });
}

function fill({ event = null, allDay = false, from, to, begin, finish }) {
  state.edited = event;
  const field = form.elements;
  const writable = state.calendars.filter((one) => WRITERS.includes(one.accessRole));
  const offered = event && !writable.some((one) => one.id === event.calendar.id) ? [event.calendar] : writable;
  field.calendar.replaceChildren(...offered.map((one) => new Option(one.summaryOverride || one.summary, one.id)));
  field.summary.value = event?.summary || "";
  field.location.value = event?.location || "";
  field.description.value = event?.description || "";
  field.calendar.value = event ? event.calendar.id : offered[0].id;
  field.repeat.value = "";
  field.all_day.checked = allDay;
  [field.start_date.value, field.end_date.value] = [from, to];
  [field.start_time.value, field.end_time.value] = [begin, finish];
  byId("trouble").textContent = "";
  byId("editor-title").textContent = event ? WORDS.event : WORDS.newEvent;
  byId("repeat-label").hidden = Boolean(event);
  byId("series").hidden = !event?.recurringEventId;
  byId("remove").hidden = !event;
  showPeople(event);
  lock(Boolean(event) && !WRITERS.includes(event.calendar.accessRole));
  toggleClock();
  editor.showModal();
  field.summary.focus();
}

function showPeople(event) {
  const people = event?.attendees || [];
  const mine = people.find((person) => person.self);
  byId("guests").hidden = !people.length;
  byId("guests").replaceChildren(element("b", "", WORDS.people), ...people.map((person) =>
    element("div", "", `${person.displayName || person.email} – ${person.organizer ? `${WORDS.organizer}, ` : ""}${WORDS[person.responseStatus]}`)));
  byId("answers").hidden = !mine || Boolean(event?.organizer?.self);
  for (const button of byId("answers").querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.dataset.answer === mine?.responseStatus));
  }
}

function lock(readOnly) {
  for (const one of form.elements) if (one.id !== "close") one.disabled = readOnly;
}

function toggleClock() {
  const { all_day: allDay, start_time: start, end_time: end } = form.elements;
  for (const one of [start, end]) {
    one.closest("label").hidden = allDay.checked;
    if (!allDay.checked && !one.value) one.value = one === start ? "10:00" : "11:00";
  }
}

function typed() {
  const field = form.elements;
  const body = {
    summary: field.summary.value.trim() || null, location: field.location.value.trim() || null,
    description: field.description.value.trim() || null,
    ...layout.times({
      allDay: field.all_day.checked, from: field.start_date.value, to: field.end_date.value,
      begin: field.start_time.value, finish: field.end_time.value,
    }, zone),
  };
  return field.repeat.value ? { ...body, recurrence: [`RRULE:FREQ=${field.repeat.value}`] } : body;
}

async function save() {
  const target = form.elements.calendar.value;
  const event = state.edited;
  if (!event) return api("POST", `${eventsPath(target)}?sendUpdates=all`, typed());
  if (target !== event.calendar.id) {
    const where = encodeURIComponent(target);
    await api("POST", `${eventsPath(event.calendar.id)}/${event.id}/move?destination=${where}`);
  }
  return api("PATCH", `${eventsPath(target)}/${event.id}?sendUpdates=all`, typed());
}

async function act(deed) {
  try {
    await deed();
    editor.close();
    await refresh();
  } catch (error) {
    byId("trouble").textContent = error.message;
  }
}

const remove = () => api("DELETE", `${eventsPath(state.edited.calendar.id)}/${state.edited.id}?sendUpdates=all`);
const answer = (status) => api("PATCH", `${eventsPath(state.edited.calendar.id)}/${state.edited.id}?sendUpdates=all`, {
  attendees: [{ email: state.edited.attendees.find((person) => person.self).email, responseStatus: status }],
  attendeesOmitted: true,
});

// controls -----------------------------------------------------------------------------------------------

function go(first) {
  state.first = layout.monday(first);
  history.replaceState(null, "", `?date=${state.first}`);
  state.events = [];
  refresh();
}

function createHere() {
  const now = layout.today(zone);
  const day = now >= state.first && now < layout.plusDays(state.first, 7) ? now : state.first;
  fill({ from: day, to: day, begin: "10:00", finish: "11:00" });
}

byId("today").addEventListener("click", () => go(layout.today(zone)));
byId("back").addEventListener("click", () => go(layout.plusDays(state.first, -7)));
byId("forth").addEventListener("click", () => go(layout.plusDays(state.first, 7)));
byId("create").addEventListener("click", createHere);
byId("close").addEventListener("click", () => editor.close());
byId("remove").addEventListener("click", () => act(remove));
form.elements.all_day.addEventListener("change", toggleClock);
form.elements.start_date.addEventListener("change", () => {
  const { start_date: start, end_date: end } = form.elements;
  if (end.value < start.value) end.value = start.value;
});
form.addEventListener("submit", (submit) => { submit.preventDefault(); act(save); });
byId("answers").addEventListener("click", (click) => {
  if (click.target.dataset.answer) act(() => answer(click.target.dataset.answer));
});
byId("grid").parentElement.scrollTop = 8 * HOUR - 12;
refresh().then(() => { byId("grid").parentElement.scrollTop = 8 * HOUR - 12; });
setInterval(() => { if (!document.hidden && !editor.open) refresh(); }, 4000);
