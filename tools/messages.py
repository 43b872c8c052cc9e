"""Translations: `python tools/messages.py extract | update | check | compile | all`.

Message ids are English; each Django app keeps its Russian in locale/ru/LC_MESSAGES/django.po, ordered as the code is.
"""

import argparse
import ast
import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message, TranslationError
from babel.messages.checkers import checkers
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

SOURCES = Path(__file__).resolve().parent.parent / "src" / "vizavi"
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "sentence": {None: (1,), 2: (1, 2), 3: (1, 2)},  # of common.wording: with a plural or without
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
NOT_SHOWN = {"tests", "migrations", "locale", "static"}
TEMPLATES = {".html", ".txt"}

Key = tuple[str, str]  # context, msgid


@dataclass(frozen=True)
class App:
    """A Django app that may have messages of its own."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def po(self) -> Path:
        return self.folder / "locale" / "ru" / "LC_MESSAGES" / "django.po"

    def files(self) -> Iterator[Path]:
        for path in sorted(self.folder.rglob("*")):
            inside = path.relative_to(self.folder).parts
            if path.suffix in {".py", *TEMPLATES} and not NOT_SHOWN.intersection(inside):
                yield path


def apps() -> list[App]:
    return [App(marker.parent) for marker in sorted(SOURCES.glob("*/apps.py"))]


def key(message: Message) -> Key:
    msgid = message.id if isinstance(message.id, str) else message.id[0]
    return message.context or "", msgid


def _source(path: Path) -> io.BytesIO:
    text = path.read_text(encoding="utf-8")
    if path.suffix in TEMPLATES:
        # what templatize leaves of the lines between is no Python: their indentation goes, the line numbers stay
        text = "\n".join(line.lstrip() for line in templatize(text).split("\n"))
        text = re.sub(r"(gettext\(|, )u(?=['\"])", r"\1", text)
    return io.BytesIO(text.encode())


def messages_of(app: App) -> Catalog:
    """What the code and the templates of `app` say, in the order of the files."""
    found = Catalog(locale="ru", project="Vizavi", charset="utf-8", fuzzy=False)
    for path in app.files():
        place = path.relative_to(SOURCES).as_posix()
        for line, msgid, _comments, context in extract("python", _source(path), keywords=KEYWORDS):
            found.add(msgid, locations=[(place, line)], context=context)
    return found


def translations_of(app: App) -> Catalog:
    if not app.po.exists():
        return Catalog(locale="ru", project="Vizavi", charset="utf-8", fuzzy=False)
    with app.po.open("rb") as file:
        return read_po(file, locale="ru", abort_invalid=True)


def entries(catalog: Catalog) -> dict[Key, Message]:
    return {key(message): message for message in catalog if message.id}


def is_complete(message: Message) -> bool:
    texts = message.string if isinstance(message.string, list | tuple) else [message.string]
    return bool(texts) and all(texts)


def known_translations() -> dict[Key, Message]:
    """Complete translations of all apps: a text that one app has translated need not be translated again."""
    known: dict[Key, Message] = {}
    for app in apps():
        known |= {k: m for k, m in entries(translations_of(app)).items() if is_complete(m) and not m.fuzzy}
    return known


def show() -> int:
    for app in apps():
        for (context, msgid), message in entries(messages_of(app)).items():
            print(f"{app.name}: {message.locations[0][0]}: {f'[{context}] ' if context else ''}{msgid!r}")
    return 0


def update(*, prune: bool) -> int:
    """Add what is missing to each po file, in the order of the code; existing translations stay as they are."""
    known = known_translations()
    for app in apps():
        wanted, present = messages_of(app), entries(translations_of(app))
        found = entries(wanted)
        for k, message in found.items():
            translated = present.get(k) or known.get(k)
            if translated is not None and translated.pluralizable == message.pluralizable:
                message.string, message.flags = translated.string, message.flags | translated.flags
        if not prune:
            for k in present.keys() - found.keys():
                wanted[present[k].id] = present[k]
        if len(wanted):
            app.po.parent.mkdir(parents=True, exist_ok=True)
            _write(wanted, app.po)
    return 0


def _write(catalog: Catalog, path: Path) -> None:
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=110, include_lineno=False, omit_header=True)
    head = (
        'msgid ""\nmsgstr ""\n"Language: ru\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Plural-Forms: {catalog.plural_forms}\\n"\n\n'
    )
    text = head + buffer.getvalue().decode()
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def problems_of(app: App, agreed: dict[Key, tuple[str, object]]) -> Iterator[str]:
    found, catalog = entries(messages_of(app)), translations_of(app)
    present = entries(catalog)
    for k in found:
        if k not in present or not is_complete(present[k]):
            yield f"no Russian for {k[1]!r} ({found[k].locations[0][0]})"
    for k, message in present.items():
        if message.fuzzy:
            yield f"fuzzy: {k[1]!r}"
        if k not in found:
            yield f"not used any more: {k[1]!r}"
        for checker in checkers:
            try:
                checker(catalog, message)
            except TranslationError as error:
                yield f"{k[1]!r}: {error}"
        if not is_complete(message):
            continue
        where, text = agreed.setdefault(k, (app.name, message.string))
        if text != message.string:
            yield f"{k[1]!r} is translated differently in {where}: {text!r} and {message.string!r}"


def overlooked(app: App) -> Iterator[str]:
    """Messages inside of f-strings, where no extraction finds them."""
    for path in app.files():
        if path.suffix != ".py":
            continue
        strings = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.JoinedStr)]
        for call in (node for string in strings for node in ast.walk(string) if isinstance(node, ast.Call)):
            constant = any(isinstance(argument, ast.Constant) for argument in call.args)
            if constant and isinstance(call.func, ast.Name) and call.func.id in KEYWORDS:
                yield f"{ast.unparse(call)} stands in an f-string ({path.relative_to(SOURCES)}): name it before"


def check() -> int:
    agreed: dict[Key, tuple[str, object]] = {}
    problems = [f"{app.name}: {text}" for app in apps() for text in (*overlooked(app), *problems_of(app, agreed))]
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        print("Run `python tools/messages.py update`, then translate.", file=sys.stderr)
    return 1 if problems else 0


def compile_all() -> int:
    for app in apps():
        if app.po.exists():
            with app.po.with_suffix(".mo").open("wb") as file:
                write_mo(file, translations_of(app))
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["extract", "update", "check", "compile", "all"])
    parser.add_argument("--prune", action="store_true", help="update: drop what is not used any more")
    chosen = parser.parse_args()
    if chosen.what == "all":
        return update(prune=chosen.prune) or check() or compile_all()
    if chosen.what == "update":
        return update(prune=chosen.prune)
    return {"extract": show, "check": check, "compile": compile_all}[chosen.what]()


if __name__ == "__main__":
    sys.exit(main())
