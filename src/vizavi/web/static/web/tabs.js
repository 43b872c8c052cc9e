// A form with tabs remembers which one is open, so that saving comes back to it.
for (const form of document.querySelectorAll("form[data-tabs]")) {
  form.addEventListener("shown.bs.tab", (event) => { form.elements.tab.value = event.target.dataset.tab; });
}
