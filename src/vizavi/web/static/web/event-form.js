// The form of an event: the type fills in its defaults, the end follows the start, fields come and go with their need.
import { plus } from "./calendar/wall.js";

const NEEDED = ["candidate", "vacancy", "room", "video_url"];

const field = (form, name) => form.elements.namedItem(name);

function arrange(form) {
  const allDay = field(form, "all_day").checked;
  for (const node of form.querySelectorAll("[data-timed]")) node.hidden = allDay;
  const type = field(form, "type").selectedOptions[0];
  const needs = (type?.dataset.needs ?? "").split(" ");
  const format = field(form, "format").value;
  for (const node of form.querySelectorAll("[data-format]")) {
    const filled = [...node.querySelectorAll("input, select:not([data-searchable])")].some((input) => input.value);
    const wanted = node.querySelector(".is-invalid") || needs.some((name) => node.querySelector(`[name=${name || "-"}]`));
    node.hidden = !node.dataset.format.split(" ").includes(format) && !filled && !wanted;
  }
  for (const name of NEEDED) {
    field(form, name).closest(".mb-3").querySelector("label.form-label").classList.toggle("required", needs.includes(name));
  }
  for (const node of form.querySelectorAll("[data-without-candidate]")) {
    node.hidden = Boolean(type?.dataset.needsCandidate) && !node.querySelector("input").value;
  }
  form.querySelector("[data-type-color] circle")?.setAttribute("fill", type?.dataset.color ?? "transparent");
  for (const node of form.querySelectorAll("[data-reason]")) node.hidden = !moved(form);
  const guests = [...form.querySelectorAll("[name=participants]")].filter((input) => input.value !== field(form, "responsible").value);
  for (const node of form.querySelectorAll("[data-notify]")) node.hidden = !type?.dataset.invites || !guests.length;
  form.dataset.start = read(form, "start");
  form.dataset.duration = type?.dataset.duration ?? "";
}

function moved(form) {
  const names = ["start_date", "start_time", "end_date", "end_time"];
  return names.some((name) => field(form, name).value !== field(form, name).defaultValue);
}

function read(form, side) {
  return `${field(form, `${side}_date`).value}T${field(form, `${side}_time`).value || "00:00"}:00`;
}

function write(form, side, naive) {
  field(form, `${side}_date`).value = naive.slice(0, 10);
  field(form, `${side}_time`).value = naive.slice(11, 16);
}

const valid = (naive) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:00$/.test(naive);
const seconds = (from, to) => (Date.parse(`${to}Z`) - Date.parse(`${from}Z`)) / 1000;

function startChanged(form) {
  const [before, now, end] = [form.dataset.start, read(form, "start"), read(form, "end")];
  if (![before, now, end].every(valid)) return;
  write(form, "end", plus(end, { seconds: seconds(before, now) }));
}

// What the former type asked for is no error any more; one with a value of its own stays.
function forgetNeeds(form, needs) {
  for (const name of NEEDED.filter((name) => !needs.includes(name) && !field(form, name).value)) {
    const box = field(form, name).closest(".mb-3");
    for (const node of box.querySelectorAll(".is-invalid")) {
      node.classList.remove("is-invalid");
      for (const name of ["aria-invalid", "aria-describedby"]) node.removeAttribute(name);
    }
    for (const node of box.querySelectorAll(".invalid-feedback")) node.remove();
  }
}

function typeChanged(form) {
  if (!field(form, "type").value) return; // nothing is chosen yet
  const { duration, allDay, format, needs } = field(form, "type").selectedOptions[0].dataset;
  forgetNeeds(form, needs.split(" "));
  field(form, "all_day").checked = Boolean(allDay);
  field(form, "format").value = format;
  if (allDay) return;
  const [start, end] = [read(form, "start"), read(form, "end")];
  const fresh = !field(form, "start_time").value;
  // a length that somebody dragged or typed is kept; the former type's default is not
  if (!fresh && seconds(start, end) !== Number(form.dataset.duration) * 60) return;
  if (fresh) field(form, "start_time").value = "10:00";
  if (valid(read(form, "start"))) write(form, "end", plus(read(form, "start"), { seconds: Number(duration) * 60 }));
}

function allDayChanged(form) {
  if (field(form, "all_day").checked || field(form, "start_time").value) return;
  field(form, "start_time").value = "10:00";
  const minutes = Number(field(form, "type").selectedOptions[0]?.dataset.duration) || 60;
  write(form, "end", plus(read(form, "start"), { seconds: minutes * 60 }));
}

// A candidate in work on one vacancy only: that is the one.
function candidateChanged(form) {
  const [vacancy, only] = [field(form, "vacancy"), field(form, "candidate").selectedOptions[0]?.dataset.vacancy];
  if (vacancy.value || !only || ![...vacancy.options].some((option) => option.value === only)) return;
  vacancy.value = only;
  vacancy.dispatchEvent(new Event("change"));
}

function add(form, adder) {
  const [id, name] = [adder.value, adder.selectedOptions[0]?.textContent];
  adder.value = "";
  const list = form.querySelector("[data-participants]");
  if (!id || list.querySelector(`[name=participants][value="${CSS.escape(id)}"]`)) return;
  const row = document.getElementById("participant-row").content.firstElementChild.cloneNode(true);
  row.querySelector("[name=participants]").value = id;
  row.querySelector("[name=optional]").value = id;
  row.querySelector("[data-name]").textContent = name.trim();
  row.querySelector("[data-initials]").textContent = name.trim().split(/\s+/).map((word) => word[0]).join("").slice(0, 2);
  list.append(row);
}

document.addEventListener("change", ({ target }) => {
  const form = target.closest?.("form[data-event-form]");
  if (!form) return;
  if (/^(start|end)_|^(all_day|zone)$/.test(target.name)) {
    for (const old of form.querySelectorAll("[data-time-error]")) old.remove(); // from here on the check speaks
  }
  if (target.dataset.adds) add(form, target);
  if (target.name === "type") typeChanged(form);
  else if (target.name === "candidate") candidateChanged(form);
  else if (target.name === "all_day") allDayChanged(form);
  else if (target.name.startsWith("start_")) startChanged(form);
  arrange(form);
}, true);

document.addEventListener("click", ({ target }) => {
  const remover = target.closest?.("[data-remove-participant]");
  if (!remover) return;
  const form = remover.closest("form");
  remover.closest("[data-participant]").remove();
  form.dispatchEvent(new Event("change", { bubbles: true }));
});

document.body.addEventListener("htmx:load", ({ detail }) => {
  const root = detail.elt;
  if (!root.querySelectorAll) return;
  const inside = root.matches("form[data-event-form]") ? [root] : [];
  for (const form of [...inside, ...root.querySelectorAll("form[data-event-form]")]) {
    arrange(form);
    form.querySelector(":is(input, textarea, select:not([hidden])).is-invalid")?.focus();
  }
});
