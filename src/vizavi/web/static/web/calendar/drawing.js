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
  icon.setAttribute("aria-label", chip.label);
  return [icon];
}

export function draw({ event, timeText, view }) {
  const props = event.extendedProps;
  if (!props.kind || event.display === "background") return undefined;
  const head = element("div", "vz-event-head");
  const time = view.type === "dayGridMonth" || !timeText ? props.startText : timeText.slice(0, 5);
  if (time && !event.allDay) head.append(element("span", "vz-event-time", time));
  head.append(element("span", "vz-event-title", event.title), ...sign(props.chip));
  if (view.type === "dayGridMonth" || event.allDay || !props.subtitle) return { domNodes: [head] };
  return { domNodes: [head, element("div", "vz-event-more", props.subtitle)] };
}

export function describe(el, event) {
  const props = event.extendedProps;
  if (props.hint) el.title = props.hint;
  if (props.kind === "event") el.setAttribute("data-event", props.id);
}
