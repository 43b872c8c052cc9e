// The tab that Google has sent back: closes itself when it was opened by the settings page.
if (document.querySelector("[data-close]")) {
  setTimeout(() => window.close(), 2500);
}
