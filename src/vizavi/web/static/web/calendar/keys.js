// The keyboard: letters by their place on the keys, so that they work in the Russian layout, too.

const TYPING = "input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable], .modal, .dropdown-menu";

// `letters`: what a key does by its code (KeyT), `arrows`: what back and forward do, `help`: what ? does.
export function listen({ letters, back, forward, help }) {
  document.addEventListener("keydown", (press) => {
    if (press.ctrlKey || press.altKey || press.metaKey || press.defaultPrevented) return;
    if (press.target.closest(TYPING) || document.querySelector(".modal.show, .offcanvas.show")) return;
    const known = { ArrowLeft: back, ArrowRight: forward, ArrowUp: () => step(-1), ArrowDown: () => step(1), "?": help };
    const act = known[press.key] ?? (press.shiftKey ? undefined : letters[press.code]);
    if (act && act() !== false) press.preventDefault();
  });
}

// From the event that has the focus to its neighbour in time; elsewhere the arrows go on scrolling.
function step(by) {
  const here = document.activeElement?.closest(".ec-event");
  if (!here) return false;
  const all = [...document.querySelectorAll("#calendar .ec-event[tabindex]")];
  const inTime = all.sort((one, other) => (one.dataset.start ?? "").localeCompare(other.dataset.start ?? ""));
  inTime[inTime.indexOf(here) + by]?.focus();
  return true;
}
