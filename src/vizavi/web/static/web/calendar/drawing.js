// How one event looks inside the grid: time, title, who, and the small sign of its sync state.

const SIGNS = {
  pending: "ti-cloud-up",
  synced: "ti-cloud-check",
  conflict: "ti-git-compare",
  error: "ti-cloud-exclamation",
  detached: "ti-cloud-x",
};

const TWO_LINES = 45 * 60000; // how long an event is, in milliseconds, that is two lines high

function element(tag, className, text = "") {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  return node;
}

function sign(chip) {
  if (!chip || !SIGNS[chip.code]) return [];
  const icon = element("i", `ti ${SIGNS[chip.code]} vz-sign vz-sign-${chip.code}`);
  icon.title = [chip.label, chip.detail].filter(Boolean).join(": ");
  icon.setAttribute("role", "img");
  icon.setAttribute("aria-label", chip.label);
  return [icon];
}

// `allDayText` is what a list says where others say a time.
export function draw({ event, timeText, view }, allDayText) {
  const props = event.extendedProps;
  if (!props.kind || event.display === "background") return undefined;
  const time = view.type === "listWeek" ? (event.allDay ? allDayText : timeText) : startOf(event, timeText, view);
  const when = time ? [element("span", "vz-event-time", time)] : [];
  const title = element("span", "vz-event-title", event.title);
  const more = hasRoom(event, view) ? [element("div", "vz-event-more", props.subtitle)] : [];
  if (hasLines(event, view)) {
    const text = element("div", "vz-event-text");
    text.append(...sign(props.chip), ...when, " ", title, ...more);
    return { domNodes: [text] };
  }
  const head = element("div", "vz-event-head");
  head.append(...when, title, ...sign(props.chip));
  return { domNodes: [head, ...more] };
}

// Where there is room below the time, a long title goes on there.
function hasLines({ allDay, start, end }, view) {
  return !allDay && view.type !== "dayGridMonth" && view.type !== "listWeek" && end - start >= TWO_LINES;
}

function startOf({ allDay, extendedProps }, timeText, view) {
  if (allDay) return "";
  return view.type === "dayGridMonth" || !timeText ? extendedProps.startText : timeText.slice(0, 5);
}

function hasRoom({ allDay, extendedProps }, view) {
  const { kind, subtitle } = extendedProps;
  if (!subtitle || view.type === "dayGridMonth" || (view.type === "team" && kind === "busy")) return false;
  return !allDay || view.type === "listWeek";
}

export function describe(el, event, dayText) {
  const props = event.extendedProps;
  if (!props.kind) return;
  el.title = [dayText, props.hint].filter(Boolean).join("\n");
  el.dataset.start = props.start ?? "";
  el.dataset.end = props.end ?? "";
  if (props.kind === "event") el.dataset.event = props.id;
  else for (const name of ["tabindex", "role"]) el.removeAttribute(name); // nothing opens
}

// The kit calls its grid a table, but its events stand beside the rows and not in them. Who listens to the page finds
// a group of buttons under headings instead.
export function asGroup(root, label) {
  const grid = root.querySelector(".ec");
  grid.setAttribute("role", "group");
  grid.setAttribute("aria-label", label);
  for (const node of grid.querySelectorAll("[role^=row], [role=cell], [role=columnheader], [role=listitem]")) {
    for (const name of ["role", "aria-colindex", "aria-colspan"]) node.removeAttribute(name);
  }
  grid.querySelector(".ec-main").tabIndex = 0; // scrolled by keys where it holds nothing to go to
  for (const head of grid.querySelectorAll("h4")) head.setAttribute("aria-level", "3");
}

export function drawColumn({ resource }) {
  const head = element("span", "vz-column", resource.title);
  const { hint } = resource.extendedProps;
  return { domNodes: hint ? [head, element("small", "vz-column-hint", hint)] : [head] };
}
