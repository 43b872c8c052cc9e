"""`vizavi doctor`: everything an installation needs, checked one by one, each with what to do where it is missing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from huey.contrib.djhuey import HUEY

from vizavi.common import crypto
from vizavi.connections import consent, project
from vizavi.connections.models import Account


@dataclass(frozen=True)
class Finding:
    subject: str
    good: bool
    text: str


class Command(BaseCommand):
    help = "Check configuration, database, queue and the connection to Google."
    requires_system_checks = []

    def handle(self, *_: Any, **__: Any) -> None:
        findings = list(_findings())
        for finding in findings:
            mark = self.style.SUCCESS("ok     ") if finding.good else self.style.ERROR("missing")
            self.stdout.write(f"{mark}  {finding.subject}: {finding.text}")
        if not all(finding.good for finding in findings):
            raise SystemExit(2)


def _findings() -> Iterator[Finding]:
    yield Finding("Home", good=True, text=str(settings.HOME))
    yield _attempt("Time zones", _time_zone)
    database = _attempt("Database", _database)
    yield database
    if database.good:
        yield _attempt("Migrations", _migrations)
    yield _attempt("Queue", _queue)
    if database.good:
        yield _attempt("Field keys", _field_keys)
        yield _attempt("Google client", _google_client)
    yield Finding("Redirect address", good=True, text=_redirect())


class _Missing(Exception):
    """A check's negative answer; the text says what to do."""


def _attempt(subject: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(subject, good=True, text=check())
    except _Missing as missing:
        return Finding(subject, good=False, text=str(missing))
    except Exception as error:  # whatever a database or a queue raises is this check's answer
        return Finding(subject, good=False, text=f"{type(error).__name__}: {str(error).strip()}")


def _time_zone() -> str:
    try:
        ZoneInfo(settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        raise _Missing(f"VIZAVI_TIME_ZONE={settings.TIME_ZONE} is unknown; use a name as Europe/Moscow.") from None
    return f"{settings.TIME_ZONE} is the organisation's zone"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return f"{connection.display_name} answers"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        raise _Missing(f"{len(waiting)} not applied; run `vizavi migrate`.")
    return "all applied"


def _queue() -> str:
    name = type(HUEY.storage).__name__.removesuffix("Storage")
    return f"{name} answers, {HUEY.storage.queue_size()} waiting, {HUEY.storage.schedule_size()} for later"


def _field_keys() -> str:
    if crypto.decrypt(crypto.encrypt("probe")) != "probe":
        raise _Missing("VIZAVI_FIELD_KEYS does not decrypt what it encrypted.")
    try:
        rows = sum(bool(account.refresh_token) for account in Account.objects.all())
    except InvalidToken:
        raise _Missing(
            "stored tokens cannot be read with VIZAVI_FIELD_KEYS; "
            "add the key they were written with to the end of the list."
        ) from None
    except DatabaseError:
        raise _Missing("the tables are not there yet; run `vizavi migrate`.") from None
    return f"{len(settings.FIELD_KEYS)} in use, {rows} stored tokens readable"


def _google_client() -> str:
    problem = consent.configuration_problem()
    if problem:
        raise _Missing(problem)
    return f"{project.current().client_id}, consent at {settings.GOOGLE['auth_uri']}"


def _redirect() -> str:
    """The address that must be registered at Google, and what users do after consenting (DESIGN 5.9)."""
    address = project.redirect_uri()
    if settings.GOOGLE["redirect_uri"]:
        return f"{address}, set by VIZAVI_GOOGLE_REDIRECT_URI"
    if address == project.DESKTOP_REDIRECT and not address.startswith(settings.BASE_URL):
        return f"{address}: VIZAVI_BASE_URL is neither https nor loopback, so users paste the whole address"
    return f"{address}: returns by itself"
