"""`vizavi doctor`: see upkeep/checks.py."""

import dataclasses
import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from vizavi.upkeep import checks
from vizavi.upkeep.checks import Finding, Verdict


class Command(BaseCommand):
    requires_system_checks = []
    help = (
        "Check configuration, database, queue, workers, keys, disk, mail and the connection to Google, one by one. "
        "Exit code 0: all is well; 1: something does not work now; 2: something is not configured."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the findings as JSON")

    def handle(self, *_: Any, **options: Any) -> None:
        findings = []
        for finding in checks.findings():
            findings.append(finding)
            if not options["json"]:
                self.stdout.write(f"{self._mark(finding)}  {finding.subject}: {finding.text}")
        if options["json"]:
            self.stdout.write(json.dumps([dataclasses.asdict(finding) for finding in findings], ensure_ascii=False))
        verdicts = {finding.verdict for finding in findings}
        if Verdict.MISSING in verdicts:
            raise SystemExit(2)
        if Verdict.FAILING in verdicts:
            raise SystemExit(1)

    def _mark(self, finding: Finding) -> str:
        style = {Verdict.OK: self.style.SUCCESS, Verdict.NOTE: self.style.WARNING}.get(
            finding.verdict, self.style.ERROR
        )
        return style(f"{finding.verdict.value:<7}")
