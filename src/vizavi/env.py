"""Typed readers of the `VIZAVI_*` environment: a wrong value stops the start with a sentence, never later."""

import logging
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import dj_database_url
from cryptography.fernet import Fernet
from dotenv import load_dotenv

PREFIX = "VIZAVI_"

load_dotenv(".env")  # of the working directory; without a path it would be looked for beside this module


class ConfigurationError(Exception):
    """A setting is missing or wrong; the text says which one and what is expected."""


def text(name: str, default: str = "") -> str:
    return os.environ.get(PREFIX + name, "").strip() or default


def number(name: str, default: int) -> int:
    raw = text(name)
    if not raw:
        return default
    try:
        return int(raw)
    except ValueError:
        raise ConfigurationError(f"{PREFIX}{name} must be a whole number, not {raw!r}") from None


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


def home() -> Path:
    """The folder of this installation's own files; it must be ours to write into."""
    folder = Path(text("HOME", "./var")).expanduser().resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
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
