"""Values of the core to and from plain JSON, for a store that keeps them in a database."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from vizavi.sync.model import Answer, Content, Group, InFlight, Kind, Person, RemoteItem, When

Json = dict[str, Any]


def content_to_json(content: Content) -> Json:
    return {
        "start": content.when.start.isoformat(),
        "end": content.when.end.isoformat(),
        "zone": content.when.zone,
        "title": content.title,
        "description": content.description,
        "location": content.location,
        "video": content.video,
        "people": [[p.email, p.name, p.answer.value, p.optional] for p in content.people],
        "private": content.private,
        "busy": content.busy,
        "tentative": content.tentative,
    }


def content_from_json(data: Mapping[str, Any]) -> Content:
    return Content(
        when=When(_moment(data["start"]), _moment(data["end"]), data["zone"]),
        title=data["title"],
        description=data["description"],
        location=data["location"],
        video=data["video"],
        people=tuple(Person(email, name, Answer(answer), optional) for email, name, answer, optional in data["people"]),
        private=data["private"],
        busy=data["busy"],
        tentative=data["tentative"],
    )


def flight_to_json(flight: InFlight) -> Json:
    return {
        "revision": flight.revision,
        "content": content_to_json(flight.content) if flight.content else None,
        "sent": content_to_json(flight.sent) if flight.sent else None,
        "groups": sorted(group.value for group in flight.groups),
        "creating": flight.creating,
        "moving_to": flight.moving_to,
    }


def flight_from_json(data: Mapping[str, Any]) -> InFlight:
    return InFlight(
        revision=data["revision"],
        content=content_from_json(data["content"]) if data["content"] else None,
        sent=content_from_json(data["sent"]) if data["sent"] else None,
        groups=frozenset(Group(name) for name in data["groups"]),
        creating=data["creating"],
        moving_to=data.get("moving_to", ""),
    )


def item_to_json(item: RemoteItem) -> Json:
    """A recurring master or exception; its stamp and guests' state matter to nobody and stay behind."""
    return {
        "remote_id": item.remote_id,
        "etag": item.etag,
        "ical_uid": item.ical_uid,
        "deleted": item.deleted,
        "content": content_to_json(item.content) if item.content else None,
        "kind": item.kind.value,
        "master_id": item.master_id,
        "original_start": item.original_start.isoformat() if item.original_start else None,
        "recurrence": list(item.recurrence),
        "occupies": item.occupies,
    }


def item_from_json(data: Mapping[str, Any]) -> RemoteItem:
    return RemoteItem(
        remote_id=data["remote_id"],
        etag=data["etag"],
        ical_uid=data["ical_uid"],
        deleted=data["deleted"],
        content=content_from_json(data["content"]) if data["content"] else None,
        kind=Kind(data["kind"]),
        master_id=data["master_id"],
        original_start=_moment(data["original_start"]) if data["original_start"] else None,
        recurrence=tuple(data["recurrence"]),
        occupies=data["occupies"],
    )


def _moment(text: str) -> date | datetime:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
