"""`vizavi backup`: everything in one file, as it was at one moment, while everything goes on running."""

import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
from cryptography.fernet import InvalidToken
from django.apps import apps
from django.conf import settings
from django.db import connections, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model

from vizavi.common import crypto
from vizavi.connections.models import Installation
from vizavi.upkeep import tables
from vizavi.upkeep.archive import FORMAT, KEY, MANIFEST, PRODUCT, ROWS, UPLOADS, Manifest, NotUsable

SNAPSHOT = "snapshot"
PROBE = "vizavi"
AT_ONCE = 2000

Progress = Callable[[str], None]


def write(path: Path, *, with_keys: bool, now: datetime, progress: Progress) -> Manifest:
    """Raises NotUsable; an unfinished file is never left under the wanted name."""
    if path.exists():
        raise NotUsable(f"{path} exists already; it was not touched. Choose another name.")
    unfinished = path.with_name(path.name + ".part")
    try:
        handle = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            manifest = _fill(file, with_keys=with_keys, now=now, progress=progress)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
    except OSError as error:
        raise NotUsable(f"{path} cannot be written: {error.strerror or error}.") from None
    except InvalidToken:
        raise NotUsable(
            "Some stored secrets cannot be read with VIZAVI_FIELD_KEYS, so they could not be restored either. "
            "Add the key they were written with to the end of the list. `vizavi doctor` checks it."
        ) from None
    finally:
        unfinished.unlink(missing_ok=True)
    return manifest


def _fill(file: Any, *, with_keys: bool, now: datetime, progress: Progress) -> Manifest:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, _snapshot() as alias:
        models = tables.models_of(apps)
        rows = {}
        for number, model in enumerate(models, 1):
            label = model._meta.label
            rows[label] = _write_rows(archive, model, alias)
            progress(f"{number}/{len(models)} {label}: {rows[label]}")
        for upload in _uploads():
            archive.write(upload, UPLOADS + upload.relative_to(settings.HOME / "uploads").as_posix())
        if with_keys:
            archive.writestr(KEY, settings.FIELD_KEYS[0])  # the one that everything in this file is encrypted with
        manifest = _manifest(alias, rows, now)
        archive.writestr(MANIFEST, msgspec.json.encode(manifest))
    return manifest


@contextmanager
def _snapshot() -> Iterator[str]:
    """A connection of its own whose one transaction sees a single moment; nobody waits for it.

    SQLite's readers in WAL mode see the moment of their first read, and a deferred transaction locks nobody out.
    """
    options: dict[str, Any] = dict(settings.DATABASES["default"].get("OPTIONS", {}))
    sqlite = connections["default"].vendor == "sqlite"
    options |= {"transaction_mode": "DEFERRED"} if sqlite else {"isolation_level": _repeatable_read()}
    connections.databases[SNAPSHOT] = {**connections["default"].settings_dict, "OPTIONS": options}
    try:
        with transaction.atomic(using=SNAPSHOT):
            yield SNAPSHOT
    finally:
        connections[SNAPSHOT].close()
        del connections[SNAPSHOT], connections.databases[SNAPSHOT]


def _repeatable_read() -> Any:
    from psycopg import IsolationLevel  # only where PostgreSQL is used

    return IsolationLevel.REPEATABLE_READ


def _write_rows(archive: zipfile.ZipFile, model: type[Model], alias: str) -> int:
    fields = tables.columns_of(model)
    names = [field.attname for field in fields]
    convert = tables.outgoing(fields, _encrypted)
    values = model._base_manager.using(alias).order_by("pk").values_list(*names)
    count = 0
    with archive.open(f"{ROWS}{model._meta.label}.jsonl", "w", force_zip64=True) as lines:
        lines.write(msgspec.json.encode(names) + b"\n")
        for row in values.iterator(chunk_size=AT_ONCE):
            lines.write(msgspec.json.encode([turn(value) for turn, value in zip(convert, row, strict=True)]) + b"\n")
            count += 1
    return count


def _encrypted(value: str | None) -> str | None:
    return crypto.encrypt(value) if value else value


def _uploads() -> Iterator[Path]:
    return (path for path in sorted((settings.HOME / "uploads").rglob("*")) if path.is_file())


def _manifest(alias: str, rows: dict[str, int], now: datetime) -> Manifest:
    migrations: dict[str, list[str]] = {}
    for app, name in sorted(MigrationRecorder(connections[alias]).applied_migrations()):
        migrations.setdefault(app, []).append(name)
    uid = Installation.objects.using(alias).values_list("uid", flat=True).first()
    return Manifest(
        product=PRODUCT,
        format=FORMAT,
        version=version("vizavi"),
        created=now,
        installation=str(uid or ""),
        migrations=migrations,
        rows=rows,
        probe=crypto.encrypt(PROBE),
    )
