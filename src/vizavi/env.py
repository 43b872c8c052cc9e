"""Typed readers of the `VIZAVI_*` environment: a wrong value stops the start with a sentence, never later."""

import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet
from dotenv import load_dotenv

PREFIX = "VIZAVI_"

load_dotenv()


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


def home() -> Path:
    folder = Path(text("HOME", "./var")).expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True)
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
