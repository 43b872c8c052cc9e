"""What `vizavi doctor` looks at, one thing after the other, each with what to do where it is wrong."""

import shutil
import zoneinfo
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from smtplib import SMTPAuthenticationError, SMTPException
from urllib.parse import urlsplit

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.mail import get_connection
from django.db import DatabaseError
from django.utils import timezone

from vizavi.common import crypto
from vizavi.connections import consent, google, hold, project
from vizavi.connections.models import Account
from vizavi.jobs import alive
from vizavi.jobs.models import TaskRun
from vizavi.upkeep import ready
from vizavi.upkeep.ready import Missing

SKEW_TOLD, SKEW_TOLERATED = timedelta(seconds=5), timedelta(seconds=60)
MAIL_SECONDS = 5
DISK_LOW = 500 * 2**20


class Verdict(StrEnum):
    OK = "ok"
    NOTE = "note"  # as it should be at this stage, but somebody may wonder
    FAILING = "failing"  # configured, and does not work now
    MISSING = "missing"  # not configured


class Failing(Exception):
    """It is configured and does not work now; the text says what to do."""


class Note(Exception):
    """Nothing is wrong; the text says what is unusual."""


@dataclass(frozen=True, slots=True)
class Finding:
    subject: str
    verdict: Verdict
    text: str


def findings() -> Iterator[Finding]:
    yield _attempt("Home", _home)
    yield _attempt("Disk", _disk)
    yield _attempt("Time zones", _time_zones)
    database = _attempt("Database", ready.database)
    yield database
    migrations = _attempt("Migrations", ready.migrations) if database.verdict is Verdict.OK else None
    yield from [migrations] if migrations else []
    yield _attempt("Queue", ready.queue)
    if migrations and migrations.verdict is Verdict.OK:
        yield _attempt("Workers", _workers)
        yield _attempt("After a restore", _held)
        yield _attempt("Field keys", _field_keys)
        yield _attempt("Google client", _google_client)
    yield Finding("Redirect address", Verdict.OK, _redirect())
    yield from _google()
    yield _attempt("Mail", _mail)


