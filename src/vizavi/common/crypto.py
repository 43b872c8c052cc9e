"""Secrets at rest: a text field whose database value is encrypted with the installation's field keys."""

from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.FIELD_KEYS])


def encrypt(text: str) -> str:
    return _fernet().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Raises cryptography.fernet.InvalidToken when none of the keys fits."""
    return _fernet().decrypt(token.encode()).decode()


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]  # Django has no generic at run time
    """Text that is only readable with VIZAVI_FIELD_KEYS; an empty string stays empty."""

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        return decrypt(value) if value else value

    def get_prep_value(self, value: Any) -> Any:
        return encrypt(value) if value else value
