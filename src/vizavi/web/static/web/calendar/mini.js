// A month of small days beside the calendar: shows which days are in view, a click goes there.
import { plus, today, weekday } from "./wall.js";

const WEEKS = 6;

export class MiniMonth {
  constructor(box, { locale, firstDay, offset, texts }, chosen) {
    Object.assign(this, { box, firstDay, offset, texts, range: ["", ""] });
    const format = (options) => new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options });
    this.title = format({ month: "long", year: "numeric" });
    this.letter = format({ weekday: "narrow" });
    this.whole = format({ dateStyle: "full" });
    box.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (button?.dataset.months) this.turn(Number(button.dataset.months));
      else if (button?.dataset.day) chosen(button.dataset.day);
    });
  }

  // `day` decides the month; the days from `start` to before `end` are those in view.
  show(day, start, end) {
    this.range = [start, end];
    this.month = `${day.slice(0, 8)}01`;
    this.draw();
  }

  turn(months) {
    this.month = plus(this.month, { months });
    this.draw();
    this.box.querySelector(`[data-months="${months}"]`).focus();
  }

  draw() {
    const first = plus(this.month, { days: -((weekday(this.month) - this.firstDay + 7) % 7) });
    const week = (number) => Array.from({ length: 7 }, (_, day) => plus(first, { days: 7 * number + day }));
    const table = document.createElement("table");
    const names = table.createTHead().insertRow();
    for (const day of week(0)) names.append(element("th", { textContent: this.text(this.letter, day), scope: "col" }));
    const body = table.createTBody();
    for (let number = 0; number < WEEKS; number += 1) {
      const row = body.insertRow();
      for (const day of week(number)) row.append(this.cell(day));
    }
    this.box.replaceChildren(this.head(), table);
  }

  head() {
    const head = element("div", { className: "vz-mini-head" });
    const turner = (months, icon, label) => {
      const button = element("button", { type: "button", className: "btn btn-sm btn-icon btn-ghost-secondary", title: label, ariaLabel: label });
      button.dataset.months = months;
      button.append(element("i", { className: `ti ti-${icon}` }));
      return button;
    };
    const title = this.text(this.title, this.month);
    head.append(
      element("span", { textContent: title.charAt(0).toUpperCase() + title.slice(1) }),
      turner(-1, "chevron-left", this.texts.monthBefore),
      turner(1, "chevron-right", this.texts.monthAfter),
    );
    return head;
  }

  cell(day) {
    const [start, end] = this.range;
    const button = element("button", { type: "button", textContent: Number(day.slice(8)), ariaLabel: this.text(this.whole, day) });
    button.dataset.day = day;
    if (day === today(this.offset)) button.setAttribute("aria-current", "date");
    const cell = element("td", { className: day.slice(0, 7) === this.month.slice(0, 7) ? "" : "vz-mini-other" });
    cell.classList.toggle("vz-mini-shown", start <= day && day < end);
    cell.append(button);
    return cell;
  }

  text(format, day) {
    return format.format(new Date(`${day}T00:00:00Z`));
  }
}

function element(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}
