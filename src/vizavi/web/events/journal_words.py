"""What the codes of the sync journal say; a test holds them against the codes that the service writes."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

ACTIONS: Mapping[str, Promise] = {
    "created": pgettext_lazy("journal", "created"),
    "changed": pgettext_lazy("journal", "changed"),
    "restored": pgettext_lazy("journal", "restored"),
    "removed": pgettext_lazy("journal", "removed"),
    "removing": pgettext_lazy("journal", "being removed"),
    "rejected": pgettext_lazy("journal", "rejected"),
    "failed": pgettext_lazy("journal", "failed"),
    "unreadable": pgettext_lazy("journal", "unreadable"),
    "loaded": pgettext_lazy("journal", "loaded"),
    "taken": pgettext_lazy("journal", "taken over"),
    "remembered": pgettext_lazy("journal", "changed there, not taken over"),
    "conflict": pgettext_lazy("journal", "edited on both sides"),
    "came_back": pgettext_lazy("journal", "came back"),
    "final_kept": pgettext_lazy("journal", "held or missed, left as it was"),
    "detached": pgettext_lazy("journal", "deleted there"),
    "cancel": pgettext_lazy("journal", "cancelled, as it was deleted there"),
    "answered_cancel": pgettext_lazy("journal", "answer: cancel the interview"),
    "answered_export": pgettext_lazy("journal", "answer: export again"),
    "answered_keep": pgettext_lazy("journal", "answer: keep here only"),
    "conflict_accepted": pgettext_lazy("journal", "conflict accepted"),
    "conflict_undone": pgettext_lazy("journal", "conflict undone"),
    "retried": pgettext_lazy("journal", "tried again by hand"),
    "account_connected": pgettext_lazy("journal", "account connected"),
    "account_replaced": pgettext_lazy("journal", "account replaced by another"),
    "account_disconnected": pgettext_lazy("journal", "account disconnected"),
    "account_paused": pgettext_lazy("journal", "account paused"),
    "account_resumed": pgettext_lazy("journal", "account resumed"),
    "account_calendars_chosen": pgettext_lazy("journal", "calendars chosen"),
    "account_ok": pgettext_lazy("journal", "account in order"),
    "account_expired": pgettext_lazy("journal", "sign in again"),
    "account_limited": pgettext_lazy("journal", "account limited"),
    "account_error": pgettext_lazy("journal", "account in error"),
    "run_failed": pgettext_lazy("journal", "synchronisation failed"),
    "gone_final": pgettext_lazy("journal", "removed there after it was over"),
    "gone_kept": pgettext_lazy("journal", "removed there, it was no longer exported"),
    "relocated": pgettext_lazy("journal", "moved to the writing calendar"),
    "overlaps": pgettext_lazy("journal", "overlaps with something else"),
    "brake_apply": pgettext_lazy("journal", "answer: they were deleted on purpose"),
    "brake_restore": pgettext_lazy("journal", "answer: put them back"),
    "account_closing": pgettext_lazy("journal", "account being disconnected, copies are removed"),
    "copies_left": pgettext_lazy("journal", "copies left there"),
    "proposed": pgettext_lazy("journal", "a guest proposed another time"),
    "proposal_accept": pgettext_lazy("journal", "proposal accepted"),
    "proposal_return": pgettext_lazy("journal", "proposal turned down"),
}


def journal_action(code: str) -> str:
    return str(ACTIONS.get(code, code))
