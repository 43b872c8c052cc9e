// The calendar page: fetches, draws, creates and moves events; all times are naive local times of the signed-in person.
import { toast } from "../app.js";
import { openDialog } from "../dialog.js";
import { asGroup, describe, draw, drawColumn } from "./drawing.js";
import { hasColumns, readColumns, readFilters, readWanted, viewName, viewWord, writeAddress } from "./filters.js";
import { listen } from "./keys.js";
import { MiniMonth } from "./mini.js";
import { move } from "./moves.js";
import { offHours } from "./shading.js";
import { plus, today } from "./wall.js";

const config = JSON.parse(document.getElementById("calendar-config").textContent);
const panel = document.getElementById("calendar-filters");
const chooser = document.getElementById("calendar-view");
const busySign = document.getElementById("calendar-busy");
const texts = config.texts;
const words = Object.keys(config.views);
const NARROW = 576;
const IDLE = 30000;
const WATCHFUL = 1500; // while something visible waits to be exported
let lastFetch = 0;
let lastAsked = "";
let pending = false;
let shown = [];
let silent = false;
let calendar;
let word = config.view || (window.innerWidth < NARROW ? "list" : "week");
let dateShown = config.date || today(config.offset);

async function load({ startStr, endStr }) {
  lastFetch = Date.now();
  lastAsked = wanted();
  const asked = lastAsked;
  const columns = readColumns(panel, word);
  try {
    const events = await ask(startStr, endStr, asked);
    if (asked === lastAsked) shown = events; // an answer to what was shown before comes too late
    silent = false;
  } catch {
    if (!silent) toast(texts.stale, "warning");
    silent = true; // once is enough; what was shown stays, and the next round tries again
    pending = false;
  }
  return [...offHours(startStr, endStr, config, columns), ...shown];
}

const wanted = () => new URLSearchParams(readWanted(panel, word)).toString();

async function ask(start, end, filters) {
  const query = `${new URLSearchParams({ start, end })}&${filters}`;
  const answer = await fetch(`${config.feed}?${query}`, { headers: { Accept: "application/json" } });
  if (answer.redirected || answer.status === 401) location.reload(); // signed out meanwhile
  if (!answer.ok) throw new Error(answer.statusText);
  const told = await answer.json();
  if (told.offset !== config.offset) location.reload(); // the clocks were changed while the page stood open
  pending = told.events.some((item) => item.extendedProps.chip?.moving);
  return told.events;
}

function plan(fields, column) {
  if (!config.mayPlan) return;
  const query = new URLSearchParams(fields);
  const people = readFilters(panel).people;
  if (column?.kind === "person") query.set("responsible", column.number);
  else if (column) query.set("room", column.number);
  else if (/^\d+$/.test(people)) query.set("responsible", people);
  openDialog(`${config.create}?${query}`);
}

const remember = () => writeAddress(readFilters(panel), word, dateShown);

const outcome = {
  moved: (told, back) => {
    const box = toast(told.text, "success");
    if (back) offerUndo(box, back);
    calendar.refetchEvents();
  },
  refused: (text) => {
    toast(text, "danger");
    calendar.refetchEvents();
  },
  unreachable: () => toast(texts.unreachable, "danger"),
};

function offerUndo(box, back) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm ms-2", textContent: texts.undo });
  box.querySelector(".toast-body").append(" ", button);
  button.addEventListener("click", async () => {
    box.remove();
    const { ok, told } = await back().catch(() => ({ ok: false, told: { text: texts.unreachable } }));
    if (ok) toast(texts.undone, "success");
    else toast(told.text, "danger");
    calendar.refetchEvents();
  });
}

const month = new Intl.DateTimeFormat(config.locale, { month: "long", year: "numeric" });
const range = new Intl.DateTimeFormat(config.locale, { day: "numeric", month: "short", year: "numeric" });
const whole = new Intl.DateTimeFormat(config.locale, { weekday: "long", day: "numeric", month: "long" });
const oneDay = new Intl.DateTimeFormat(config.locale, { weekday: "short", day: "numeric", month: "short", year: "numeric" });
const weekday = new Intl.DateTimeFormat(config.locale, { weekday: "short" });
const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const inColumns = { type: "resourceTimeGridDay", columnWidth: "minmax(8.5rem, 1fr)" };

// Without a day the server proposes when: on another day shown, in its morning.
const planShown = () => plan(dateShown === today(config.offset) ? {} : { day: dateShown });

function pressed({ dateStr, allDay, view, resource }) {
  const column = resource?.extendedProps;
  if (view.type === "dayGridMonth") plan({ day: dateStr.slice(0, 10) });
  else plan(allDay ? { start: dateStr.slice(0, 10), all_day: 1 } : { start: dateStr }, column);
}

function selected({ startStr, endStr, allDay, resource }) {
  const column = resource?.extendedProps;
  if (allDay) plan({ start: startStr.slice(0, 10), end: plus(endStr.slice(0, 10), { days: -1 }), all_day: 1 }, column);
  else plan({ start: startStr, end: endStr }, column);
}

