"""Measured figures as rows of the table: `name | figure | bar | ratio | met?`."""

import math
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"


@dataclass(frozen=True)
class Row:
    """One figure. `ratio` is how much of its bar it takes up (1.00 = just met); a figure without a bar informs only."""

    name: str
    figure: str
    bar: str = "–"
    ratio: float | None = None

    @property
    def met(self) -> str:
        if self.ratio is None:
            return "–"
        return "yes" if self.ratio <= 1 else "NO"

    def cells(self) -> tuple[str, ...]:
        return self.name, self.figure, self.bar, "–" if self.ratio is None else f"{self.ratio:.2f}", self.met

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


def write(rows: Sequence[Row], command: str, seconds: float) -> None:
    """Put the table between the markers of docs/performance.md."""
    head, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, tail = rest.partition(END)
    where = f"{datetime.now():%Y-%m-%d}, {_machine()}, Python {platform.python_version()}"  # noqa: DTZ005 - the reader's day
    about = f"Measured {where}, by `{command}` in {seconds / 60:.0f} min."
    PAGE.write_text(f"{head}{BEGIN}\n{about}\n\n{table(rows)}\n{END}{tail}")


def _machine() -> str:
    """Processor, cores and memory; where the system does not tell, its name."""
    try:
        processors = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
        memory = int(Path("/proc/meminfo").read_text().split()[1]) / 2**20
    except OSError:
        return platform.platform()
    return f"{processors[0].partition(':')[2].strip()} × {len(processors)}, {memory:.0f} GB"
