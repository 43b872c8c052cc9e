// <button data-members="1,5,7"> above the colleagues to tick: exactly these are ticked.
document.getElementById("calendar-filters").addEventListener("click", ({ target }) => {
  const button = target.closest("[data-members]");
  if (!button) return;
  const members = button.dataset.members.split(",");
  const boxes = [...button.closest("fieldset").querySelectorAll("[name=person], [name=column]")];
  for (const box of boxes) box.checked = members.includes(box.value);
  boxes[0]?.dispatchEvent(new Event("change", { bubbles: true }));
});
