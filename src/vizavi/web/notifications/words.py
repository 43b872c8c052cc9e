"""Notifications in words, composed when they are read: in the reader's language, by the reader's clock."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Prefetch
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from vizavi.common.dates import days_text, span_text
from vizavi.common.wording import shown as worded
from vizavi.connections import conflicts, health
from vizavi.connections.models import Account, AccountState, Calendar
from vizavi.letters.models import Problem
from vizavi.notifications.models import Notification
from vizavi.web.naming import local_name

KINDS: Mapping[str, Collection[str]] = {
    "reminders": ("reminder",),
    "moves": ("moved", "cancelled", "overlaps"),
    "questions": ("detached", "conflict", "proposed", "brake"),
    "failures": ("refused", "letter", "account_expired", "account_limited", "account_error", "account_ok"),
}
KIND_CAPTIONS: Mapping[str, str | Promise] = {
    "reminders": gettext_lazy("Reminders"),
    "moves": gettext_lazy("Moves"),
    "questions": gettext_lazy("Questions"),
    "failures": gettext_lazy("Failures"),
}
ICONS: Mapping[str, str] = {
    "reminder": "alarm",
    "moved": "calendar-time",
    "cancelled": "calendar-x",
    "overlaps": "calendar-exclamation",
    "detached": "cloud-x",
    "conflict": "git-compare",
    "proposed": "calendar-question",
    "brake": "hand-stop",
    "refused": "cloud-exclamation",
    "letter": "mail-exclamation",
    "account_expired": "plug-connected-x",
    "account_limited": "alert-triangle",
    "account_error": "alert-triangle",
    "account_ok": "plug-connected",
}
DONE: Mapping[str, str | Promise] = {
    "questions": gettext_lazy("Answered"),
    "failures": gettext_lazy("Settled"),
}
Accounts = Mapping[int, Account]


@dataclass(frozen=True, slots=True)
class Shown:
    """One notification as it is drawn."""

    notification: Notification
    icon: str
    title: str
    subject: str
    text: str
    done: str | Promise


def shown(notifications: Iterable[Notification]) -> list[Shown]:
    """In the active language; one look at the accounts, however many notifications there are."""
    rows = list(notifications)
    keys = {row.values["account"] for row in rows if "account" in row.values}
    writing = Prefetch("calendars", Calendar.objects.filter(writes=True))
    accounts = Account.objects.filter(pk__in=keys).prefetch_related(writing).in_bulk() if keys else {}
    return [_shown(row, accounts) for row in rows]


def _shown(row: Notification, accounts: Accounts) -> Shown:
    kind = next((kind for kind, codes in KINDS.items() if row.code in codes), "")
    title, text = WORDS[row.code](row.values, accounts) if row.code in WORDS else (row.code, "")
    done = DONE.get(kind, "") if row.done_at else ""
    return Shown(row, ICONS.get(row.code, "bell"), title, _subject(row), text, done)


def _subject(row: Notification) -> str:
    event = row.event
    if event is None:
        return ""
    what = event.candidate.full_name if event.candidate else event.title
    return f"{local_name(event.type)}: {what}" if what else local_name(event.type)


Words = tuple[str, str]
Values = Mapping[str, Any]


def _reminder(values: Values, _accounts: Accounts) -> Words:
    return _("Reminder: %(when)s") % {"when": _when(values["when"])}, ""


def _moved(values: Values, _accounts: Accounts) -> Words:
    return _("Moved in the external calendar"), f"{_when(values['before'])} → {_when(values['after'])}"


def _cancelled(_values: Values, _accounts: Accounts) -> Words:
    return _("Deleted in the external calendar and cancelled here"), ""


def _overlaps(values: Values, _accounts: Accounts) -> Words:
    return _("Overlaps after a move in the external calendar"), _("Taken then: %(names)s") % {"names": values["text"]}


def _detached(_values: Values, _accounts: Accounts) -> Words:
    return _("Deleted in the external calendar"), _("Cancel the interview, export it again or keep it here only?")


def _conflict(values: Values, _accounts: Accounts) -> Words:
    """Notices from before the values were told apart hold no sides."""
    text = conflicts.words(values.get("sides", ())) or _("One value was kept. Accept that, or put the other one back.")
    return _("Changed here and in the external calendar"), text


def _proposed(values: Values, _accounts: Accounts) -> Words:
    return _("%(name)s proposes another time") % {"name": values["name"]}, _when(values["after"])


def _brake(values: Values, _accounts: Accounts) -> Words:
    title = ngettext(
        "%(count)d interview has disappeared from Google at once",
        "%(count)d interviews have disappeared from Google at once",
        values["count"],
    )
    return title % {"count": values["count"]}, _("Nothing was changed here yet. Your answer is awaited.")


def _refused(values: Values, _accounts: Accounts) -> Words:
    return _("Not in step with the external calendar"), worded(values["text"])


def _letter(values: Values, _accounts: Accounts) -> Words:
    return _("The letter “%(subject)s” awaits your decision") % values, str(Problem(values["problem"]).label)


def _trouble(state: AccountState) -> Callable[[Values, Accounts], Words]:
    def words(values: Values, accounts: Accounts) -> Words:
        account = accounts.get(values["account"])
        title = _("External calendar: %(state)s") % {"state": state.label}
        return title, health.reason(account, values["reason"], values["detail"]) if account else ""

    return words


def _recovered(_values: Values, _accounts: Accounts) -> Words:
    return _("The external calendar is in order again"), _("What had waited goes out by itself.")


WORDS: Mapping[str, Callable[[Values, Accounts], Words]] = {
    "reminder": _reminder,
    "moved": _moved,
    "cancelled": _cancelled,
    "overlaps": _overlaps,
    "detached": _detached,
    "conflict": _conflict,
    "proposed": _proposed,
    "brake": _brake,
    "refused": _refused,
    "letter": _letter,
    "account_expired": _trouble(AccountState.EXPIRED),
    "account_limited": _trouble(AccountState.LIMITED),
    "account_error": _trouble(AccountState.ERROR),
    "account_ok": _recovered,
}


def _when(span: Mapping[str, str] | None) -> str:
    if span is None:
        return "–"
    if "T" in span["start"]:
        return span_text(datetime.fromisoformat(span["start"]), datetime.fromisoformat(span["end"]))
    return days_text(date.fromisoformat(span["start"]), date.fromisoformat(span["end"]) - timedelta(days=1))
