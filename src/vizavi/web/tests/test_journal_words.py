"""No code of the journal or of the audit log is ever shown raw: whatever can be written has its words."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import override

import vizavi
from vizavi.connections.models import AccountState
from vizavi.web.administration import audit_words
from vizavi.web.events.journal_words import ACTIONS, journal_action

SOURCES = Path(vizavi.__file__).parent
DONE = ["connected", "disconnected", "closing", "paused", "resumed", "calendars_chosen"]
FILLED = {  # what the codes with a gap are filled with
    "account_{}": [*AccountState.values, *DONE],
    "answered_{}": ["cancel", "export", "keep"],
    "brake_{}": ["apply", "restore"],
    "proposal_{}": ["accept", "return"],
}
NEVER_WRITTEN = {"account_off"}  # only a disconnection leads there, and it has a line of its own
PLACE_OF_CODE = {"Note": 0, "write_line": 1, "_line": 1}


def trees(*parts: str) -> Iterator[ast.Module]:
    for part in parts:
        for path in sorted((SOURCES / part).glob("*.py")):
            yield ast.parse(path.read_text(encoding="utf-8"))


def literals(node: ast.AST) -> Iterator[str]:
    """The constants that an expression may turn out to be; a gap in a text is written {}."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)
    elif isinstance(node, ast.Tuple):
        for part in node.elts:
            yield from literals(part)


def codes(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in PLACE_OF_CODE:
                yield from literals(node.args[PLACE_OF_CODE[name]])
            case ast.keyword(arg="action", value=value):
                yield from literals(value)
            case ast.Assign(targets=[ast.Name(id="action")], value=value):
                yield from literals(value)
            case ast.FunctionDef(name="_action" | "deleted"):
                for inner in ast.walk(node):
                    if isinstance(inner, ast.Return) and inner.value is not None:
                        yield from literals(inner.value)


def written() -> set[str]:
    found = {code for tree in trees("connections", "sync") for code in codes(tree)} - {""}
    gaps = {code for code in found if "{}" in code}
    assert gaps == FILLED.keys()
    filled = {gap.format(value) for gap, values in FILLED.items() for value in values}
    return (found - gaps | filled) - NEVER_WRITTEN


def test_every_code_that_is_written_has_words_and_every_word_a_code():
    assert sorted(written()) == sorted(ACTIONS)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_words_differ_from_the_codes_in_both_languages(language):
    with override(language):
        raw = [code for code in ACTIONS if "_" in journal_action(code)]
        same = [code for code in ACTIONS if language == "ru" and journal_action(code).isascii()]
    assert (raw, same) == ([], [])


def test_every_action_of_the_audit_log_has_words():
    recorded = re.compile(rf'"(?:{"|".join(audit_words.KINDS)})\.([a-z_]+)"|_record\("([a-z_]+)"')
    found = set()
    for path in SOURCES.rglob("*.py"):
        if not {"tests", "web", "sandbox"}.intersection(path.parts):
            found |= {first or second for first, second in recorded.findall(path.read_text(encoding="utf-8"))}
    assert sorted(found - audit_words.ACTIONS.keys()) == []
