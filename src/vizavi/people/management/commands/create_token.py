"""`vizavi create-token`: a key to the REST API, printed once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from vizavi.common.errors import RuleError
from vizavi.people.models import User
from vizavi.people.tokens import create_token


class Command(BaseCommand):
    requires_system_checks = []
    help = "Make a token for the REST API; it has the rights of its user and is printed only now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="whose rights it has")
        parser.add_argument("--name", default="vizavi create-token", help="what it is for (default: %(default)s)")
        parser.add_argument("--days", type=int, help="how long it is valid (default: until it is revoked)")

    def handle(self, *_: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"].strip()).first()
        if user is None:
            raise CommandError(f"Nobody signs in with {options['email']}; no token was made.", returncode=2)
        try:
            made = create_token(user, name=options["name"], days=options["days"], by=None, now=timezone.now())
        except RuleError as error:
            raise CommandError(str(error), returncode=2) from None
        self.stdout.write(made.secret)  # alone on its line, so that a script can take it
        until = made.token.expires_at
        self.stderr.write(f"{user.short_name}, {f'valid until {until:%Y-%m-%d}' if until else 'valid until revoked'}.")
