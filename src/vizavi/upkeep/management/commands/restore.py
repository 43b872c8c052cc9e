"""`vizavi restore`: see upkeep/restore.py."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from vizavi.common.commands import TaughtCommand
from vizavi.upkeep import restore
from vizavi.upkeep.archive import Archive, NotUsable

TEACHING = """\
Make a backup the data of this installation, whole or not at all. All processes must be stopped, and the installation
empty unless --replace is given. Afterwards nothing is sent to calendars until `vizavi confirm-restore`; reading goes
on, so that what has changed since is known.
"""
EXAMPLES = """\
settings: VIZAVI_HOME or VIZAVI_DATABASE_URL name what is filled. The key that the backup was made with stands in
VIZAVI_FIELD_KEYS or in the file field_keys, unless the backup has it inside (`vizavi backup --with-keys`).

examples:
  vizavi restore monday.zip                 into an empty installation, after the old one was lost
  vizavi restore monday.zip --replace       back to Monday: what is here now is given up
  vizavi restore monday.zip --clone         for a trial, beside the installation it was made in

Exit codes: 0 done, 2 nothing was changed, and why.
"""
NEXT = """Nothing is sent to anybody's calendar yet. Next:
  1. make sure that the old installation is off;
  2. start this one (`vizavi serve`): it reads what has changed since the backup;
  3. look at what would go out and confirm it: `vizavi confirm-restore`,
     or Administration → Tools → Backup and restore."""
CLONED = """This is an installation of its own now. Nobody's calendar is connected; everybody requests access anew.
Tokens of the REST API were dropped too; passwords are those of the backup.
Nothing is sent before it is confirmed: `vizavi confirm-restore`."""


class Command(TaughtCommand):
    help = TEACHING
    examples = EXAMPLES

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="what `vizavi backup` has written")
        parser.add_argument("--replace", action="store_true", help="give up the data that are here now")
        parser.add_argument(
            "--clone", action="store_true", help="an installation of its own: new identity, no permissions, no tokens"
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON, and no progress")

    def handle(self, *_: Any, **options: Any) -> None:
        progress = (lambda line: None) if options["json"] else self.stderr.write
        choices = {name: options[name] for name in ("replace", "clone")}
        try:
            with Archive(options["file"]) as archive:
                manifest = restore.restore(archive, **choices, now=timezone.now, progress=progress)
        except NotUsable as refused:
            raise CommandError(f"{refused} Nothing was changed.", returncode=2) from None
        rows = sum(manifest.rows.values())
        if options["json"]:
            self.stdout.write(json.dumps({"made": manifest.created.isoformat(), "rows": rows}))
        else:
            made = timezone.localtime(manifest.created)
            text = CLONED if options["clone"] else NEXT
            self.stdout.write(f"Restored: {rows} rows of {made:%Y-%m-%d %H:%M} (version {manifest.version}).\n{text}")
