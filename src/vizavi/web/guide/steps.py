"""The nine steps, each with what shows that it is done for the person who reads."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vizavi.common.permissions import Right
from vizavi.connections import accounts
from vizavi.connections.models import Account, BusyBlock, JournalEntry, Link
from vizavi.events.models import EventType
from vizavi.jobs.models import RunStatus, TaskDefinition, TaskRunItem
from vizavi.jobs.rules import Period
from vizavi.people.models import ExternalCalendar, User


@dataclass(frozen=True, slots=True)
class Known:
    """What the steps are judged by."""

    user: User
    account: Account | None
    now: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """`right`: who does it; where it is not the reader, an administrator is named."""

    title: Promise
    text: Promise
    way: Promise
    address: str
    done: Callable[[Known], bool]
    right: Right = Right.OWN_ACCOUNT
    arguments: tuple[str, ...] = ()


def known(user: User, now: datetime) -> Known:
    return Known(user, accounts.active_account(user), now)


def _granted(about: Known) -> bool:
    return about.account is not None and not about.account.closing


def _checked(about: Known) -> bool:
    return about.account is not None and about.account.begun and about.account.last_ok_at is not None


def _exported(about: Known) -> bool:
    return Link.objects.filter(event__responsible=about.user, synced_at__isnull=False).exists()


def _type_exported(_about: Known) -> bool:
    return EventType.objects.filter(active=True, export_enabled=True).exists()


def _loaded(about: Known) -> bool:
    good = TaskRunItem.objects.filter(status__in=(RunStatus.OK, RunStatus.PARTIAL))
    return about.account is not None and good.filter(account_id=about.account.pk).exists()


def _scheduled(_about: Known) -> bool:
    return TaskDefinition.objects.filter(code="calendar_pull", enabled=True).exclude(period=Period.MANUAL).exists()


def _appointments(about: Known) -> bool:
    if about.account is None:
        return False
    found = BusyBlock.objects.filter(calendar__account=about.account)
    return found.exists() or JournalEntry.objects.filter(account=about.account, action="loaded").exists()


STEPS = (
    Step(
        _("Choose Google as the external calendar"),
        _("Interviews then appear where you keep your own appointments."),
        _("Tools → Personal settings → External calendar"),
        "settings_calendar",
        lambda about: about.user.external_calendar == ExternalCalendar.GOOGLE,
    ),
    Step(
        _("Request access to your Google calendar"),
        _("Enter the login of your Google account and press “Request application access”; press “Accept” at Google."),
        _("Tools → Personal settings → Google integration"),
        "settings_google",
        _granted,
    ),
    Step(
        _("Hand over the code where it does not go by itself"),
        _(
            "The page you come back to finishes by itself. If it shows a code, press "
            "“Paste authorization code from clipboard”."
        ),
        _("Tools → Personal settings → Google integration"),
        "settings_google",
        _granted,
    ),
    Step(
        _("Check the account and save"),
        _("“Check account” answers “Check succeeded”. Choose the calendars and save: only then the exchange begins."),
        _("Tools → Personal settings → Google integration"),
        "settings_google",
        _checked,
    ),
    Step(
        _("Switch on the export of a type of events"),
        _("On the tab “Additional details” of the type's card: “Export to external calendar”."),
        _("Administration → Directories → General → Event types"),
        "event_types",
        _type_exported,
        Right.EDIT_DIRECTORIES,
    ),
    Step(
        _("Plan an interview"),
        _("Saved, it is in Google at once; moved here, it moves there. The chip on its card tells how it stands."),
        _("Calendar"),
        "calendar",
        _exported,
    ),
    Step(
        _("Load what was changed in Google"),
        _("Move the interview in Google, then run the task: it moves here."),
        _("Tools → Manual run of a background task → Load from external calendar"),
        "manual_run",
        _loaded,
        Right.RUN_LOADING,
    ),
    Step(
        _("Let the task run by itself"),
        _("Hour and Minute: daily at a time, or every so often."),
        _("Administration → Tools → Background tasks → Load from external calendar"),
        "task",
        _scheduled,
        Right.ADMINISTER,
        ("calendar_pull",),
    ),
    Step(
        _("See your own appointments beside the interviews"),
        _(
            "The same task brings them: only you read their titles, colleagues see “Busy”. "
            "From a calendar given to recruiting they come as planned events."
        ),
        _("Calendar"),
        "calendar",
        _appointments,
    ),
)
