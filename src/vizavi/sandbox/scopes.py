"""Which scopes open which method; a test compares the table with Google's discovery document."""

from __future__ import annotations

PREFIX = "https://www.googleapis.com/auth/"
SIGN_IN = {
    "openid": "openid",
    "email": PREFIX + "userinfo.email",
    "profile": PREFIX + "userinfo.profile",
    PREFIX + "userinfo.email": PREFIX + "userinfo.email",
    PREFIX + "userinfo.profile": PREFIX + "userinfo.profile",
}

EVENTS_WRITE = "calendar calendar.app.created calendar.events calendar.events.owned"
EVENTS_READ = (
    EVENTS_WRITE + " calendar.events.freebusy calendar.events.owned.readonly"
    " calendar.events.public.readonly calendar.events.readonly calendar.readonly"
)
LIST_WRITE = "calendar calendar.app.created calendar.calendarlist"
LIST_READ = "calendar calendar.calendarlist calendar.calendarlist.readonly calendar.readonly"
CALENDAR_WRITE = "calendar calendar.app.created calendar.calendars"
SETTINGS = "calendar calendar.readonly calendar.settings calendar.settings.readonly"

METHODS = {
    "acl.list": "calendar calendar.acls calendar.acls.readonly",
    "acl.get": "calendar calendar.acls calendar.acls.readonly calendar.readonly",
    "acl.patch": "calendar calendar.acls",
    "acl.update": "calendar calendar.acls",
    "acl.insert": "calendar calendar.acls",
    "acl.delete": "calendar calendar.acls",
    "calendarList.list": LIST_READ,
    "calendarList.get": LIST_READ + " calendar.app.created",
    "calendarList.insert": "calendar calendar.calendarlist",
    "calendarList.patch": LIST_WRITE,
    "calendarList.update": LIST_WRITE,
    "calendarList.delete": LIST_WRITE,
    "calendars.get": CALENDAR_WRITE + " calendar.calendars.readonly calendar.readonly",
    "calendars.insert": CALENDAR_WRITE,
    "calendars.patch": CALENDAR_WRITE,
    "calendars.update": CALENDAR_WRITE,
    "calendars.delete": CALENDAR_WRITE,
    "calendars.clear": "calendar calendar.calendars",
    "events.list": EVENTS_READ,
    "events.get": EVENTS_READ,
    "events.instances": EVENTS_READ,
    "events.watch": EVENTS_READ,
    "events.insert": EVENTS_WRITE,
    "events.import": EVENTS_WRITE,
    "events.quickAdd": EVENTS_WRITE,
    "events.patch": EVENTS_WRITE,
    "events.update": EVENTS_WRITE,
    "events.delete": EVENTS_WRITE,
    "events.move": "calendar calendar.events calendar.events.owned",
    "freebusy.query": "calendar calendar.events.freebusy calendar.freebusy calendar.readonly",
    "settings.list": SETTINGS,
    "settings.get": SETTINGS,
    "colors.get": "calendar calendar.app.created calendar.calendarlist calendar.calendarlist.readonly"
    " calendar.events.freebusy calendar.events.owned calendar.events.owned.readonly"
    " calendar.events.public.readonly calendar.readonly",
    "channels.stop": EVENTS_READ + " calendar.acls calendar.acls.readonly calendar.calendarlist"
    " calendar.calendarlist.readonly calendar.settings calendar.settings.readonly",
}
KNOWN = {PREFIX + name for names in METHODS.values() for name in names.split()} | set(SIGN_IN)

# scopes that reach only calendars made by the client itself, only owned ones, only times
ONLY_MADE = "calendar.app.created"
ONLY_OWNED = {"calendar.events.owned", "calendar.events.owned.readonly"}
ONLY_TIMES = "calendar.events.freebusy"
ONLY_PUBLIC = "calendar.events.public.readonly"


def opening(method: str, granted: frozenset[str]) -> set[str]:
    """The granted scopes, short, that open this method; empty means 403."""
    return {name for name in METHODS[method].split() if PREFIX + name in granted}


def normalised(text: str) -> list[str]:
    """Google answers with the long names of the sign-in scopes and with each scope once."""
    return list(dict.fromkeys(SIGN_IN.get(name, name) for name in text.split()))
