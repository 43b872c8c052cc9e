// How one event looks inside the grid: time, title, who, and the small sign of its sync state.

const SIGNS = {
  pending: "ti-cloud-up",
  synced: "ti-cloud-check",
  conflict: "ti-git-compare",
  error: "ti-cloud-exclamation",
  detached: "ti-cloud-x",
};

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
  const head = element("div", "vz-event-head");
  const time = view.type === "listWeek" ? (event.allDay ? allDayText : timeText) : startOf(event, timeText, view);
  if (time) head.append(element("span", "vz-event-time", time));
  head.append(element("span", "vz-event-title", event.title), ...sign(props.chip));
  return { domNodes: hasRoom(event, view) ? [head, element("div", "vz-event-more", props.subtitle)] : [head] };
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
  for (const head of grid.querySelectorAll("h4")) head.setAttribute("aria-level", "3");
}

export function drawColumn({ resource }) {
  const head = element("span", "vz-column", resource.title);
  const { hint } = resource.extendedProps;
  return { domNodes: hint ? [head, element("small", "vz-column-hint", hint)] : [head] };
}
