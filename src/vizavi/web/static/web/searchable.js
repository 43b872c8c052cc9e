// <select data-searchable>: a list one can type into. The select stays and keeps the value, so the form is sent as
// before. With data-source="address" what matches is asked from the server: {results: [{value, label, hint, data}]};
// `data` becomes data-… of the chosen option.

const LONGEST = 60;
let number = 0;

class Searchable {
  constructor(select) {
    this.select = select;
    this.input = Object.assign(document.createElement("input"), {
      type: "text",
      autocomplete: "off",
      className: select.className.replace("form-select", "form-select vz-searchable-input"),
      disabled: select.disabled,
      placeholder: select.dataset.placeholder ?? "",
    });
    this.list = document.createElement("div");
    this.list.className = "dropdown-menu vz-searchable-list";
    this.list.id = `searchable-${++number}`;
    this.list.setAttribute("role", "listbox");
    this.list.tabIndex = -1; // a long list scrolls, and what scrolls would be a stop of Tab that vanishes under it
    const aria = { role: "combobox", "aria-expanded": "false", "aria-controls": this.list.id, "aria-autocomplete": "list" };
    for (const [name, value] of Object.entries(aria)) this.input.setAttribute(name, value);
    for (const name of ["aria-invalid", "aria-describedby"]) { // what is wrong is told of the field one comes to
      if (select.hasAttribute(name)) this.input.setAttribute(name, select.getAttribute(name));
    }
    if (select.id) {
      this.input.id = `${select.id}_search`;
      document.querySelector(`label[for="${select.id}"]`)?.setAttribute("for", this.input.id);
    }
    const box = document.createElement("div");
    box.className = "vz-searchable";
    select.after(box);
    box.append(this.input, this.list, select);
    select.hidden = true;
    this.listen();
    this.show();
  }

  listen() {
    this.input.addEventListener("focus", () => {
      this.input.select();
      if (!this.input.classList.contains("is-invalid")) this.open(""); // else the list would cover the reason
    });
    this.input.addEventListener("click", () => this.list.classList.contains("show") || this.open(""));
    this.input.addEventListener("input", () => this.open(this.input.value));
    this.input.addEventListener("blur", () => this.leave());
    this.input.addEventListener("keydown", (press) => this.key(press));
    this.input.addEventListener("change", (happening) => happening.stopPropagation());
    this.list.addEventListener("mousedown", (press) => {
      press.preventDefault();
      const item = press.target.closest("[data-value]");
      if (item) this.choose(item);
    });
    this.select.addEventListener("change", () => this.show());
  }

  show() {
    const chosen = this.select.selectedOptions[0];
    this.input.value = chosen?.value ? chosen.textContent.trim() : "";
  }

  leave() {
    if (!this.input.value.trim() && this.select.value && this.select.querySelector('option[value=""]')) this.pick("", "");
    this.close();
    this.show();
  }

  close() {
    this.list.classList.remove("show");
    this.input.setAttribute("aria-expanded", "false");
  }

  async open(text) {
    const asked = (this.asked = text);
    const found = this.select.dataset.source ? await this.ask(text) : this.find(text);
    if (asked !== this.asked || document.activeElement !== this.input) return;
    this.shown = text;
    this.list.replaceChildren(...found.slice(0, LONGEST).map((item) => this.item(item)));
    if (!found.length) {
      const none = Object.assign(document.createElement("div"), { className: "dropdown-item disabled", textContent: document.body.dataset.nothing ?? "—" });
      this.list.append(none);
    }
    this.list.classList.add("show");
    this.input.setAttribute("aria-expanded", "true");
    if (text) this.mark(this.list.querySelector("[data-value]"));
  }

  find(text) {
    const words = text.toLowerCase().replaceAll("_", " ").split(/\s+/).filter(Boolean);
    return [...this.select.options]
      .filter((option) => option.value && !option.hidden)
      .filter((option) => words.every((word) => `${option.textContent} ${option.value}`.toLowerCase().replaceAll("_", " ").includes(word)))
      .map((option) => ({ value: option.value, label: option.textContent.trim(), hint: option.dataset.hint }));
  }

  async ask(text) {
    const answer = await fetch(`${this.select.dataset.source}?${new URLSearchParams({ q: text })}`);
    return answer.ok ? (await answer.json()).results : [];
  }

  item({ value, label, hint, data }) {
    const node = document.createElement("button");
    node.type = "button";
    node.tabIndex = -1;
    node.className = "dropdown-item";
    node.dataset.value = value;
    node.dataset.label = label;
    node.extra = data;
    node.setAttribute("role", "option");
    node.append(Object.assign(document.createElement("span"), { textContent: label }));
    if (hint) node.append(Object.assign(document.createElement("span"), { className: "ms-auto ps-3 text-secondary small", textContent: hint }));
    node.setAttribute("aria-selected", String(value) === this.select.value ? "true" : "false");
    return node;
  }

  mark(node) {
    this.list.querySelector(".active")?.classList.remove("active");
    node?.classList.add("active");
    node?.scrollIntoView({ block: "nearest" });
  }

  key(press) {
    const items = [...this.list.querySelectorAll("[data-value]")];
    const at = items.findIndex((item) => item.classList.contains("active"));
    if (press.key === "ArrowDown" || press.key === "ArrowUp") {
      press.preventDefault();
      if (!this.list.classList.contains("show")) return this.open("");
      this.mark(items.at((at + (press.key === "ArrowDown" ? 1 : -1 + (at < 0 ? 1 : 0))) % items.length));
    } else if (press.key === "Enter" && this.list.classList.contains("show")) {
      press.preventDefault();
      this.take();
    } else if (press.key === "Escape" && this.list.classList.contains("show")) {
      press.stopPropagation();
      this.close();
      this.show();
    }
  }

  // Enter may come before the answer to the last letter: what is chosen must match what was typed.
  async take() {
    if (this.shown !== this.asked) await this.open(this.asked);
    const item = this.list.querySelector("[data-value].active");
    if (item) this.choose(item);
  }

  choose(item) {
    this.pick(item.dataset.value, item.dataset.label, item.extra);
    this.close();
  }

  pick(value, label, data = {}) {
    if (![...this.select.options].some((option) => option.value === value)) this.select.add(new Option(label, value));
    this.select.value = value;
    Object.assign(this.select.selectedOptions[0].dataset, data);
    this.show();
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

export function enhance(root) {
  const found = root.querySelectorAll?.("select[data-searchable]:not([hidden])") ?? [];
  for (const select of found) new Searchable(select);
}

document.body.addEventListener("htmx:load", ({ detail }) => enhance(detail.elt));
