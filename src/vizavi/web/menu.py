"""The main menu: one declaration that the menu bar, the breadcrumbs and the rights share."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vizavi.common.permissions import Right


@dataclass(frozen=True)
class Item:
    """A menu entry; an entry with children opens a submenu."""

    key: str
    caption: str | Promise
    icon: str = ""
    url_name: str = ""
    right: Right | None = None
    own: bool = False  # the right over what is one's own is enough
    demo: bool = False  # only where the demo runs
    children: tuple["Item", ...] = ()

    @property
    def url(self) -> str:
        return reverse(self.url_name)


MENU = (
    Item("desk", _("Dashboard"), "layout-dashboard", "desk"),
    Item("calendar", _("Calendar"), "calendar-week", "calendar"),
    Item("candidates", _("Candidates"), "users", "candidates", Right.SEE_CANDIDATES, own=True),
    Item("vacancies", _("Vacancies"), "briefcase", "vacancies", Right.SEE_CANDIDATES, own=True),
    Item("demo_look", _("What to look at"), "sparkles", "demo_look", demo=True),
    Item(
        "tools",
        _("Tools"),
        "tool",
        children=(
            Item("guide", _("Getting started"), "map-2", "guide", Right.OWN_ACCOUNT, own=True),
            Item("user_settings", _("Personal settings"), "user-cog", "user_settings", Right.OWN_SETTINGS, own=True),
            Item(
                "manual_run",
                _("Manual run of a background task"),
                "player-play",
                children=(
                    Item(
                        "calendar_pull",
                        _("Load from external calendar"),
                        "cloud-download",
                        "manual_run",
                        Right.RUN_LOADING,
                        own=True,
                    ),
                ),
            ),
            Item(
                "sync_journal",
                _("Synchronisation journal"),
                "arrows-exchange",
                "sync_journal",
                Right.SEE_CONNECTIONS,
                own=True,
            ),
        ),
    ),
    Item(
        "administration",
        _("Administration"),
        "settings",
        children=(
            Item(
                "directories",
                _("Directories"),
                "books",
                children=(
                    Item(
                        "general",
                        _("General"),
                        "folder",
                        children=(
                            Item("event_types", _("Event types"), "category", "event_types", Right.EDIT_DIRECTORIES),
                            Item("rooms", _("Rooms"), "door", "rooms", Right.EDIT_DIRECTORIES),
                            Item(
                                "message_templates",
                                _("Message templates"),
                                "mail",
                                "message_templates",
                                Right.EDIT_DIRECTORIES,
                            ),
                            Item("departments", _("Departments"), "sitemap", "departments", Right.EDIT_DIRECTORIES),
                            Item("stages", _("Recruiting stages"), "layout-kanban", "stages", Right.EDIT_DIRECTORIES),
                            Item(
                                "rejection_reasons",
                                _("Rejection reasons"),
                                "user-x",
                                "rejection_reasons",
                                Right.EDIT_DIRECTORIES,
                            ),
                        ),
                    ),
                ),
            ),
            Item("users", _("Users"), "user-shield", "users", Right.ADMINISTER),
            Item("groups", _("Groups"), "users-group", "groups", Right.ADMINISTER),
            Item(
                "admin_service",
                _("Tools"),
                "server-cog",
                children=(
                    Item("tasks", _("Background tasks"), "clock-cog", "tasks", Right.ADMINISTER),
                    Item("connections", _("Connections"), "plug-connected", "connections", Right.SEE_CONNECTIONS),
                    Item("google_project", _("Google project"), "brand-google", "google_project", Right.ADMINISTER),
                    Item("organisation", _("Rules of exchange"), "adjustments", "organisation", Right.ADMINISTER),
                    Item("after_restore", _("Backup and restore"), "archive", "after_restore", Right.ADMINISTER),
                    Item("audit_log", _("Audit log"), "history", "audit_log", Right.SEE_AUDIT),
                ),
            ),
        ),
    ),
)


def path_to(key: str, items: tuple[Item, ...] = MENU) -> list[Item]:
    """The entries from the menu bar down to `key`, as the breadcrumbs show them."""
    for item in items:
        if item.key == key:
            return [item]
        below = path_to(key, item.children)
        if below:
            return [item, *below]
    return []


def leaves(item: Item) -> Iterator[Item]:
    if not item.children:
        yield item
    for child in item.children:
        yield from leaves(child)
