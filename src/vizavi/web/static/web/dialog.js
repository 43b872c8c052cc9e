// The dialog over the calendar: shows a partial fetched from the server, closes when the server says so.
import { toast } from "./app.js";

let dialog;

function frame() {
  if (dialog) return dialog;
  dialog = document.createElement("div");
  dialog.className = "modal modal-blur fade";
  dialog.tabIndex = -1;
  dialog.innerHTML = '<div class="modal-dialog modal-lg modal-fullscreen-md-down"></div>';
  document.body.append(dialog);
  dialog.addEventListener("hidden.bs.modal", () => dialog.firstElementChild.replaceChildren());
  document.body.addEventListener("htmx:afterSettle", keepFocus);
  return dialog;
}

// The button pressed is gone with the card it stood on: keys go on working where the new one is.
function keepFocus() {
  if (dialog.classList.contains("show") && document.activeElement === document.body) dialog.focus();
}

export async function openDialog(url) {
  const address = new URL(url, location.href);
  address.searchParams.set("dialog", "1");
  const target = frame().firstElementChild;
  await window.htmx.ajax("GET", address.pathname + address.search, { target, swap: "innerHTML" });
  dialog.setAttribute("aria-label", target.querySelector("h2")?.textContent.trim() ?? ""); // its role comes with being shown
  if (target.children.length) window.tabler.Modal.getOrCreateInstance(dialog).show();
  return dialog;
}

// A small question: what the form of `html` holds once it is sent, null once it is closed.
export function ask(html) {
  const box = document.createElement("div");
  box.className = "modal modal-blur fade";
  box.id = "ask";
  box.tabIndex = -1;
  box.innerHTML = `<div class="modal-dialog modal-dialog-centered" role="dialog" aria-modal="true" aria-labelledby="ask-move-title">${html}</div>`;
  document.body.append(box);
  const modal = new window.tabler.Modal(box);
  return new Promise((resolve) => {
    let answers = null;
    box.querySelector("form").addEventListener("submit", (sent) => {
      sent.preventDefault();
      answers = Object.fromEntries(new FormData(sent.target));
      modal.hide();
    });
    box.addEventListener("shown.bs.modal", () => box.querySelector("[autofocus]")?.focus());
    box.addEventListener("hidden.bs.modal", () => {
      box.remove();
      resolve(answers);
    });
    modal.show();
  });
}

export function onDialogClosed(heard) {
  frame().addEventListener("hidden.bs.modal", heard);
}

document.body.addEventListener("close-dialog", () => {
  if (dialog) window.tabler.Modal.getOrCreateInstance(dialog).hide();
});
document.body.addEventListener("said", ({ detail }) => toast(detail.text, "success"));
