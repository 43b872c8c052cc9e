"""Measured figures as rows of the table: `name | figure | bar | ratio | met?`."""

import json
import math
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
WORDS = {None: "–", True: "yes", False: "NO"}


@dataclass(frozen=True)
class Row:
    """One figure. `ratio` is how much of its bar it takes up (1.00 = just met); a figure without a bar informs only."""

    name: str
    figure: str
    bar: str = "–"
    ratio: float | None = None

    @property
    def met(self) -> bool | None:
        return None if self.ratio is None else self.ratio <= 1

    def cells(self) -> tuple[str, ...]:
        return self.name, self.figure, self.bar, "–" if self.ratio is None else f"{self.ratio:.2f}", WORDS[self.met]

    def __str__(self) -> str:
        return " | ".join(self.cells())


def at_most(name: str, value: float, limit: float, unit: str, *, digits: int = 0) -> Row:
    ratio = value / limit if limit else math.inf if value else 0.0
    return Row(name, f"{value:.{digits}f} {unit}".strip(), f"≤ {limit:g} {unit}".strip(), ratio)


def at_least(name: str, value: float, limit: float, unit: str, *, digits: int = 1) -> Row:
    return Row(name, f"{value:.{digits}f} {unit}", f"≥ {limit:g} {unit}", limit / value)


def table(rows: Sequence[Row]) -> str:
    """Markdown, aligned so that it is readable as it stands."""
    lines = [("name", "figure", "bar", "ratio", "met?"), *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(5)]
    padded = [[cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines]
    shown = [f"| {' | '.join(cells)} |" for cells in padded]
    shown.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(shown)


def as_json(rows: Sequence[Row]) -> str:
    """The same for programs; a ratio beyond all measure (failed, or anything where nothing is allowed) is null."""
    told = [asdict(row) | {"ratio": _finite(row.ratio), "met": row.met} for row in rows]
    return json.dumps({"machine": _machine(), "python": platform.python_version(), "rows": told}, ensure_ascii=False)


def _finite(ratio: float | None) -> float | None:
    return ratio if ratio is None or math.isfinite(ratio) else None


def write(page: Path, rows: Sequence[Row], minutes: float) -> None:
    """Put the table between the marks of a page."""
    head, _, rest = page.read_text().partition(BEGIN)
    _, _, tail = rest.partition(END)
    where = f"{datetime.now():%Y-%m-%d}, {_machine()}, Python {platform.python_version()}"  # noqa: DTZ005 - the reader's day
    about = f"Measured {where}, in {minutes:.0f} min."
    page.write_text(f"{head}{BEGIN}\n{about}\n\n{table(rows)}\n{END}{tail}")


def _machine() -> str:
    """Processor, cores and memory; where the system does not tell, its name."""
    try:
        processors = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
        memory = int(Path("/proc/meminfo").read_text().split()[1]) / 2**20
    except OSError:
        return platform.platform()
    name = processors[0].partition(":")[2].strip() if processors else platform.machine()
    return f"{name} × {len(processors) or '?'}, {memory:.0f} GB"
