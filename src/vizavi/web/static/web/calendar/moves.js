// A drag becomes a POST with the revision that was seen; a refusal puts the event back and says why.
import { plus } from "./wall.js";

const ZERO = {};

function csrfToken() {
  return document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

export async function move(info, { refused, moved, unreachable }) {
  const { id, props } = { id: info.event.extendedProps.id, props: info.event.extendedProps };
  const body = new URLSearchParams({
    revision: props.revision,
    all_day: info.event.allDay ? "1" : "",
    start: plus(props.start, info.delta ?? info.startDelta ?? ZERO),
    end: plus(props.end, info.delta ?? info.endDelta ?? ZERO),
  });
  try {
    const answer = await fetch(props.moveUrl, { method: "POST", body, headers: { "X-CSRFToken": csrfToken() } });
    const told = await answer.json();
    if (answer.ok) return moved(id, told);
    info.revert();
    return refused(told.text);
  } catch {
    info.revert();
    return unreachable();
  }
}
