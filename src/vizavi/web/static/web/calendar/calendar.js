// The calendar page: fetches, draws, creates and moves events; all times are naive local times of the signed-in person.
import { describe, draw } from "./drawing.js";
import { readFilters, viewName, viewWord, writeAddress } from "./filters.js";
import { move } from "./moves.js";
import { toast } from "../app.js";
import { openDialog } from "../dialog.js";
import { plus, today, weekday } from "./wall.js";

const config = JSON.parse(document.getElementById("calendar-config").textContent);
const panel = document.getElementById("calendar-filters");
const busySign = document.getElementById("calendar-busy");
const texts = config.texts;
const IDLE = 30000;
const WATCHFUL = 1500; // while something visible waits to be exported
let lastFetch = 0;
let pending = false;
let shown = [];
let silent = false;

function offHours(start, end) {
  const shade = [];
  for (let day = start.slice(0, 10); day < end.slice(0, 10); day = plus(day, { days: 1 })) {
    const rest = { display: "background", classNames: ["vz-rest"], editable: false };
    if (!config.workDays.includes(weekday(day))) shade.push({ ...rest, start: `${day}T00:00:00`, end: `${plus(day, { days: 1 })}T00:00:00` });
    else shade.push(
      { ...rest, start: `${day}T00:00:00`, end: `${day}T${config.workFrom}:00` },
      { ...rest, start: `${day}T${config.workTo}:00`, end: `${plus(day, { days: 1 })}T00:00:00` },
    );
  }
  return shade;
}

async function load({ startStr, endStr }) {
  lastFetch = Date.now();
  try {
    shown = await ask(startStr, endStr);
    silent = false;
  } catch {
    if (!silent) toast(texts.stale, "warning");
    silent = true; // once is enough; what was shown stays, and the next round tries again
    pending = false;
  }
  return [...offHours(startStr, endStr), ...shown];
}

async function ask(start, end) {
  const query = new URLSearchParams({ start, end, ...readFilters(panel) });
  const answer = await fetch(`${config.feed}?${query}`, { headers: { Accept: "application/json" } });
  if (answer.redirected || answer.status === 401) location.reload(); // signed out meanwhile
  if (!answer.ok) throw new Error(answer.statusText);
  const told = await answer.json();
  if (told.offset !== config.offset) location.reload(); // the clocks were changed while the page stood open
  pending = told.events.some((item) => item.extendedProps.chip?.moving);
  return told.events;
}

function plan(fields) {
  const query = new URLSearchParams(fields);
  const people = readFilters(panel).people;
  if (/^\d+$/.test(people)) query.set("responsible", people);
  openDialog(`${config.create}?${query}`);
}

function remember() {
  const view = calendar.getView();
  writeAddress(readFilters(panel), viewWord(view.type), dateShown);
}

const outcome = {
  moved: (_id, told) => {
    toast([told.text, ...told.warnings].join(" "), told.warnings.length ? "warning" : "success");
    calendar.refetchEvents();
  },
  refused: (text) => {
    toast(text, "danger");
    calendar.refetchEvents();
  },
  unreachable: () => toast(texts.unreachable, "danger"),
};

let dateShown = config.date || today(config.offset);
const month = new Intl.DateTimeFormat(config.locale, { month: "long", year: "numeric" });
const short = new Intl.DateTimeFormat(config.locale, { day: "numeric", month: "short", year: "numeric" });

const calendar = EventCalendar.create(document.getElementById("calendar"), {
  view: viewName(config.view || (window.innerWidth < 576 ? "day" : "week")),
  date: dateShown,
  timeZone: config.offset,
  locale: config.locale,
  firstDay: 1,
  height: "100%",
  headerToolbar: { start: "today prev,next title", center: "", end: "timeGridDay,timeGridWeek,dayGridMonth" },
  buttonText: (text) => ({ ...text, ...texts.buttons }),
  allDayContent: texts.allDay,
  moreLinkContent: ({ num }) => texts.more.replace("%s", num),
  dayHeaderFormat: { weekday: "short", day: "numeric" },
  views: { dayGridMonth: { dayHeaderFormat: { weekday: "short" } } },
  titleFormat: (start, end) => title(start, end),
  eventTimeFormat: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  slotLabelFormat: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  slotMinTime: "07:00",
  slotMaxTime: "21:00",
  flexibleSlotTimeLimits: { eventFilter: (event) => event.display !== "background" && !event.allDay },
  scrollTime: "08:00",
  slotHeight: 28,
  snapDuration: "00:15",
  slotEventOverlap: false,
  dayMaxEvents: true,
  nowIndicator: true,
  editable: true,
  eventResizableFromStart: true,
  selectable: config.mayPlan,
  selectBackgroundColor: "rgb(32 107 196 / 25%)",
  eventContent: draw,
  eventDidMount: ({ el, event }) => describe(el, event),
  eventSources: [{ events: load }],
  loading: (under) => busySign.classList.toggle("invisible", !under),
  datesSet: ({ startStr, endStr }) => setTimeout(() => follow(startStr, endStr)),
  eventClick: ({ event }) => event.extendedProps.cardUrl && openDialog(event.extendedProps.cardUrl),
  eventDrop: (info) => move(info, outcome),
  eventResize: (info) => move(info, outcome),
  dateClick: ({ dateStr, allDay, view }) => {
    if (!config.mayPlan) return;
    if (view.type === "dayGridMonth") plan({ day: dateStr.slice(0, 10) });
    else plan(allDay ? { start: dateStr.slice(0, 10), all_day: 1 } : { start: dateStr });
  },
  select: ({ startStr, endStr, allDay }) => {
    if (allDay) plan({ start: startStr.slice(0, 10), end: plus(endStr.slice(0, 10), { days: -1 }), all_day: 1 });
    else plan({ start: startStr, end: endStr });
  },
});

function title(start, end) {
  if (end - start > 20 * 864e5) return capital(month.format(new Date(start.getTime() + 10 * 864e5)));
  return end - start < 864e5 / 2 ? short.format(start) : short.formatRange(start, end);
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function follow(startStr, endStr) {
  const now = today(config.offset);
  const from = startStr.slice(0, 10);
  const shown = plus(from, { days: calendar.getView().type === "dayGridMonth" ? 10 : 0 });
  dateShown = from <= now && now < endStr.slice(0, 10) ? now : shown;
  remember();
}

panel.addEventListener("change", (happening) => {
  if (happening.target.name === "person") panel.querySelector("[name=scope][value=chosen]").checked = true;
  remember();
  calendar.refetchEvents();
});

panel.querySelector("[name=goto]")?.addEventListener("change", ({ target }) => {
  if (target.value) calendar.gotoDate(target.value);
});

document.body.addEventListener("events-changed", () => calendar.refetchEvents());
for (const button of document.querySelectorAll("[data-plan]")) {
  button.addEventListener("click", (press) => {
    press.preventDefault();
    plan({ day: dateShown });
  });
}

setInterval(() => {
  const wait = pending ? WATCHFUL : IDLE;
  const dragging = document.querySelector(".ec-dragging, .ec-resizing-y, .ec-resizing-x, .ec-selecting");
  if (!document.hidden && !dragging && Date.now() - lastFetch >= wait) calendar.refetchEvents();
}, 500);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && Date.now() - lastFetch >= IDLE) calendar.refetchEvents();
});
