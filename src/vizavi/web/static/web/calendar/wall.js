// Wall-clock arithmetic on naive ISO strings: the browser's own zone (and its clock changes) never takes part.

function instant(naive) {
  return new Date(`${naive.length === 10 ? `${naive}T00:00:00` : naive.slice(0, 19)}Z`);
}

export function plus(naive, { years = 0, months = 0, days = 0, seconds = 0 }) {
  const moved = instant(naive);
  moved.setUTCFullYear(moved.getUTCFullYear() + years, moved.getUTCMonth() + months, moved.getUTCDate() + days);
  moved.setUTCSeconds(moved.getUTCSeconds() + seconds);
  return moved.toISOString().slice(0, naive.length === 10 ? 10 : 19);
}

export function weekday(naive) {
  return instant(naive).getUTCDay();
}

export function today(offset) {
  const sign = offset.startsWith("-") ? -1 : 1;
  const [hours, minutes] = offset.slice(1).split(":").map(Number);
  return new Date(Date.now() + sign * (hours * 60 + minutes) * 60000).toISOString().slice(0, 10);
}
