"""Who is meant by an address on the command line."""

from django.core.management.base import CommandError

from vizavi.people.models import User


def active_user(email: str) -> User:
    """Raises CommandError, as wrong use, where nobody signs in with it."""
    user = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if user is None:
        raise CommandError(f"There is no active user {email}.", returncode=2)
    return user
