// What the calendar shows, kept in the address bar so that a view can be bookmarked and sent to a colleague.

const VIEWS = { day: "timeGridDay", week: "timeGridWeek", month: "dayGridMonth" };

export function viewName(word) {
  return VIEWS[word] ?? VIEWS.week;
}

export function viewWord(name) {
  return Object.keys(VIEWS).find((word) => VIEWS[word] === name) ?? "week";
}

export function readFilters(panel) {
  const chosen = (name) => [...panel.querySelectorAll(`[name=${name}]:checked`)].map((box) => box.value);
  const types = [...panel.querySelectorAll("[name=shown_type]")];
  const hidden = types.filter((box) => !box.checked).map((box) => box.value);
  const scope = chosen("scope")[0] ?? "mine";
  return {
    people: scope === "chosen" ? chosen("person").join(",") || "none" : scope,
    hide: hidden.join(","),
    busy: chosen("busy").length ? "" : "0",
    cancelled: chosen("cancelled").length ? "1" : "",
  };
}

export function writeAddress(filters, view, date) {
  const query = new URLSearchParams({ view, date });
  for (const [name, value] of Object.entries(filters)) {
    if (value && !(name === "people" && value === "mine")) query.set(name, value);
  }
  history.replaceState(null, "", `${location.pathname}?${query}`);
}
