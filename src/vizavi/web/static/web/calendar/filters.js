// What the calendar shows, kept in the address bar so that a view can be bookmarked and sent to a colleague.

const VIEWS = {
  month: "dayGridMonth",
  week: "timeGridWeek",
  workweek: "workweek",
  day: "timeGridDay",
  list: "listWeek",
  team: "team",
  rooms: "rooms",
};

export function viewName(word) {
  return VIEWS[word] ?? VIEWS.week;
}

export function viewWord(name) {
  return Object.keys(VIEWS).find((word) => VIEWS[word] === name) ?? "week";
}

export const hasColumns = (word) => word === "team" || word === "rooms";

const boxes = (panel, name) => [...panel.querySelectorAll(`[name=${name}]`)];
const ticked = (panel, name) => boxes(panel, name).filter((box) => box.checked);
const values = (list) => list.map((box) => box.value).join(",");

// The filters as they stand; what is as usual is "".
export function readFilters(panel) {
  const scope = values(ticked(panel, "scope")) || "mine";
  const people = scope === "chosen" ? values(ticked(panel, "person")) || "none" : scope;
  const usual = (name) => boxes(panel, name).every((box) => box.checked === box.hasAttribute("data-usual"));
  return {
    people: people === "mine" ? "" : people,
    team: usual("column") ? "" : values(ticked(panel, "column")),
    hide: values(boxes(panel, "shown_type").filter((box) => !box.checked)),
    status: usual("status") ? "" : values(ticked(panel, "status")) || "none",
    vacancy: panel.querySelector("[name=vacancy]").value,
    room: values(ticked(panel, "room")),
    busy: panel.querySelector("[name=busy]").checked ? "" : "0",
  };
}

// The columns of a view: whom or what they stand for, by the boxes that are ticked.
export function readColumns(panel, word) {
  const columns = (kind, list) => list.map((box) => ({
    id: `${kind}-${box.value}`,
    title: box.dataset.title,
    extendedProps: { number: box.value, kind, hint: box.dataset.hint ?? "" },
  }));
  if (word === "team") return columns("person", ticked(panel, "column"));
  if (word !== "rooms") return [];
  const chosen = ticked(panel, "room");
  return columns("room", chosen.length ? chosen : boxes(panel, "room"));
}

// What the server is asked for: in columns, the events of those columns whoever has them.
export function readWanted(panel, word) {
  const { team, ...wanted } = readFilters(panel);
  if (!hasColumns(word)) return present(wanted);
  const shown = readColumns(panel, word).map((column) => column.extendedProps.number).join(",") || "0";
  return present(word === "team"
    ? { ...wanted, columns: word, people: shown }
    : { ...wanted, columns: word, people: "all", room: shown });
}

export function writeAddress(filters, view, date) {
  history.replaceState(null, "", `${location.pathname}?${new URLSearchParams({ view, date, ...present(filters) })}`);
}

function present(fields) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value));
}
