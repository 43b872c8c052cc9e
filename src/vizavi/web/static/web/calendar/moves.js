// A drag becomes a POST with the revision that was seen; a refusal puts the event back and says why. Where there is
// something to ask, the server answers with the question and moves the event once it was answered.
import { ask } from "../dialog.js";
import { plus } from "./wall.js";

const ZERO = {};

function csrfToken() {
  return document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

async function post(address, fields) {
  const answer = await fetch(address, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { "X-CSRFToken": csrfToken() },
  });
  return { ok: answer.ok, told: await answer.json() };
}

// Dropped in a colleague's or a room's column: where it came from and where it is now.
function columns({ oldResource, newResource }) {
  if (!newResource || oldResource.id === newResource.id) return {};
  return { from_column: oldResource.id, column: newResource.id };
}

const swapped = ({ from_column: before, column }) => (column ? { from_column: column, column: before } : {});

export async function move(info, { refused, moved, unreachable }) {
  const props = info.event.extendedProps;
  const allDay = info.event.allDay ? "1" : "";
  const asBefore = { all_day: allDay, start: props.start, end: props.end };
  const into = columns(info);
  const wanted = {
    revision: props.revision,
    all_day: allDay,
    start: plus(props.start, info.delta ?? info.startDelta ?? ZERO),
    end: plus(props.end, info.delta ?? info.endDelta ?? ZERO),
    ...into,
  };
  try {
    let { ok, told } = await post(props.moveUrl, wanted);
    if (told.ask) {
      const answers = await ask(told.ask);
      if (!answers) return info.revert();
      ({ ok, told } = await post(props.moveUrl, { ...wanted, ...answers, confirmed: 1 }));
    }
    if (!ok) {
      info.revert();
      return refused(told.text);
    }
    // who took part before and is the responsible now would not take part again
    const lossless = !into.column || !info.oldEvent.resourceIds.includes(into.column);
    const back = { ...asBefore, ...swapped(into), revision: told.revision, confirmed: 1 };
    return moved(told, lossless ? () => post(props.moveUrl, back) : null);
  } catch {
    info.revert();
    return unreachable();
  }
}
