"""`vizavi rotate-keys`: every stored secret is encrypted anew with the first of VIZAVI_FIELD_KEYS.

It can be ended and run again at any time: what is done already is known by being readable with the first key alone.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.conf import settings
from django.db.models import Field, Model, TextField
from django.db.models.functions import Cast

from vizavi.common import crypto
from vizavi.common.crypto import EncryptedTextField

Progress = Callable[[str], None]


@dataclass
class Rotation:
    """`unreadable` are secrets that none of the keys fits: they are left as they are."""

    renewed: int = 0
    current: int = 0
    unreadable: int = 0


def rotate(*, progress: Progress) -> Rotation:
    done = Rotation()
    for model, name in encrypted_columns():
        _rotate_column(model, name, done)
        progress(f"{model._meta.label}.{name}: {done.renewed} renewed, {done.current} current so far")
    return done


def encrypted_columns() -> Iterator[tuple[type[Model], str]]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedTextField):
                yield model, field.attname


def _rotate_column(model: type[Model], name: str, done: Rotation) -> None:
    first = Fernet(settings.FIELD_KEYS[0])
    stored = model._base_manager.annotate(token=Cast(name, _plain()))
    tokens = stored.exclude(token=None).exclude(token="").order_by("pk").values_list("pk", "token")
    for pk, token in list(tokens):
        if _reads(first, token):
            done.current += 1
            continue
        try:
            value = crypto.decrypt(token)
        except InvalidToken:
            done.unreadable += 1
            continue
        # a token that was renewed by a worker meanwhile is not overwritten
        done.renewed += stored.filter(pk=pk, token=token).update(**{name: value})


def _plain() -> "Field[str, str]":
    return TextField()


def _reads(key: Fernet, token: str) -> bool:
    try:
        key.decrypt(token.encode())
    except InvalidToken:
        return False
    return True
