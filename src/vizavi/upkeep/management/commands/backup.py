"""`vizavi backup`: see upkeep/backup.py."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from vizavi.upkeep import backup
from vizavi.upkeep.archive import NotUsable


class Command(BaseCommand):
    requires_system_checks = []
    help = (
        "Write everything into one file, as it is at this moment, while everything goes on running. The file holds "
        "personal data; it is readable by its owner only. Stored permissions in it are encrypted: keep the key "
        "(VIZAVI_FIELD_KEYS, or the file field_keys) apart from it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="default: vizavi-DATE-TIME.zip in this folder")
        parser.add_argument("--with-keys", action="store_true", help="put the key into the file as well")
        parser.add_argument("--json", action="store_true", help="print the result as JSON, and no progress")

    def handle(self, *_: Any, **options: Any) -> None:
        now = timezone.now()
        path: Path = options["file"] or Path(f"vizavi-{now:%Y%m%d-%H%M%S}.zip")
        progress = (lambda line: None) if options["json"] else self.stderr.write
        try:
            manifest = backup.write(path, with_keys=options["with_keys"], now=now, progress=progress)
        except NotUsable as refused:
            raise CommandError(str(refused), returncode=2) from None
        rows, size = sum(manifest.rows.values()), path.stat().st_size
        if options["json"]:
            self.stdout.write(json.dumps({"file": str(path.resolve()), "bytes": size, "rows": rows}))
        else:
            self.stdout.write(f"{path}: {rows} rows, {size / 2**10:,.0f} KB")
