"""`vizavi restore`: a backup becomes the installation, whole or not at all; what goes out then waits for a person.

The rows are loaded into the tables as they were when the backup was made, and these are then migrated like those of any
older installation.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.management.color import no_style
from django.db import OperationalError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Model

from vizavi.connections import restored
from vizavi.jobs import alive
from vizavi.jobs.models import Worker
from vizavi.people.models import User
from vizavi.upkeep import tables
from vizavi.upkeep.archive import Archive, Manifest, NotUsable

AT_ONCE = 500
BUSY_SECONDS = 2.0

Progress = Callable[[str], None]
Node = tuple[str, str]


class InUse(NotUsable):
    """Something of this installation still runs."""


def restore(
    archive: Archive, *, replace: bool, clone: bool, now: Callable[[], datetime], progress: Progress
) -> Manifest:
    """Raises NotUsable; then nothing was changed."""
    manifest = archive.manifest
    _refuse_newer(manifest)
    decrypt = _reader(archive, clone=clone)
    if _has_people() and not replace:
        raise NotUsable("This installation has data already. To give them up for the backup's, add --replace.")
    _refuse_running(now())
    with _fresh_database():
        _load(archive, decrypt, progress)
        with transaction.atomic():
            restored.begin(made_at=manifest.created, clone=clone, now=now)
    archive.extract_uploads(settings.HOME)
    return manifest


def _refuse_newer(manifest: Manifest) -> None:
    known = set(MigrationExecutor(connection).loader.disk_migrations)
    unknown = [(app, name) for app, names in manifest.migrations.items() for name in names if (app, name) not in known]
    if unknown:
        raise NotUsable(
            f"The backup was made by a newer version of Vizavi ({manifest.version}), whose database has what this one "
            "does not know. Install that version and restore again."
        )


def _reader(archive: Archive, *, clone: bool) -> tables.Convert:
    """Reads the backup's secrets with the installation's keys or with the one that the backup brings along."""
    brought = archive.key
    for keys in (settings.FIELD_KEYS, [brought] if brought else []):
        if keys and _reads(keys, archive.manifest.probe):
            return lambda value: _decrypted(keys, value) if value else value
    if clone:
        return lambda value: ""  # a clone keeps no permissions, so nothing has to be read
    raise NotUsable(
        "The secrets in the backup are encrypted with a key that this installation does not have, and the backup was "
        "made without --with-keys. Add the old installation's key (its VIZAVI_FIELD_KEYS, or the file field_keys in "
        "its VIZAVI_HOME) to the end of VIZAVI_FIELD_KEYS here and restore again. "
        "With --clone no key is needed, and everybody connects their calendar anew."
    )


def _reads(keys: Sequence[str], probe: str) -> bool:
    try:
        return bool(_decrypted(keys, probe))
    except (InvalidToken, ValueError):
        return False


def _decrypted(keys: Sequence[str], token: str) -> str:
    for key in keys:
        try:
            return Fernet(key).decrypt(token.encode()).decode()
        except InvalidToken:
            continue
    raise InvalidToken


def _has_people() -> bool:
    with_table = User._meta.db_table in connection.introspection.table_names()
    return with_table and User.objects.exists()


def _refuse_running(now: datetime) -> None:
    there = Worker._meta.db_table in connection.introspection.table_names()
    if there and alive.workers(now):
        raise InUse("A worker of this installation is running, or ended less than a minute ago. Stop all processes.")


@contextmanager
def _fresh_database() -> Iterator[None]:
    """No tables inside; the old ones are back if anything fails."""
    if connection.vendor == "sqlite":
        with _beside(Path(connection.settings_dict["NAME"])):
            yield
    else:
        with transaction.atomic():
            _drop_tables()
            yield


@contextmanager
def _beside(path: Path) -> Iterator[None]:
    """SQLite: everything is built in a file beside the old one, which it replaces at the end."""
    staged = path.with_name(path.name + ".restoring")
    connection.close()
    _refuse_open(path)
    _remove(staged)
    connection.settings_dict["NAME"] = str(staged)
    try:
        yield
        connection.close()  # the last one to close it leaves a single file
        _refuse_open(path)
        os.replace(staged, path)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = str(path)
        _remove(staged)


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _refuse_open(path: Path) -> None:
    """Whoever has it open would go on with the old file; only without them can the write-ahead log be ended."""
    if not path.exists():
        return
    database = sqlite3.connect(path, timeout=BUSY_SECONDS)
    try:
        database.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError:
        raise InUse(f"{path} is in use. Stop all processes of this installation first.") from None
    except sqlite3.DatabaseError as error:
        raise NotUsable(f"{path} is no database ({error}). Move it away and restore again.") from None
    finally:
        database.close()


def _drop_tables() -> None:
    """PostgreSQL: inside the transaction that also brings the new ones."""
    ours = {model._meta.db_table for model in _all_models()} | {"django_migrations"}
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{int(BUSY_SECONDS * 1000)}ms'")
        names = [
            connection.ops.quote_name(name) for name in connection.introspection.table_names(cursor) if name in ours
        ]
        try:
            if names:
                cursor.execute(f"DROP TABLE {', '.join(names)} CASCADE")
        except OperationalError:
            raise InUse("The database is in use. Stop all processes of this installation first.") from None


def _all_models() -> list[type[Model]]:
    from django.apps import apps  # the registry of the present

    return list(apps.get_models(include_auto_created=True))


def _load(archive: Archive, decrypt: tables.Convert, progress: Progress) -> None:
    executor = MigrationExecutor(connection)
    targets = _leaves(executor, archive.manifest)
    state = executor.migrate(targets)
    models = {model._meta.label: model for model in tables.models_of(state.apps)}
    if unknown := archive.manifest.rows.keys() - models.keys():
        raise NotUsable(f"The backup has tables that its version did not have: {', '.join(sorted(unknown))}.")
    with transaction.atomic():
        _check_at_the_end()
        for model in models.values():
            model._base_manager.all()._raw_delete(connection.alias)
        for number, (label, count) in enumerate(archive.manifest.rows.items(), 1):
            _load_rows(archive, models[label], decrypt)
            progress(f"{number}/{len(archive.manifest.rows)} {label}: {count}")
        _reset_sequences(list(models.values()))
        connection.check_constraints()
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def _check_at_the_end() -> None:
    """A migration that adds a foreign key leaves it checked at once; but no order of tables suits it."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _leaves(executor: MigrationExecutor, manifest: Manifest) -> list[Node]:
    """The last migrations that the backup had, as targets."""
    had = {(app, name) for app, names in manifest.migrations.items() for name in names}
    nodes = executor.loader.graph.node_map
    followed = {
        node for node in had if any(child.key in had and child.key[0] == node[0] for child in nodes[node].children)
    }
    return sorted(had - followed)


def _load_rows(archive: Archive, model: type[Model], decrypt: tables.Convert) -> None:
    rows = archive.rows(model._meta.label)
    names = next(rows)
    fields = {field.attname: field for field in tables.columns_of(model)}
    if unknown := set(names) - fields.keys():
        raise NotUsable(f"{model._meta.label} in the backup does not fit its version: {', '.join(sorted(unknown))}.")
    convert = tables.incoming([fields[name] for name in names], decrypt)
    while part := list(islice(rows, AT_ONCE)):
        objects = [model(**{n: turn(v) for n, turn, v in zip(names, convert, row, strict=True)}) for row in part]
        model._base_manager.bulk_create(objects)


def _reset_sequences(models: list[type[Model]]) -> None:
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
