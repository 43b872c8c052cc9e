"""What the commands of `vizavi` have in common."""

from argparse import RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand


class TaughtCommand(BaseCommand):
    """Its `help` and `examples` are printed by --help as they are written, line by line."""

    requires_system_checks = []
    examples = ""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        shape: dict[str, Any] = {"formatter_class": RawDescriptionHelpFormatter, "epilog": self.examples}
        return super().create_parser(prog_name, subcommand, **shape, **kwargs)