const mini = new MiniMonth(document.getElementById("calendar-mini"), config, (day) => {
  calendar.gotoDate(day);
  window.tabler.Offcanvas.getInstance(document.getElementById("calendar-side"))?.hide(); // on a narrow screen
});

calendar = EventCalendar.create(document.getElementById("calendar"), {
  view: viewName(word),
  date: dateShown,
  timeZone: config.offset,
  locale: config.locale,
  firstDay: config.firstDay,
  height: "100%",
  headerToolbar: { start: "today prev,next title", center: "", end: words.map(viewName).join(",") },
  buttonText: (text) => ({ ...text, ...texts.buttons, ...Object.fromEntries(words.map((name) => [viewName(name), config.views[name]])) }),
  allDayContent: texts.allDay,
  moreLinkContent: ({ num }) => texts.more.replace("%s", num),
  noEventsContent: texts.nothing,
  dayHeaderFormat: (day) => `${weekday.format(day)} ${day.getDate()}`,
  views: {
    dayGridMonth: { dayHeaderFormat: { weekday: "short" } },
    workweek: {
      type: "timeGridWeek",
      firstDay: 1,
      hiddenDays: [0, 6],
      titleFormat: (start, end) => range.formatRange(start, end - 2 * 864e5),
    },
    team: inColumns,
    rooms: inColumns,
  },
  resources: readColumns(panel, word),
  resourceLabelContent: drawColumn,
  titleFormat: (start, end) => title(start, end),
  listDayFormat: { weekday: "long" },
  listDaySideFormat: { day: "numeric", month: "long" },
  eventTimeFormat: clock,
  slotLabelFormat: clock,
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
  longPressDelay: 500,
  selectable: config.mayPlan,
  selectBackgroundColor: "rgb(32 107 196 / 25%)",
  eventContent: (info) => draw(info, texts.allDay),
  eventDidMount: ({ el, event, timeText }) => describe(el, event, [whole.format(event.start), event.allDay ? "" : timeText].filter(Boolean).join(", ")),
  eventAllUpdated: heard,
  eventSources: [{ events: load }],
  loading: (under) => busySign.classList.toggle("invisible", !under),
  datesSet: () => setTimeout(follow),
  eventClick: ({ event }) => event.extendedProps.cardUrl && openDialog(event.extendedProps.cardUrl),
  eventDrop: (info) => move(info, outcome),
  eventResize: (info) => move(info, outcome),
  dateClick: pressed,
  select: selected,
});

function title(start, end) {
  if (end - start > 20 * 864e5) return capital(month.format(new Date(start.getTime() + 10 * 864e5)));
  return end - start < 864e5 / 2 ? capital(oneDay.format(start)) : range.formatRange(start, end);
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

// After another view or date: the address, the filters and columns that belong to it, and its events.
function follow() {
  word = viewWord(calendar.getView().type);
  dateShown = dayOf(calendar.getOption("date"));
  chooser.value = word;
  for (const part of panel.querySelectorAll("[data-for-views]")) part.hidden = !part.dataset.forViews.split(" ").includes(word);
  const { currentStart, currentEnd } = calendar.getView();
  mini.show(dateShown, dayOf(currentStart), dayOf(currentEnd));
  remember();
  arrange();
  heard();
}

function heard() {
  asGroup(document.getElementById("calendar"), config.views[word]);
}

function dayOf(date) {
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

function arrange() {
  if (lastAsked === wanted()) return;
  if (hasColumns(word)) calendar.setOption("resources", readColumns(panel, word));
  calendar.refetchEvents();
}

const show = (name) => words.includes(name) && calendar.setOption("view", viewName(name));

panel.addEventListener("submit", (happening) => happening.preventDefault());
panel.addEventListener("change", ({ target }) => {
  if (target.name === "person") panel.querySelector("[name=scope][value=chosen]").checked = true;
  remember();
  arrange();
});
chooser.addEventListener("change", () => show(chooser.value));

document.body.addEventListener("events-changed", () => calendar.refetchEvents());
for (const button of document.querySelectorAll("[data-plan]")) {
  button.addEventListener("click", (press) => {
    press.preventDefault();
    planShown();
  });
}

const LETTERS = { KeyM: "month", KeyW: "week", KeyB: "workweek", KeyD: "day", KeyL: "list", KeyK: "team", KeyR: "rooms" };
listen({
  letters: {
    ...Object.fromEntries(Object.entries(LETTERS).map(([code, name]) => [code, () => show(name)])),
    KeyT: () => calendar.gotoDate(today(config.offset)),
    KeyN: planShown,
  },
  back: () => calendar.prev(),
  forward: () => calendar.next(),
  help: () => window.tabler.Modal.getOrCreateInstance(document.getElementById("calendar-help")).show(),
});

setInterval(() => {
  const wait = pending ? WATCHFUL : IDLE;
  const dragging = document.querySelector(".ec-dragging, .ec-resizing-y, .ec-resizing-x, .ec-selecting, #ask");
  if (!document.hidden && !dragging && Date.now() - lastFetch >= wait) calendar.refetchEvents();
}, 500);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && Date.now() - lastFetch >= IDLE) calendar.refetchEvents();
});
