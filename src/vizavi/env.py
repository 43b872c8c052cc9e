"""Typed readers of the `VIZAVI_*` environment: a wrong value stops the start with a sentence, never later."""

import logging
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import available_timezones

import dj_database_url
from cryptography.fernet import Fernet
from dotenv import load_dotenv

PREFIX = "VIZAVI_"

load_dotenv(".env")  # of the working directory; without a path it would be looked for beside this module


class ConfigurationError(Exception):
    """A setting is missing or wrong; the text says which one and what is expected."""


def text(name: str, default: str = "") -> str:
    return os.environ.get(PREFIX + name, "").strip() or default


def number(name: str, default: int, *, most: int = 10**9) -> int:
    raw = text(name)
    if not raw:
        return default
    try:
        found = int(raw)
    except ValueError:
        raise ConfigurationError(f"{PREFIX}{name} must be a whole number, not {raw!r}") from None
    if not 1 <= found <= most:
        raise ConfigurationError(f"{PREFIX}{name} must be between 1 and {most}, not {raw}")
    return found


def flag(name: str, *, default: bool) -> bool:
    raw = text(name).lower()
    if raw in {"", "1", "true", "yes", "on", "0", "false", "no", "off"}:
        return default if not raw else raw in {"1", "true", "yes", "on"}
    raise ConfigurationError(f"{PREFIX}{name} must be true or false, not {raw!r}")


def words(name: str) -> list[str]:
    return [word.strip() for word in text(name).split(",") if word.strip()]


def choice(name: str, allowed: Sequence[str]) -> str:
    """One of some words; the first is the default."""
    word = text(name, allowed[0]).lower()
    if word not in allowed:
        raise ConfigurationError(f"{PREFIX}{name} must be one of {', '.join(allowed)}, not {word!r}")
    return word


def level(name: str) -> str:
    word = text(name, "INFO").upper()
    if word not in logging.getLevelNamesMapping():
        raise ConfigurationError(f"{PREFIX}{name} must be DEBUG, INFO, WARNING or ERROR, not {word!r}")
    return word


def zone(name: str, default: str) -> str:
    word = text(name, default)
    if word not in available_timezones():
        raise ConfigurationError(f"{PREFIX}{name} must be the name of a time zone like Europe/Moscow, not {word!r}")
    return word


def base_url(default: str) -> str:
    """The public address, without a slash at its end."""
    address = text("BASE_URL", default).rstrip("/")
    if not _is_web_address(address):
        raise ConfigurationError(f"{PREFIX}BASE_URL must look like https://calendar.company.example, not {address!r}")
    return address


def link(name: str, default: str = "") -> str:
    """A whole web address without a slash at its end, to which paths are added; or the default, which may be empty."""
    address = text(name, default)
    if address and (not _is_web_address(address) or address.endswith("/")):
        expected = f"like {default}" if default else "beginning with https:// or http://"
        raise ConfigurationError(
            f"{PREFIX}{name} must be an address {expected}, without a slash at its end, not {address!r}"
        )
    return address


def _is_web_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def field_keys(folder: Path) -> list[str]:
    """They are keys and not repeated."""
    found = [key.strip() for key in secret("FIELD_KEYS", folder).split(",") if key.strip()]
    try:
        for key in found:
            Fernet(key)
    except ValueError:
        found = []
    if not found:
        raise ConfigurationError(f"{PREFIX}FIELD_KEYS must be keys of 32 bytes in base64, with commas between them")
    return found


def queue(address: str) -> str:
    """The address may hold a password and is not repeated."""
    if urlsplit(address).scheme not in {"sqlite", "postgres", "postgresql", "redis", "rediss"}:
        raise ConfigurationError(
            f"{PREFIX}QUEUE_URL must look like redis://HOST:6379/0 or postgres://USER:PASSWORD@HOST/NAME"
        )
    return address


def database(address: str) -> dict[str, Any]:
    """Django's description of a database address; the address itself may hold a password and is not repeated."""
    kinds = "sqlite:///FILE or postgres://USER:PASSWORD@HOST:PORT/NAME"
    try:
        found = dict(dj_database_url.parse(address, conn_max_age=60, conn_health_checks=True))
    except ValueError:
        raise ConfigurationError(f"{PREFIX}DATABASE_URL cannot be read; it must look like {kinds}") from None
    if not str(found.get("ENGINE", "")).endswith(("sqlite3", "postgresql")) or not found.get("NAME"):
        raise ConfigurationError(f"{PREFIX}DATABASE_URL must look like {kinds}")
    return found


@dataclass(frozen=True, slots=True)
class Mail:
    """How letters leave; without a sender none does."""

    sender: str = ""
    backend: str = "dummy"  # of django.core.mail.backends
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = False
    tls: bool = False


def mail(address: str) -> Mail:
    """The address may hold a password and is not repeated. STARTTLS is used unless it is switched off."""
    must = (
        f"{PREFIX}EMAIL_URL must look like smtp://USER:PASSWORD@HOST:587?from=hr@company.example "
        "(with &tls=0 where the server cannot encrypt), smtps://USER:PASSWORD@HOST:465?from=… or console:"
    )
    if not address:
        return Mail()
    try:
        parts = urlsplit(address)
        wishes = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
        port = parts.port
    except ValueError:
        raise ConfigurationError(f"{must}; it cannot be read.") from None
    sender = wishes.pop("from", "") or ("vizavi@localhost" if parts.scheme == "console" else "")
    encrypts = wishes.pop("tls", "1")
    if parts.scheme not in {"smtp", "smtps", "console"}:
        raise ConfigurationError(f"{must}; it must begin with one of the three.")
    if encrypts not in {"0", "1"}:
        raise ConfigurationError(f"{must}; tls= is 0 or 1.")
    if wishes:
        # an unescaped sign in the password makes a part of it look like a parameter: then its name is not told either
        names = ", ".join(f"{name}=" for name in wishes) if not any("@" in value for value in wishes.values()) else ""
        raise ConfigurationError(f"{must}; it knows from= and tls= alone" + (f", not {names}." if names else "."))
    if parts.scheme == "console":
        return Mail(sender, "console")
    if not parts.hostname or "@" not in sender:
        raise ConfigurationError(f"{must}; it lacks the host, or from=, the address that letters come from.")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    tls = parts.scheme == "smtps"
    starttls = not tls and encrypts == "1"
    return Mail(sender, "smtp", parts.hostname, port or (465 if tls else 587), user, password, starttls, tls)


def home() -> Path:
    """The folder of this installation's own files; it must be ours to write into. A new one is closed to others."""
    folder = Path(text("HOME", "./var")).expanduser().resolve()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        usable = folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
        reason = "you have no right to write there"
    except OSError as error:
        usable, reason = False, (error.strerror or str(error)).lower()
    if not usable:
        raise ConfigurationError(f"{PREFIX}HOME={folder} cannot be used: {reason}. Choose another folder.")
    return folder


def secret(name: str, folder: Path) -> str:
    """The value of VIZAVI_<name>, else one generated into `folder` on the first start (mode 0600)."""
    given = text(name)
    if given:
        return given
    path = folder / name.lower()
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    value = Fernet.generate_key().decode() if name == "FIELD_KEYS" else secrets.token_urlsafe(50)
    with os.fdopen(handle, "w") as file:
        file.write(value)
    return value
