"""`vizavi create-user`: the first administrator of an installation, and everybody else from a script."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.utils import timezone

from vizavi.common.errors import RuleError
from vizavi.common.permissions import Role
from vizavi.people import operations
from vizavi.people.models import User


class Command(BaseCommand):
    requires_system_checks = []
    help = "Add a user. The password is asked for, or read from standard input."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--first-name", required=True)
        parser.add_argument("--last-name", required=True)
        parser.add_argument("--role", choices=Role.values, default=Role.RECRUITER.value)

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            validate_email(options["email"])
            user = User(**{name: options[name] for name in ("email", "first_name", "last_name", "role")})
            operations.save_user(user, password=_password(), by=None, now=timezone.now())
        except (RuleError, ValidationError) as error:
            text = str(error) if isinstance(error, RuleError) else " ".join(error.messages)
            raise CommandError(text, returncode=2) from None
        self.stdout.write(f"{user.email}: {user.short_name}, {user.get_role_display()}")


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("Password: ")
    if first != getpass.getpass("Once more: "):
        raise CommandError("The two passwords differ; nothing was saved.", returncode=2)
    return first
