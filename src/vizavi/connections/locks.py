"""In which order rows are locked: events by their keys, each before its links, so that nobody waits in a circle.

Whoever edits an event holds it and then marks its links (`tasks.events_changed`); so does a worker.
"""

from django.db.models import QuerySet

from vizavi.connections.models import Link


def locked(links: QuerySet[Link]) -> QuerySet[Link]:
    """These links with their events, locked when the rows are fetched until the transaction ends.

    Not against those who only point to an event: a journal line is written while somebody edits it.
    """
    ordered = links.select_related("event").order_by("event", "pk")
    return ordered.select_for_update(of=("event", "self"), no_key=True)


def lock(links: QuerySet[Link]) -> list[int]:
    """As `locked`, at once; their keys."""
    return [link.pk for link in locked(links).only("event", "event__id")]
