"""Conflicts decided by policy, told apart value by value: stored neutrally, said in the reader's language and zone."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from textwrap import shorten
from typing import Any

from django.utils.translation import gettext as _

from vizavi.common.dates import span_text, whole_days
from vizavi.connections.content import comment_of_lost
from vizavi.sync.codec import content_from_json, content_to_json
from vizavi.sync.merge import graft
from vizavi.sync.model import Group
from vizavi.sync.ports import Note

FIELDS: Mapping[str, tuple[str, ...]] = {"time": ("when",), "text": ("title", "description"), "place": ("location",)}
LONGEST = 80

Sides = list[dict[str, Any]]


def remembered(note: Note, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What is to be acknowledged: groups of an earlier conflict that this one does not touch are still asked about."""
    kept = {group.value: whose for group, whose in (note.kept or {}).items()}
    both = {"ours": note.ours, "theirs": note.after}
    if before is not None:
        earlier = [Group(name) for name in before["kept"] if name not in kept]
        kept = before["kept"] | kept
        for side, content in both.items():
            if content and before[side]:
                both[side] = graft(content, content_from_json(before[side]), earlier)
    return {"kept": kept} | {side: content_to_json(content) if content else None for side, content in both.items()}


def sides(conflict: Mapping[str, Any] | None) -> Sides:
    """Of a conflict as a link keeps it: {field, kept, aside, there} of each value that differs.

    A time is [start, end] in ISO form, anything else a text; `there` = the kept value is the external calendar's.
    """
    if not conflict or not conflict["ours"] or not conflict["theirs"]:
        return []
    found: Sides = []
    kept = conflict["kept"]
    for group in (group for group in FIELDS if group in kept):  # in our order: databases keep keys in theirs
        there = kept[group] == "theirs"
        for field in FIELDS[group]:
            ours, theirs = _value(conflict["ours"], field), _value(conflict["theirs"], field)
            if ours != theirs:
                first, second = (theirs, ours) if there else (ours, theirs)
                found.append({"field": field, "kept": first, "aside": second, "there": there})
    return found


def words(found: Iterable[Mapping[str, Any]]) -> str:
    """«Оставлено: 3 декабря, 12:00–13:00 (Google). Отложено: 3 декабря, 15:00–16:00 (здесь).»"""
    text = _("Kept: %(kept)s (%(kept_where)s). Put aside: %(aside)s (%(aside_where)s).")
    google, here = _("Google"), _("here")
    return " ".join(
        text
        % {
            "kept": _said(one["field"], one["kept"]),
            "kept_where": google if one["there"] else here,
            "aside": _said(one["field"], one["aside"]),
            "aside_where": here if one["there"] else google,
        }
        for one in found
    )


def question(conflict: Mapping[str, Any] | None) -> str:
    """What a person is to accept or to undo."""
    return words(sides(conflict)) or _("Both sides changed it; synchronisation goes on with the value that was kept.")


def _value(content: Mapping[str, Any], field: str) -> Any:
    if field == "when":
        return [content["start"], content["end"]]
    text = comment_of_lost(content[field]) if field == "description" else content[field]
    return shorten(text, LONGEST, placeholder="…")


def _said(field: str, value: Any) -> str:
    if field != "when":
        return _("“%(text)s”") % {"text": value} if value else _("nothing")
    start, end = value
    if "T" in start:
        return span_text(datetime.fromisoformat(start), datetime.fromisoformat(end))
    return whole_days(date.fromisoformat(start), date.fromisoformat(end))
