"""Lines of the journal: what went from what to what, in fields that a page can show."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from vizavi.common import tracing
from vizavi.connections import notices
from vizavi.connections.models import Account, Direction, JournalEntry
from vizavi.sync.codec import content_to_json
from vizavi.sync.model import Content, Group
from vizavi.sync.ports import Note

SHOWN: Mapping[Group, tuple[str, ...]] = {
    Group.TIME: ("start", "end"),
    Group.TEXT: ("title", "description"),
    Group.PLACE: ("location",),
    Group.PEOPLE: ("people",),
    Group.STATE: ("private", "busy", "tentative"),
}


def write_note(account: Account, event_id: int, note: Note, now: datetime) -> None:
    """The line, and whoever has to know is told."""
    JournalEntry.objects.create(**note_line(account, event_id, note, now))
    notices.of_note(account, event_id, note, now)


def note_line(account: Account, event_id: int, note: Note, now: datetime) -> dict[str, Any]:
    """The line, not yet stored, by columns."""
    return {
        "at": now,
        "account_id": account.pk,
        "event_id": event_id,
        "direction": Direction.OUT if note.outward else Direction.IN,
        "action": note.action,
        "changes": differences(note.before, note.after, note.groups or frozenset(Group)),
        "ok": note.ok,
        "text": note.text[:1000],
        "request_id": tracing.current(),
    }


def write_line(account: Account, action: str, now: datetime, *, ok: bool = True, text: str = "") -> None:
    """A line about the account as a whole: connected, expired, limited, a run that failed; `text` as it is stored."""
    JournalEntry.objects.create(
        at=now,
        account=account,
        direction=Direction.HERE,
        action=action,
        ok=ok,
        text=text,
        request_id=tracing.current(),
    )
    notices.of_line(account, action, now)


def differences(before: Content | None, after: Content | None, groups: frozenset[Group]) -> dict[str, list[Any]]:
    """{field: [from, to]} of what differs between two contents, within `groups`."""
    old, new = (content_to_json(content) if content else {} for content in (before, after))
    fields = [field for group in Group if group in groups for field in SHOWN[group]]
    pairs = {field: [_shown(field, old.get(field)), _shown(field, new.get(field))] for field in fields}
    return {field: pair for field, pair in pairs.items() if (pair[0] or None) != (pair[1] or None)}


def _shown(field: str, value: Any) -> Any:
    if field == "people" and value:
        value = ", ".join(f"{name or email} ({answer})" for email, name, answer, _optional in value)
    return value[:500] if isinstance(value, str) else value