def _attempt(subject: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(subject, Verdict.OK, check())
    except Note as note:
        return Finding(subject, Verdict.NOTE, str(note))
    except Failing as failing:
        return Finding(subject, Verdict.FAILING, str(failing))
    except Missing as missing:
        return Finding(subject, Verdict.MISSING, str(missing))
    except Exception as error:  # whatever a database or a queue raises is this check's answer
        return Finding(subject, Verdict.MISSING, f"{type(error).__name__}: {str(error).strip()}")


def _home() -> str:
    open_keys = [name for name in ("secret_key", "field_keys") if _is_readable_by_others(name)]
    if open_keys:
        raise Failing(f"others can read {', '.join(open_keys)} in {settings.HOME}; run `chmod 600` on it.")
    return str(settings.HOME)


def _is_readable_by_others(name: str) -> bool:
    path = settings.HOME / name
    return path.exists() and bool(path.stat().st_mode & 0o077)


def _disk() -> str:
    free = shutil.disk_usage(settings.HOME).free
    if free < DISK_LOW:
        raise Failing(f"only {free // 2**20} MB free in {settings.HOME}; make room before the database stops.")
    return f"{free / 2**30:.1f} GB free"


def _time_zones() -> str:
    try:
        zoneinfo.ZoneInfo(settings.TIME_ZONE)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        raise Missing(f"VIZAVI_TIME_ZONE={settings.TIME_ZONE} is unknown; use a name as Europe/Moscow.") from None
    return f"{settings.TIME_ZONE} is the organisation's zone, {len(zoneinfo.available_timezones())} zones known"


def _workers() -> str:
    number = alive.workers(timezone.now())
    if number:
        return f"{number} alive"
    if TaskRun.objects.exists():
        raise Failing("none is alive: nothing is loaded or sent. Start `vizavi serve` or `vizavi worker`.")
    raise Note("none is running yet; `vizavi serve` starts one.")


def _held() -> str:
    if hold.held():
        raise Note("nothing is sent to calendars before `vizavi confirm-restore`.")
    return "nothing waits to be confirmed"


def _field_keys() -> str:
    if crypto.decrypt(crypto.encrypt("probe")) != "probe":
        raise Missing("VIZAVI_FIELD_KEYS does not decrypt what it encrypted.")
    try:
        rows = sum(bool(account.refresh_token) for account in Account.objects.all())
    except InvalidToken:
        raise Missing(
            "stored tokens cannot be read with VIZAVI_FIELD_KEYS; "
            "add the key they were written with to the end of the list."
        ) from None
    except DatabaseError:
        raise Missing("the tables are not there yet; run `vizavi migrate`.") from None
    return f"{len(settings.FIELD_KEYS)} in use, {rows} stored tokens readable"


def _google_client() -> str:
    if consent.configuration_problem():  # told to users in their language; this page of findings is in English
        raise Missing(
            "the client ID or the secret is missing; enter both in Administration → Tools → Google project, "
            "or set VIZAVI_GOOGLE_CLIENT_ID and VIZAVI_GOOGLE_CLIENT_SECRET."
        )
    return f"{project.current().client_id}, consent at {settings.GOOGLE['auth_uri']}"


def _redirect() -> str:
    """The address that must be registered at Google, and what users do after consenting (DESIGN 5.9)."""
    address = project.redirect_uri()
    if settings.GOOGLE["redirect_uri"]:
        return f"{address}, set by VIZAVI_GOOGLE_REDIRECT_URI"
    if address == project.DESKTOP_REDIRECT and not address.startswith(settings.BASE_URL):
        return f"{address}: VIZAVI_BASE_URL is neither https nor loopback, so users paste the whole address"
    return f"{address}: returns by itself"


def _google() -> Iterator[Finding]:
    """Whether it answers, and whether our clock agrees with its own: tokens and signatures depend on that."""
    host = urlsplit(settings.GOOGLE["api_root"]).hostname
    try:
        theirs = google.clock()
    except Exception as error:  # no network, a refusing proxy, a certificate: all the same to whoever asks
        yield Finding("Google", Verdict.FAILING, f"{str(error).rstrip('.')}. Check the network, a proxy or a firewall.")
        return
    yield Finding("Google", Verdict.OK, f"{host} answers")
    yield _attempt("Clock", lambda: _skew(theirs, timezone.now()))


def _skew(theirs: datetime | None, ours: datetime) -> str:
    if theirs is None:
        raise Note("Google's answer has no time to compare with")
    seconds = round((ours - theirs).total_seconds())
    if abs(seconds) > SKEW_TOLERATED.total_seconds():
        raise Failing(
            f"{abs(seconds)} s {'ahead of' if seconds > 0 else 'behind'} Google's; switch on time synchronisation."
        )
    return f"within {max(abs(seconds), 1)} s of Google's"


def _mail() -> str:
    """Signs in at the mail server and sends nothing."""
    if not settings.DEFAULT_FROM_EMAIL:
        raise Note("VIZAVI_EMAIL_URL is not set: letters to candidates are copied, not sent from here.")
    if not settings.EMAIL_HOST:
        raise Note("letters are printed by the worker, not sent (VIZAVI_EMAIL_URL is console:).")
    server = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        with get_connection(timeout=MAIL_SECONDS):
            return f"{server} accepts letters from {settings.DEFAULT_FROM_EMAIL}"
    except SMTPAuthenticationError:
        raise Failing(f"{server} does not accept the name and password in VIZAVI_EMAIL_URL.") from None
    except (OSError, SMTPException) as error:
        raise Failing(f"{server} does not accept letters ({error}). Check VIZAVI_EMAIL_URL and the network.") from None
