"""`vizavi rotate-keys`: see upkeep/keys.py."""

import dataclasses
import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from vizavi.upkeep import keys


class Command(BaseCommand):
    requires_system_checks = []
    help = (
        "Encrypt every stored secret anew with the first of VIZAVI_FIELD_KEYS. Put the new key before the old one, "
        "restart all processes, run this, then take the old key out. It may be ended and run again; everything goes "
        "on running meanwhile."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the result as JSON, and no progress")

    def handle(self, *_: Any, **options: Any) -> None:
        done = keys.rotate(progress=(lambda line: None) if options["json"] else self.stderr.write)
        if options["json"]:
            self.stdout.write(json.dumps(dataclasses.asdict(done)))
        else:
            self.stdout.write(f"{done.renewed} renewed, {done.current} were current, {done.unreadable} unreadable")
        if done.unreadable:
            self.stderr.write("What none of the keys fits was left as it is: keep the old keys, or connect anew.")
            raise SystemExit(1)
