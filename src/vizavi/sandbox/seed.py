"""The demo's people and what stands in their calendars, relative to this week's Monday."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from vizavi.sandbox import calendars, content, oauth, people, rows
from vizavi.sandbox.state import Store, short_hash

DOMAIN = "vetervolna.example"
MOSCOW, URALS = "Europe/Moscow", "Asia/Yekaterinburg"
PEOPLE = [
    ("olga.melnikova", "Ольга", "Мельникова", MOSCOW),
    ("anna.krylova", "Анна", "Крылова", MOSCOW),
    ("dmitry.laptev", "Дмитрий", "Лаптев", MOSCOW),
    ("marina.soboleva", "Марина", "Соболева", URALS),
    ("sergey.tarasov", "Сергей", "Тарасов", MOSCOW),
    ("elena.gromova", "Елена", "Громова", MOSCOW),
]
# owner, name, who else may read it
SECONDARY = [
    ("anna.krylova", "Подбор", []),
    ("olga.melnikova", "Подбор", []),
    ("olga.melnikova", "Коммерция", ["elena.gromova"]),
]
WORKDAYS = "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
# who, which calendar, day counted from Monday, start, minutes (0: all day), title, more fields
Item = tuple[str, str, int, str, int, str, dict[str, Any]]
PRIVATE = {"visibility": "private"}
ITEMS: list[Item] = [
    ("anna.krylova", "", 0, "08:30", 45, "Стоматолог", PRIVATE),
    ("anna.krylova", "", 1, "19:00", 90, "Английский", PRIVATE | {"recurrence": ["RRULE:FREQ=WEEKLY;BYDAY=TU"]}),
    ("anna.krylova", "", 3, "13:00", 60, "Обед с Катей", {"location": "Кафе «Прибой»"}),
    ("anna.krylova", "", 4, "18:30", 60, "Забрать сына из бассейна", PRIVATE),
    ("anna.krylova", "", 8, "09:00", 60, "Родительское собрание", PRIVATE),
    ("anna.krylova", "", 11, "", 0, "Отгул", PRIVATE),
    ("anna.krylova", "Подбор", 2, "12:00", 30, "Планёрка подбора", {}),
    ("olga.melnikova", "", 2, "16:00", 60, "Бюджет персонала", PRIVATE),
    ("olga.melnikova", "Коммерция", 1, "15:00", 60, "Квартальные продажи", {"location": "Ладога"}),
    ("olga.melnikova", "Коммерция", 9, "12:00", 60, "Встреча с перевозчиками", {}),
    ("dmitry.laptev", "", -11, "18:00", 90, "Футбол", PRIVATE | {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=4"]}),
    ("marina.soboleva", "", 2, "10:00", 120, "Обход склада", {"location": "Склад Екатеринбург"}),
    ("marina.soboleva", "", 4, "", 0, "Ярмарка вакансий", {"transparency": "transparent"}),
    ("sergey.tarasov", "", 0, "09:30", 15, "Летучка разработки", {"recurrence": [f"{WORKDAYS};COUNT=10"]}),
    ("sergey.tarasov", "", 1, "10:00", 90, "Разбор инцидента", {}),
    ("sergey.tarasov", "", 9, "16:00", 60, "Смотр кандидатов в резерв", {}),
    ("elena.gromova", "", 2, "09:00", 90, "Переговоры с поставщиком", {"location": "Ладога"}),
    ("elena.gromova", "", 8, "", 0, "Командировка в Екатеринбург", {}),
]
CALLBACK = "/oauth/google/callback"


def sow(db: Store, *, empty: bool = False, today: date | None = None) -> None:
    """Everything a fresh home begins with, in the week of `today`; the same calendar ids every time."""
    loopback = [f"http://{host}:*{CALLBACK}" for host in ("127.0.0.1", "localhost")]
    oauth.add_client(
        db, "vizavi-demo.apps.sandbox", "vizavi-demo-secret", kind="web", name="Vizavi", redirects=loopback
    )
    oauth.add_client(
        db, "vizavi-desktop.apps.sandbox", "vizavi-desktop-secret", kind="desktop", name="Vizavi Desktop", redirects=[]
    )
    for login, given, family, zone in PEOPLE:
        people.create(db, f"{login}@{DOMAIN}", given=given, family=family, time_zone=zone)
    for login, summary, readers in SECONDARY:
        made = calendars.create(db, f"{login}@{DOMAIN}", {"summary": summary}, calendar_id=secondary_id(login, summary))
        for reader in readers:
            calendars.share(db, f"{reader}@{DOMAIN}", made, "reader")
    for item in [] if empty else ITEMS:
        _put(db, item, today or datetime.now(ZoneInfo(MOSCOW)).date())


def secondary_id(login: str, summary: str) -> str:
    return f"c_{short_hash(f'{login} {summary}', 32)}@group.calendar.google.com"


def _put(db: Store, item: Item, today: date) -> None:
    login, where, day, clock, minutes, summary, more = item
    email = f"{login}@{DOMAIN}"
    calendar = calendars.own(db, secondary_id(login, where) if where else email)
    on = today - timedelta(days=today.weekday()) + timedelta(days=day)
    body = content.clean(
        {"summary": summary, "eventType": "default"} | _times(on, clock, minutes, calendar) | more, calendar
    )
    event_id = short_hash(f"{email} {where} {summary} {day}")
    before = datetime.combine(on - timedelta(days=7), datetime.min.time(), UTC).isoformat()[:19] + "Z"
    rows.put(
        db,
        calendar.id,
        body
        | {
            "id": event_id,
            "iCalUID": f"{event_id}@google.com",
            "status": "confirmed",
            "sequence": 0,
            "creator": {"email": email},
            "organizer": {"email": calendar.id},
            "created": before,
        },
    )


def _times(on: date, clock: str, minutes: int, calendar: calendars.Calendar) -> dict[str, Any]:
    if not clock:
        return {"start": {"date": on.isoformat()}, "end": {"date": (on + timedelta(days=1)).isoformat()}}
    start = datetime.fromisoformat(f"{on.isoformat()}T{clock}").replace(tzinfo=calendar.zone)
    zone = str(calendar.zone)
    return {
        "start": {"dateTime": start.isoformat(), "timeZone": zone},
        "end": {"dateTime": (start + timedelta(minutes=minutes)).isoformat(), "timeZone": zone},
    }
