// A list whose rows can be chosen: the bar with what can be done with them, and the dialogs it opens.
import { openDialog } from "./dialog.js";

const bar = document.querySelector("[data-bulk]");
const all = document.querySelector("[data-bulk-all]");
const boxes = [...document.querySelectorAll('td input[name="id"]')];
const chosen = () => boxes.filter((box) => box.checked);

function show() {
  const count = chosen().length;
  bar.hidden = !count;
  bar.querySelector("[data-bulk-count]").textContent = count;
  all.checked = count > 0 && count === boxes.length;
  all.indeterminate = count > 0 && count < boxes.length;
}

function choose(checked) {
  for (const box of boxes) box.checked = checked;
  show();
}

if (bar) {
  for (const box of boxes) box.addEventListener("change", show);
  all.addEventListener("change", () => choose(all.checked));
  bar.addEventListener("click", ({ target }) => {
    if (target.closest("[data-bulk-none]")) choose(false);
    const button = target.closest("[data-bulk-open]");
    if (!button) return;
    const query = new URLSearchParams(chosen().map((box) => ["id", box.value]));
    query.set("vacancy", new URLSearchParams(location.search).get("vacancy") ?? "");
    openDialog(`${button.dataset.bulkOpen}?${query}`);
  });
  show(); // the browser may have kept the choice across a reload
}
