"""Saving an event type when its export is switched: what becomes of the copies that are out (DESIGN 5.3)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vizavi.common.errors import RuleError
from vizavi.connections import closing
from vizavi.connections.accounts import Existing
from vizavi.connections.locks import lock
from vizavi.connections.models import Installation, Link
from vizavi.events import operations
from vizavi.events.models import Event, EventType
from vizavi.people.models import User


@transaction.atomic
def save_type(event_type: EventType, *, existing: Existing | None, by: User, now: datetime) -> EventType:
    """Create or edit a type; `existing` is needed where its export is switched off and future copies are out.

    "keep" leaves them as they are, to be used again when the export is switched on; "remove" takes them away by the
    next runs. Raises RuleError on `existing`, on
    `hide_candidate` where the organisation has decided it, and what the events' own rules raise.
    """
    if not event_type.hide_candidate and Installation.get().hide_candidates:
        text = _("The organisation hides candidates' names in all external calendars, so this stays switched on.")
        raise RuleError("hide_candidate", "enforced", text)
    # Not against those who only point to it: a worker that is loading events of this type has their rows already.
    before = EventType.objects.select_for_update(no_key=True).filter(pk=event_type.pk).first()
    links = Link.objects.filter(event__type=event_type.pk, calendar__account__active=True)
    if existing == "remove":
        lock(links)  # all at once and in order: the type's edit touches their events too
    saved = operations.save_type(event_type, by=by, now=now)
    if before is None or before.export_enabled == saved.export_enabled:
        return saved
    if saved.export_enabled:
        # switching it on mails nobody for what was wished before (DESIGN 5.3)
        Event.objects.filter(type=saved, ends_at__gt=now).update(notify_revision=0)
        return saved  # what is on its way out is wanted again (decide.unwanted), the rest goes out as any change does
    if existing is None and closing.ahead(links, now).exists():
        raise RuleError(
            "existing", "required", _("Interviews of this type are in calendars. Keep or remove these copies?")
        )
    if existing == "remove":
        closing.take_away(links, now)
    return saved
