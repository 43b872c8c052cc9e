"""The file of a backup: a zip with a manifest, the rows of each table as JSON lines, uploads and, if wanted, the key.

It is the same for SQLite and PostgreSQL, so that one can be restored into the other.
"""

import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import msgspec

PRODUCT = "vizavi"
FORMAT = 1
MANIFEST, KEY, ROWS, UPLOADS = "manifest.json", "key", "rows/", "uploads/"

# what zipfile raises over bytes that are not those that were written; RuntimeError: it takes them for encrypted
_UNREADABLE = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError)


class NotUsable(Exception):
    """The file cannot be restored; the text says why, and what would help. Nothing was changed."""


class Manifest(msgspec.Struct, frozen=True):
    """What a backup says of itself. `probe` is readable with the key that its secrets are encrypted with."""

    product: str
    format: int
    version: str
    created: datetime
    installation: str
    migrations: dict[str, list[str]]
    rows: dict[str, int]
    probe: str


class Archive:
    """A backup that is read. Opening it checks the whole of it, so that nothing is begun with half a file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except FileNotFoundError:
            raise NotUsable(f"There is no file {path}.") from None
        except _UNREADABLE as error:
            raise NotUsable(f"{path} is no backup of Vizavi, or not a whole one ({error}).") from None
        self.manifest = self._checked()

    def rows(self, label: str) -> Iterator[list[Any]]:
        """First the names of the columns, then the rows."""
        with self._zip.open(f"{ROWS}{label}.jsonl") as lines:
            for line in lines:
                yield msgspec.json.decode(line)

    @property
    def key(self) -> str | None:
        return self._zip.read(KEY).decode() if KEY in self._zip.namelist() else None

    def extract_uploads(self, folder: Path) -> None:
        """zipfile drops what would lead out of the folder."""
        for name in self._zip.namelist():
            if name.startswith(UPLOADS):
                self._zip.extract(name, folder)

    def close(self) -> None:
        self._zip.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_about: object) -> None:
        self.close()

    def _checked(self) -> Manifest:
        try:
            manifest = msgspec.json.decode(self._zip.read(MANIFEST), type=Manifest)
        except (KeyError, msgspec.DecodeError, *_UNREADABLE):
            raise NotUsable(f"{self.path} is no backup of Vizavi.") from None
        if manifest.product != PRODUCT:
            raise NotUsable(f"{self.path} is a backup of {manifest.product!r}, not of Vizavi.")
        if manifest.format > FORMAT:
            raise NotUsable(f"{self.path} was made by a newer version of Vizavi ({manifest.version}).")
        listed = set(self._zip.namelist())
        lacking = [label for label in manifest.rows if f"{ROWS}{label}.jsonl" not in listed]
        damaged = ", ".join(lacking) or self._damaged()
        if damaged:
            raise NotUsable(f"{self.path} is damaged: {damaged} cannot be read.")
        return manifest

    def _damaged(self) -> str | None:
        """The first part that is not as it was written."""
        for name in self._zip.namelist():
            try:
                with self._zip.open(name) as part:
                    while part.read(2**20):  # to the end, where zipfile compares the checksum
                        pass
            except _UNREADABLE:
                return name
        return None
