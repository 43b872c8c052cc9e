"""`python -m vizavi.bench`, the command `vizavi bench`: run the measures, each in a process of its own."""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from vizavi.bench import exporting, growing, importing, polling, rivals, saving, showing
from vizavi.bench.rows import Row, as_json, table, write
from vizavi.bench.services import Absent
from vizavi.running.children import Stopped, stop_on_signals


@dataclass(frozen=True)
class Measure:
    """One measure: `long` ones are left out on request; none may take longer than `limit` seconds."""

    about: str
    rows: Callable[[], Iterator[Row]]
    limit: int
    long: bool = False


MEASURES = {
    "save": Measure("from saving to being visible in Google", saving.latency, 180),
    "import": Measure("first import of 10,000 events as busy blocks, beside gcal-sync", importing.blocks, 240),
    "typed": Measure("first import of 10,000 events as events of a type, beside gcal-sync", importing.typed, 300),
    "export": Measure("first export of 500 events, beside Google's own client", exporting.five_hundred, 240),
    "poll": Measure("reading a calendar in which nothing has changed", polling.one_account, 120),
    "round": Measure("a run of the background task over 200 accounts", polling.everybody, 240),
    "memory": Measure("memory and time of importing 100,000 events", growing.memory, 300),
    "workers": Measure("1, 2 and 4 worker processes, on PostgreSQL and Redis", growing.workers, 240),
    "month": Measure("the calendar's month with 2,000 events", showing.month, 120),
    "lists": Measure("lists of a large company, on SQLite", showing.lists, 240),
    "lists_postgres": Measure("lists of a large company, on PostgreSQL", showing.lists_on_postgres, 240),
    # last: it mostly waits, for about eight minutes
    "quota": Measure("first export of 5,000 events under Google's quota", exporting.under_quota, 960, long=True),
}
TEACHING = """\
Everything happens in a temporary folder and against a local Google: neither the data of this installation nor anybody's
calendar is touched. All measures take about a quarter of an hour.

examples:
  vizavi bench --short                      everything but the eight minutes under Google's quota
  vizavi bench save month                   two of them
  vizavi bench poll --json                  for programs

measures:
{measures}

Three of them compare with other programs, where these are installed: pip install {rivals}
Those on PostgreSQL and Redis need a server named to them:
  VIZAVI_BENCH_DATABASE_URL=postgres://…    a database of its own is created there, and dropped
  VIZAVI_BENCH_QUEUE_URL=redis://…/14       a database number that nobody else uses

Exit codes: 0 every bar is met, 1 one is not, or a measure failed, 2 wrong use. What was not measured says why.
"""


def main(arguments: list[str] | None = None) -> int:
    chosen = _parser().parse_args(arguments)
    if chosen.child:
        return _measure(chosen.names[0])
    names = chosen.names or [name for name, measure in MEASURES.items() if not (chosen.short and measure.long)]
    started = time.monotonic()
    stop_on_signals()
    try:
        rows = [row for name in names for row in _in_a_process(name)]
    except Stopped:
        return 1
    minutes = (time.monotonic() - started) / 60
    print(as_json(rows) if chosen.json else f"\n{table(rows)}")
    if chosen.into:
        write(chosen.into, rows, minutes)
    return 0 if all(row.met is not False for row in rows) else 1


def _parser() -> argparse.ArgumentParser:
    measures = "\n".join(f"  {name:<16}{measure.about}" for name, measure in MEASURES.items())
    parser = argparse.ArgumentParser(
        prog="vizavi bench",
        description="Measure this machine: speed and cost against the bars of the design.",
        epilog=TEACHING.format(measures=measures, rivals=" ".join(rivals.PACKAGES.values())),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="MEASURE", type=_name, help="what to measure (default: everything)")
    parser.add_argument("--short", action="store_true", help="without what takes minutes")
    parser.add_argument("--json", action="store_true", help="print the rows as JSON, at the end")
    parser.add_argument("--into", type=Path, metavar="PAGE", help="also put the table between the marks of this page")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    return parser


def _name(word: str) -> str:
    if word not in MEASURES:
        raise argparse.ArgumentTypeError(f"no such measure: {word}; there are {', '.join(MEASURES)}")
    return word


def _measure(name: str) -> int:
    """The child's side: rows go to the parent, whatever else is printed under way goes to the terminal."""
    with os.fdopen(os.dup(1), "w") as parent:
        os.dup2(2, 1)
        try:
            for row in MEASURES[name].rows():
                print(json.dumps(asdict(row)), file=parent, flush=True)
        except Absent as absent:
            print(json.dumps(asdict(Row(MEASURES[name].about, f"not measured: {absent}"))), file=parent, flush=True)
    return 0


def _in_a_process(name: str) -> list[Row]:
    """Nothing outlives its measure, and none hangs: what takes too long or fails is a row that says so."""
    print(f"{name}: {MEASURES[name].about} …", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "vizavi.bench", "--child", name]
    with tempfile.TemporaryDirectory(prefix="vizavi-bench-") as folder:
        settings = os.environ | {"TMPDIR": folder}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=settings, start_new_session=True)
        try:
            process.wait(MEASURES[name].limit)
        except subprocess.TimeoutExpired:
            print(f"{name}: not finished after {MEASURES[name].limit} s", file=sys.stderr)
        finally:
            _end(process)
        output, _ = process.communicate()
    rows = [Row(**json.loads(line)) for line in output.splitlines()]
    if process.returncode != 0:
        rows.append(Row(name, "FAILED", "finishes", float("inf")))
    for row in rows:
        print(f"  {row}", file=sys.stderr, flush=True)
    return rows


def _end(process: "subprocess.Popen[str]") -> None:
    """The measure and every process it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


if __name__ == "__main__":
    sys.exit(main())
