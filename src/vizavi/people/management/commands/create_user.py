"""`vizavi create-user`: the first administrator of an installation, and everybody else from a script."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.core.validators import validate_email
from django.utils import timezone

from vizavi.common.commands import TaughtCommand
from vizavi.common.errors import RuleError
from vizavi.common.permissions import Role
from vizavi.people import operations
from vizavi.people.models import User

TEACHING = """\
Add somebody who can sign in, into the database of this installation (VIZAVI_HOME or VIZAVI_DATABASE_URL).
The password is asked for, or is the first line of standard input.
"""
_ROLES = "\n".join(f"  {role}" for role in Role.values)
EXAMPLES = f"""\
roles (Administration → Users shows what each may):
{_ROLES}

examples:
  vizavi create-user olga@example.org --first-name Ольга --last-name Мельникова --role administrator
  vizavi create-user anna@example.org --first-name Анна --last-name Крылова < password.txt

Exit codes: 0 done, 2 nothing was saved, and why.
"""


class Command(TaughtCommand):
    help = TEACHING
    examples = EXAMPLES

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="what the person signs in with")
        parser.add_argument("--first-name", required=True)
        parser.add_argument("--last-name", required=True)
        parser.add_argument(
            "--role",
            choices=Role.values,
            default=Role.RECRUITER.value,
            metavar="ROLE",
            help="one of those below (default: %(default)s)",
        )

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
