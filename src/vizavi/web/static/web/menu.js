// The main menu by keyboard: up and down within a menu, right into a submenu, left out of it.
// Registered on window, before the kit's own handler, which would open every submenu it passes.

const entriesOf = (menu) => [...menu.children].map((child) => child.matches(".dropend") ? child.firstElementChild : child);

function open(toggle) {
  const submenu = toggle.nextElementSibling;
  window.tabler.bootstrap.Dropdown.getOrCreateInstance(toggle).show();
  entriesOf(submenu)[0].focus();
}

function move(item, step) {
  const entries = entriesOf(item.closest(".dropdown-menu"));
  entries[(entries.indexOf(item) + step + entries.length) % entries.length].focus();
}

function close(item) {
  const toggle = item.closest(".dropdown-menu").previousElementSibling;
  window.tabler.bootstrap.Dropdown.getOrCreateInstance(toggle).hide();
  toggle.focus();
}

const KEYS = {
  ArrowDown: (item) => move(item, 1),
  ArrowUp: (item) => move(item, -1),
  ArrowRight: (item) => item.matches(".dropdown-toggle") && open(item),
  ArrowLeft: (item) => close(item),
  Escape: (item) => close(item),
};

window.addEventListener("keydown", (event) => {
  const item = event.target.closest?.("#menu-items .dropdown-item");
  if (!item || !KEYS[event.key]) return;
  KEYS[event.key](item);
  event.preventDefault();
  event.stopPropagation();
}, true);
