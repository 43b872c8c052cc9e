"""What is loaded from a calendar: what the organisation leaves to choose, and what follows for what is stored."""

from vizavi.connections import closing, unreadable
from vizavi.connections.lease import withdraw
from vizavi.connections.models import BusyBlock, Calendar, Installation, LoadMode, UnknownItems
from vizavi.connections.occurrences import SeriesStore
from vizavi.connections.tasks import wake_on_commit


def allowed_modes() -> list[LoadMode]:
    """All, or what is enforced; a calendar may always be left out or be given to recruiting."""
    enforced = Installation.get().unknown_items
    if enforced == UnknownItems.CHOICE:
        return list(LoadMode)
    return [mode for mode in LoadMode if mode in {LoadMode(enforced), LoadMode.SKIP, LoadMode.TYPED}]


def default_mode() -> LoadMode:
    """Of a calendar that is read without anybody having chosen how."""
    return LoadMode(Installation.get().unknown_items or LoadMode.NAMED)


def apply_mode(calendar: Calendar, old: tuple[bool, str]) -> None:
    """What is stored follows the choice at once; another choice needs everything read anew."""
    if (calendar.reads, calendar.mode) == old:
        return
    if calendar.mode == LoadMode.BUSY:
        BusyBlock.objects.filter(calendar=calendar).update(title=None)
        SeriesStore(calendar).forget_titles()
        unreadable.forget_titles(calendar)
    if calendar.mode == LoadMode.SKIP or not calendar.reads:
        closing.forget_readings(Calendar.objects.filter(pk=calendar.pk))
    Calendar.objects.filter(pk=calendar.pk).update(cursor="")


def enforce() -> int:
    """Put every calendar into an allowed mode, within the caller's transaction; how many had another one."""
    allowed, mode = allowed_modes(), default_mode()
    changed = list(Calendar.objects.exclude(mode__in=allowed).order_by("account", "pk"))
    accounts = sorted({calendar.account_id for calendar in changed})
    for account in accounts:
        withdraw(account)  # a run under way still knows the mode before
    for calendar in changed:
        old = (calendar.reads, calendar.mode)
        calendar.mode = mode
        calendar.reads = calendar.writes or (calendar.reads and mode != LoadMode.SKIP)
        calendar.save(update_fields=["mode", "reads"])
        apply_mode(calendar, old)
    wake_on_commit(accounts)
    return len(changed)
