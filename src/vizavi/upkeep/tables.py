"""Which tables a backup holds, and how a value becomes JSON and a value again; secrets stay encrypted."""

from collections.abc import Callable, Iterable
from typing import Any

from django.apps.registry import Apps
from django.db.models import Field, Model

from vizavi.common.crypto import EncryptedTextField

# Sessions end with a restore, failed sign-ins are forgotten, and the workers are other ones.
LEFT_OUT_APPS, LEFT_OUT = {"sessions", "axes"}, {"jobs.Worker"}

Convert = Callable[[Any], Any]


def models_of(apps: Apps) -> list[type[Model]]:
    kept = [model for model in apps.get_models(include_auto_created=True) if _is_kept(model)]
    return sorted(kept, key=lambda model: model._meta.label)


def _is_kept(model: type[Model]) -> bool:
    about = model._meta
    stored = about.managed and not about.proxy
    return stored and about.app_label not in LEFT_OUT_APPS and about.label not in LEFT_OUT


def columns_of(model: type[Model]) -> "list[Field[Any, Any]]":
    return list(model._meta.concrete_fields)


def outgoing(fields: "Iterable[Field[Any, Any]]", encrypt: Convert) -> list[Convert]:
    """Per column: from the value in Python to one that JSON can hold. What JSON knows itself is left to it."""
    return [encrypt if isinstance(field, EncryptedTextField) else _same for field in fields]


def incoming(fields: "Iterable[Field[Any, Any]]", decrypt: Convert) -> list[Convert]:
    return [decrypt if isinstance(field, EncryptedTextField) else field.to_python for field in fields]


def _same(value: Any) -> Any:
    return value
