"""`python -m bench [NAME …]`: run the measures, each in a process of its own, and write docs/performance.md."""

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

from bench import exporting, growing, importing, polling, saving, showing
from bench.rows import Row, table, write


@dataclass(frozen=True)
class Measure:
    """One measure: `long` ones are left out on request; none may take longer than `limit` seconds."""

    rows: Callable[[], Iterator[Row]]
    limit: int
    long: bool = False


MEASURES = {
    "save": Measure(saving.latency, 180),
    "import": Measure(importing.blocks, 240),
    "typed": Measure(importing.typed, 300),
    "export": Measure(exporting.five_hundred, 240),
    "poll": Measure(polling.one_account, 120),
    "round": Measure(polling.everybody, 240),
    "memory": Measure(growing.memory, 300),
    "workers": Measure(growing.workers, 240),
    "month": Measure(showing.month, 120),
    "lists": Measure(showing.lists, 240),
    "lists_postgres": Measure(showing.lists_on_postgres, 240),
    "quota": Measure(exporting.under_quota, 960, long=True),  # last: it mostly waits, for about eight minutes
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"some of: {', '.join(MEASURES)} (default: all)")
    parser.add_argument("--short", action="store_true", help="without what takes minutes")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if unknown := set(chosen.names) - set(MEASURES):
        parser.error(f"no such measure: {', '.join(sorted(unknown))}")
    if chosen.child:
        return _measure(chosen.names[0])
    names = chosen.names or [name for name, measure in MEASURES.items() if not (chosen.short and measure.long)]
    started = time.monotonic()
    rows = [row for name in names for row in _in_a_process(name)]
    print(f"\n{table(rows)}")
    if names == list(MEASURES):
        write(rows, "make bench", time.monotonic() - started)
    return 0 if all(row.ratio is None or row.ratio <= 1 for row in rows) else 1


def _measure(name: str) -> int:
    """The child's side: rows go to the parent, whatever else is printed under way goes to the terminal."""
    with os.fdopen(os.dup(1), "w") as parent:
        os.dup2(2, 1)
        for row in MEASURES[name].rows():
            print(json.dumps(asdict(row)), file=parent, flush=True)
    return 0


def _in_a_process(name: str) -> list[Row]:
    """Nothing outlives its measure, and none hangs: what takes too long or fails is a row that says so."""
    command = [sys.executable, "-m", "bench", "--child", name]
    with tempfile.TemporaryDirectory(prefix="vizavi-bench-") as folder:
        settings = os.environ | {"TMPDIR": folder}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=settings, start_new_session=True)
        try:
            process.wait(MEASURES[name].limit)
        except subprocess.TimeoutExpired:
            print(f"{name}: not finished after {MEASURES[name].limit} s", file=sys.stderr)
        _end(process)
        output, _ = process.communicate()
    rows = [Row(**json.loads(line)) for line in output.splitlines()]
    if process.returncode != 0:
        rows.append(Row(name, "FAILED", "finishes", float("inf")))
    for row in rows:
        print(row, flush=True)
    return rows


def _end(process: "subprocess.Popen[str]") -> None:
    """The measure and every process it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


if __name__ == "__main__":
    sys.exit(main())
