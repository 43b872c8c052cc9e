"""`vizavi confirm-restore`: what would go out after a restore, and the word that it may."""

import dataclasses
import json
import sys
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from vizavi.connections import restored
from vizavi.connections.restored import Waiting


class Command(BaseCommand):
    requires_system_checks = []
    help = (
        "After a restore: show what would go out to calendars and, once confirmed, let it. Confirm only when the old "
        "installation is off, else both write into the same calendars."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--yes", action="store_true", help="confirm without being asked: the old one is off")
        parser.add_argument("--json", action="store_true", help="print the preview as JSON; confirms only with --yes")

    def handle(self, *_: Any, **options: Any) -> None:
        waiting = restored.waiting(now=timezone.now())
        if waiting is None:
            raise CommandError("Nothing waits to be confirmed: interviews are being sent.", returncode=2)
        if options["json"]:
            self.stdout.write(json.dumps(dataclasses.asdict(waiting), default=datetime.isoformat, ensure_ascii=False))
        else:
            self.stdout.write(_as_text(waiting))
        if options["yes"] or (not options["json"] and self._agreed()):
            restored.confirm(by=None, now=timezone.now())
            self.stderr.write("Confirmed. What waited goes out now.")
        elif not options["json"]:
            self.stderr.write("Not confirmed; it goes on waiting.")
            raise SystemExit(1)

    def _agreed(self) -> bool:
        if not sys.stdin.isatty():
            return False
        self.stderr.write('Is the old installation off? Type "yes" to confirm:')
        return sys.stdin.readline().strip().lower() == "yes"


def _as_text(waiting: Waiting) -> str:
    made, out = waiting.backup_made_at, waiting.outward
    lines = [f"Backup of {timezone.localtime(made):%Y-%m-%d %H:%M}." if made else "A backup was restored."]
    lines += [f"Would go out: {out.create} new, {out.change} changed, {out.remove} removed."]
    lines += [f"Deleted there, waiting for an answer here: {waiting.questions}."]
    lines += [f"Not read since the restore, so more may come: {', '.join(waiting.unread)}."] if waiting.unread else []
    lines += [f"Have to sign in again first: {', '.join(waiting.signed_out)}."] if waiting.signed_out else []
    return "\n".join(lines)
