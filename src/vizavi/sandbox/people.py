"""Accounts: a person with a primary calendar."""

from __future__ import annotations

import hashlib

from vizavi.sandbox import calendars
from vizavi.sandbox.state import Store


def create(
    db: Store, email: str, *, given: str = "", family: str = "", locale: str = "ru", time_zone: str = "Europe/Moscow"
) -> str:
    sub = str(int(hashlib.sha256(email.encode()).hexdigest()[:16], 16)).zfill(21)[:21]
    db.run(
        "INSERT INTO account (email, sub, given_name, family_name, locale, time_zone) VALUES (?, ?, ?, ?, ?, ?)",
        email,
        sub,
        given or email.partition("@")[0],
        family,
        locale,
        time_zone,
    )
    calendars.create(db, email, {"summary": email, "timeZone": time_zone}, calendar_id=email)
    return email


def show_only_answered(db: Store, email: str, wanted: bool) -> None:
    """The setting of a person's calendar: invitations from strangers appear once they are answered."""
    db.set_meta(f"only answered {email}", "1" if wanted else "")


def shows_only_answered(db: Store, email: str) -> bool:
    return bool(db.meta(f"only answered {email}"))
