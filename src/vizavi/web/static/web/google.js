// Google integration: watches for the other tab's consent, reads the clipboard, shows the type where it is needed.

const watch = document.getElementById("consent-watch");
document.querySelector("form[data-consent]").addEventListener("submit", (event) => {
  const form = event.target;
  form.target = form.elements.login.validity.valid ? "_blank" : "_self"; // what is wrong is said at this field
  if (form.target === "_blank") setTimeout(() => window.htmx.ajax("GET", watch.dataset.url, watch), 1500);
});
// Coming back from Google's tab: look at once.
window.addEventListener("focus", () => {
  if (watch.firstElementChild) window.htmx.ajax("GET", watch.dataset.url, watch);
});

const paste = document.querySelector("form[data-paste]");
paste.querySelector("[data-paste-button]").addEventListener("click", async () => {
  let text = "";
  try {
    text = (await navigator.clipboard.readText()).trim();
  } catch {
    // not allowed or not supported: the field below does it
  }
  const field = paste.querySelector("[data-paste-field]");
  if (text) {
    paste.elements.code.value = text.slice(0, 4096);
    paste.requestSubmit();
    return;
  }
  field.hidden = false;
  field.querySelector("[data-paste-hint]").hidden = false;
  paste.elements.code.focus();
});

for (const row of document.querySelectorAll("[data-mode]")) {
  row.querySelector("select").addEventListener("change", (event) => {
    row.querySelector("[data-type]").hidden = event.target.value !== "typed";
  });
}
const newName = document.getElementById("id_new_name");
newName?.addEventListener("focus", () => {
  const radio = document.querySelector('input[name="writing"][value="new"]');
  if (!radio.disabled) radio.checked = true;
});
