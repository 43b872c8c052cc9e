"""Items that could not be read and belong to no event of ours: their owner is told once, which ones and why.

Their titles are as private as those of blocks: only the owner is shown them, and busy-only calendars keep none.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from vizavi.common.wording import filled
from vizavi.connections import reasons
from vizavi.connections.models import Calendar, Direction, JournalEntry, LoadMode
from vizavi.sync.model import RemoteItem
from vizavi.sync.ports import Reading

ACTION = "unreadable"


def tell(calendar: Calendar, items: Sequence[RemoteItem], reading: Reading, now: datetime) -> int:
    """Journal lines for the odd ones among `items`, none twice for one etag; how many there are.

    What was known of them before they became odd stays. In a calendar that is not loaded they matter to nobody.
    """
    odd = [item for item in items if item.problem]
    if not odd or calendar.mode == LoadMode.SKIP:
        return 0
    ids = [item.remote_id for item in odd]
    calendar.blocks.filter(remote_id__in=ids).update(seen_in=reading.number)
    calendar.series_items.filter(remote_id__in=ids).update(seen_in=reading.number)
    before = _lines(calendar).filter(changes__item__in=ids).values_list("changes", flat=True)
    told = {(changes["item"], changes["etag"]) for changes in before}
    JournalEntry.objects.bulk_create(
        _line(calendar, item, now) for item in odd if (item.remote_id, item.etag) not in told
    )
    return len(odd)


def forget_titles(calendar: Calendar) -> None:
    """The calendar is busy time only from now on."""
    rows = list(_lines(calendar).filter(changes__has_key="title"))
    for row in rows:
        del row.changes["title"]
    JournalEntry.objects.bulk_update(rows, ["changes"], batch_size=500)


def _lines(calendar: Calendar) -> QuerySet[JournalEntry]:
    rows = JournalEntry.objects.filter(account=calendar.account_id, event=None, action=ACTION)
    return rows.filter(changes__calendar=calendar.pk)


def _line(calendar: Calendar, item: RemoteItem, now: datetime) -> JournalEntry:
    title = {"title": ["", item.title[:300]]} if item.title and calendar.mode != LoadMode.BUSY else {}
    known_by = [item.day[:16].replace("T", " "), "" if item.remote_id.startswith("?") else item.remote_id[:60]]
    name = ", ".join(part for part in [calendar.name[:60], *known_by] if part)
    return JournalEntry(
        at=now,
        account_id=calendar.account_id,
        direction=Direction.IN,
        action=ACTION,
        changes={"calendar": calendar.pk, "item": item.remote_id, "etag": item.etag, **title},
        ok=False,
        text=filled(reasons.NOT_LOADED, name=name, reason=item.problem),
    )
