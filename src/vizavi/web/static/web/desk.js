// The desk: cards open in the dialog over it, and what was refused in place is said aloud.
import { toast } from "./app.js";
import { onDialogClosed, openDialog } from "./dialog.js";

const refresh = () => window.htmx.trigger(document.body, "desk-changed");

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-open-card]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  openDialog(link.href);
});

document.body.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.xhr.status !== 422 || !detail.elt.closest("#desk")) return;
  const card = new DOMParser().parseFromString(detail.xhr.responseText, "text/html");
  toast(card.querySelector(".alert-danger")?.textContent.trim() ?? document.body.dataset.failed);
  refresh();
});

// An answer that is being filled in is not taken away by a renewal that nobody asked for; it comes when that is done.
document.body.addEventListener("htmx:beforeRequest", (event) => {
  const own = event.target.id === "desk" && !event.detail.requestConfig.triggeringEvent;
  const open = own && event.target.querySelector(".dropdown-menu.show");
  if (!open) return;
  event.preventDefault();
  open.closest(".dropdown").addEventListener("hidden.bs.dropdown", refresh, { once: true });
});

onDialogClosed(refresh);
