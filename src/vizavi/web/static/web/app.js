// The page frame: says so when a request fails, closes what should close, copies what should be copied.
import "./searchable.js";

export function toast(text, kind = "danger") {
  const box = document.createElement("div");
  box.className = `toast show align-items-center text-bg-${kind} border-0`;
  box.setAttribute("role", "alert");
  const body = document.createElement("div");
  body.className = "toast-body";
  body.textContent = text;
  box.append(body);
  document.getElementById("toasts").append(box);
  setTimeout(() => box.remove(), 8000);
  return box;
}

for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.body.addEventListener(name, () => toast(document.body.dataset.failed));
}

// <button data-copy="#field" data-copied="Скопировано">: copies the field's value and says so on the button.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.querySelector(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    document.execCommand("copy"); // where the page is not served securely
  }
  const label = button.querySelector("[data-label]") ?? button;
  const before = label.textContent;
  label.textContent = button.dataset.copied;
  setTimeout(() => { label.textContent = before; }, 2500);
});

// <button data-opens-tab="#pane">: as a click on the tab of that pane.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-opens-tab]");
  if (button) document.querySelector(`[data-bs-target="${button.dataset.opensTab}"]`).click();
});

// <form data-keeps-tab="#pane">: what comes instead of the card is opened at that tab again.
document.body.addEventListener("htmx:afterSettle", ({ target, detail }) => {
  const pane = detail.requestConfig?.elt.dataset.keepsTab;
  if (pane) target.querySelector(`[data-bs-target="${pane}"]`)?.click();
});

// Whoever closes a dialog goes on where it was opened; the kit knows that only of buttons that name their dialog.
const openers = new WeakMap();
document.addEventListener("show.bs.modal", ({ target }) => openers.set(target, document.activeElement));
document.addEventListener("hidden.bs.modal", ({ target }) => {
  const opener = openers.get(target);
  const drawnAnew = () => document.querySelector(`[data-event="${opener?.dataset.event}"]`);
  (opener?.isConnected ? opener : drawnAnew())?.focus({ preventScroll: true });
});

// <form data-confirm="…">: asks before it is sent.
document.addEventListener("submit", (event) => {
  const text = event.target.dataset.confirm;
  if (text && !window.confirm(text)) event.preventDefault();
});

// <form data-submit-on-change>: filters apply as soon as one is chosen.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-submit-on-change]");
  if (form) form.requestSubmit();
});
