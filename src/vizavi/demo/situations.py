"""Where the special cases of the demo are found in the database (DOMAIN 6), for whoever makes or shows them."""

from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, QuerySet

from vizavi.common.models import AuditEntry
from vizavi.connections.models import Account, AccountState, BusyBlock
from vizavi.demo.people import OLGA, SERGEY
from vizavi.events.models import Answer, Event
from vizavi.events.rules import OPEN
from vizavi.people.models import User
from vizavi.sync.model import LinkState

HAND_MADE = "Сверка воронки"  # what Olga has entered in Google herself


def held_before(monday: datetime) -> Event:
    """Sergey's technical interview of last Monday: held, when somebody moves its copy."""
    last_week = monday - timedelta(days=7)
    return _of(SERGEY.email, "tech_interview").get(starts_at__range=(last_week, last_week + timedelta(days=1)))


def moved_there() -> QuerySet[Event]:
    """Only Google knows where it is: the last one of Sergey's."""
    return _of(SERGEY.email, "tech_interview").filter(links__state=LinkState.LIVE.value)


def to_be_deleted() -> QuerySet[Event]:
    return _of(OLGA.email, "phone_interview")


def to_be_disputed() -> QuerySet[Event]:
    return _of(OLGA.email, "interview")


def deleted_there() -> QuerySet[Event]:
    return _latest(Event.objects.filter(links__state=LinkState.DETACHED.value))


def changed_on_both_sides() -> QuerySet[Event]:
    return _latest(Event.objects.filter(links__conflict__isnull=False))


def waiting_for_sign_in(now: datetime) -> QuerySet[Event]:
    """What the responsible's ended access holds back: never sent, or changed since."""
    ended = Account.objects.filter(active=True, state=AccountState.EXPIRED)
    owed = _ahead(now).filter(responsible__in=ended.values("user"), type__export_enabled=True)
    up_to_date = owed.filter(links__pushed_revision__gte=F("revision"))
    return owed.exclude(pk__in=up_to_date.values("pk"))


def never_exported(now: datetime) -> QuerySet[Event]:
    return _ahead(now).filter(type__export_enabled=False)


def of_somebody_else(viewer: User, now: datetime) -> QuerySet[Event]:
    return _ahead(now).exclude(responsible=viewer)


def declined_panel() -> QuerySet[Event]:
    panels = Event.objects.filter(type__code="panel_interview", participants__answer=Answer.DECLINED)
    return _latest(panels)


def same_room_twice(now: datetime) -> QuerySet[Event]:
    ahead = _ahead(now)
    other = ahead.filter(room=OuterRef("room"), starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at"))
    return ahead.filter(Exists(other.exclude(pk=OuterRef("pk"))))


def without_time_to_travel(now: datetime) -> QuerySet[Event]:
    """An hour's travel apart from what its responsible does just before."""
    before = Event.objects.filter(responsible=OuterRef("responsible"), ends_at__lte=OuterRef("starts_at"))
    near = before.filter(ends_at__gt=OuterRef("starts_at") - timedelta(minutes=30))
    return _ahead(now).filter(Exists(near), type__buffer_before__gte=30)


def far_away() -> QuerySet[Event]:
    return _latest(Event.objects.filter(candidate__time_zone="Asia/Vladivostok"))


def all_day() -> QuerySet[Event]:
    return _latest(Event.objects.filter(type__code="first_day", starts_on__isnull=False))


def rescheduled_twice() -> QuerySet[Event]:
    moves = AuditEntry.objects.filter(action="event.rescheduled").values("object_id").annotate(times=Count("pk"))
    return Event.objects.filter(pk__in=[move["object_id"] for move in moves.filter(times__gte=2)])


def moved_after_it_was_held() -> QuerySet[Event]:
    return _latest(Event.objects.filter(journal__action="final_kept"))


def made_by_hand() -> QuerySet[BusyBlock]:
    return BusyBlock.objects.filter(title=HAND_MADE)


def private_repeat() -> QuerySet[BusyBlock]:
    """Occurrences of private series: of them nothing but the time is kept."""
    return BusyBlock.objects.filter(title=None).exclude(master_id="").order_by("starts_at")


def _of(email: str, code: str) -> QuerySet[Event]:
    return _latest(Event.objects.filter(responsible__email=email, type__code=code))


def _ahead(now: datetime) -> QuerySet[Event]:
    return _latest(Event.objects.filter(status__in=OPEN, ends_at__gt=now))


def _latest(events: QuerySet[Event]) -> QuerySet[Event]:
    return events.order_by("-starts_at", "-pk")
