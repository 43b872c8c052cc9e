"""In which order rows are locked: events by their keys, each before its links, so that nobody waits in a circle.

Whoever edits an event holds it and then marks its links (`tasks.events_changed`); so does a worker.
"""

from typing import Any

from django.db.models import QuerySet

from vizavi.connections.models import Link


def locked(links: "QuerySet[Link, Any]") -> "QuerySet[Link, Any]":
    """These links and their events, locked when the rows are fetched until the transaction ends.

    Not against those who only point to an event: a journal line is written while somebody edits it.
    """
    return links.order_by("event", "pk").select_for_update(of=("event", "self"), no_key=True)
