"""What the organisation decides for everybody: what is loaded of people's own appointments, whether names go out."""

from datetime import datetime

from django.db import transaction

from vizavi.common import audit
from vizavi.common.permissions import Right, require
from vizavi.connections import modes
from vizavi.connections.models import Account, Installation
from vizavi.events import directories
from vizavi.events.models import EventType
from vizavi.people.models import User


@transaction.atomic
def save(*, unknown_items: str, hide_candidates: bool, by: User, now: datetime) -> int:
    """How many calendars are loaded otherwise from now on; names already in calendars are taken out there."""
    require(by, Right.ADMINISTER)
    # Accounts before everything else, as their workers do, so that neither waits for the other in a circle.
    list(Account.objects.order_by("pk").select_for_update(no_key=True).values_list("pk"))
    Installation.get()
    row = Installation.objects.select_for_update().get(pk=1)
    new = {"unknown_items": unknown_items, "hide_candidates": hide_candidates}
    differences = audit.diff({name: getattr(row, name) for name in new}, new)
    if not differences:
        return 0
    row.unknown_items, row.hide_candidates = unknown_items, hide_candidates
    row.save(update_fields=list(new))
    audit.record("organisation.edited", "organisation", row.pk, changes=differences, by=by, now=now)
    if hide_candidates:
        _hide_names(by=by, now=now)
    return modes.enforce()


def _hide_names(*, by: User, now: datetime) -> None:
    for event_type in EventType.objects.filter(hide_candidate=False).order_by("pk"):
        event_type.hide_candidate = True
        directories.save_type(event_type, by=by, now=now)
