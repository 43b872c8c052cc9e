// The funnel of a vacancy: cards are dragged between the columns, or moved by the dialog their button opens.
import { onDialogClosed, openDialog } from "./dialog.js";
import { toast } from "./app.js";

const board = document.getElementById("board");
let moved; // the card that the dialog is about: the keyboard goes on from it

const refresh = () => window.htmx.trigger(document.body, "board-changed");

function ask(card, stage) {
  moved = card.dataset.application;
  openDialog(stage ? `${card.dataset.move}?stage=${stage}` : card.dataset.move);
}

function drop({ item, from, to }) {
  if (from === to) return;
  if ("needsReason" in to.dataset) {
    ask(item, to.dataset.stage);
  } else {
    const values = { stage: to.dataset.stage, seen: from.dataset.stage };
    window.htmx.ajax("POST", item.dataset.move, { source: item, swap: "none", values });
  }
}

function wire() {
  if (!board.querySelector("[data-movable]")) return;
  const options = { group: "board", sort: false, draggable: "[data-application]", filter: "button", preventOnFilter: false, delay: 150, delayOnTouchOnly: true, ghostClass: "vz-pipe-ghost", onEnd: drop };
  for (const column of board.querySelectorAll("[data-stage]")) new window.Sortable(column, options);
}

board.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-open-move]");
  if (button) ask(button.closest("[data-application]"));
});
board.addEventListener("htmx:afterSwap", () => {
  wire();
  board.querySelector(`[data-application="${moved}"] [data-open-move]`)?.focus();
});
onDialogClosed(refresh); // a card dropped where a reason is asked for goes back if none was given
document.body.addEventListener("refused", ({ detail }) => toast(detail.text));
document.body.addEventListener("htmx:responseError", refresh);
wire();
