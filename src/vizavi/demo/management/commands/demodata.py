"""`vizavi demodata`: fill the database with the demo company; a second run changes nothing."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from vizavi.demo import people, writing


class Command(BaseCommand):
    help = "Fill the database with demo data"

    def handle(self, *args: Any, **options: Any) -> None:
        text = (
            "The demo company was created." if writing.write(timezone.now()) else "The demo company is there already."
        )
        if options["verbosity"]:
            self.stdout.write(f"{text} Sign in as {people.OLGA.email} or {people.ANNA.email}, {people.PASSWORD}")
