// The hours outside of work, as shaded background of every day and column.
import { plus, weekday } from "./wall.js";

export function offHours(start, end, { workDays, workFrom, workTo }, columns) {
  const shade = [];
  const rest = { display: "background", classNames: ["vz-rest"], editable: false, resourceIds: columns.map(({ id }) => id) };
  for (let day = start.slice(0, 10); day < end.slice(0, 10); day = plus(day, { days: 1 })) {
    const [morning, midnight] = [`${day}T00:00:00`, `${plus(day, { days: 1 })}T00:00:00`];
    if (!workDays.includes(weekday(day))) shade.push({ ...rest, start: morning, end: midnight });
    else shade.push(
      { ...rest, start: morning, end: `${day}T${workFrom}:00` },
      { ...rest, start: `${day}T${workTo}:00`, end: midnight },
    );
  }
  return shade;
}
