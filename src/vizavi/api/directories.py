"""Event types, rooms and users; who calls."""

from typing import Any, Literal

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from vizavi.api.access import ApiRequest, found, needs
from vizavi.api.fields import Body, Code, Flag
from vizavi.api.paging import Page, Slice, page
from vizavi.api.previews import PreviewOut, shown_preview
from vizavi.common.permissions import Right, Role
from vizavi.connections import accounts, exports, previews
from vizavi.events.models import EventType, Format, Outcome, Room, Visibility
from vizavi.people.models import ExternalCalendar, User
from vizavi.people.operations import save_own_settings

router = Router(tags=["directories"])
TYPE_FIELDS = (
    "code",
    "name_ru",
    "name_en",
    "color",
    "duration",
    "default_all_day",
    "buffer_before",
    "buffer_after",
    "default_format",
    "needs_candidate",
    "needs_vacancy",
    "needs_room",
    "needs_link",
    "outcomes",
    "reminders",
    "export_enabled",
    "title_template",
    "hide_candidate",
    "invite_participants",
    "visibility",
    "active",
)


class EventTypeOut(BaseModel):
    code: str
    name_ru: str
    name_en: str
    color: str
    duration: int = Field(description="Minutes.")
    default_all_day: bool
    buffer_before: int = Field(description="Minutes that are kept free before it.")
    buffer_after: int
    default_format: Format
    needs_candidate: bool
    needs_vacancy: bool
    needs_room: bool
    needs_link: bool
    outcomes: list[Outcome] = Field(description="What can be decided once it was held.")
    stage_on_planned: str | None = Field(description="Code of the stage that is offered when one is planned.")
    stage_on_held: str | None
    reminders: list[int] = Field(description="Minutes before the start.")
    export_enabled: bool = Field(description="«Выгружать во внешний календарь».")
    title_template: str
    hide_candidate: bool
    invite_participants: bool
    visibility: Visibility
    active: bool


class EventTypePage(Page[EventTypeOut]):
    pass


class ExportSwitch(Body):
    export_enabled: Flag
    existing: Literal["keep", "remove"] | None = Field(
        None, description="What becomes of future copies when it is switched off; required where there are some."
    )


class RoomOut(BaseModel):
    id: int
    name: str
    city: str
    capacity: int
    active: bool


class RoomPage(Page[RoomOut]):
    pass


class UserOut(BaseModel):
    id: int
    name: str
    email: str
    position: str
    role: Role
    time_zone: str
    active: bool


class UserPage(Page[UserOut]):
    pass


class Me(UserOut):
    language: str
    external_calendar: ExternalCalendar


class MePatch(Body):
    """«Персональные настройки»."""

    external_calendar: ExternalCalendar | None = Field(None, description="`none` pauses and keeps the tokens.")
    language: Code | None = None
    time_zone: Code | None = None


@router.get("/me", response=Me, summary="Who you are")
def get_me(request: ApiRequest) -> Any:
    return _me(request.user)


@router.patch("/me", response=Me, summary="Change your settings")
@transaction.atomic
def patch_me(request: ApiRequest, data: MePatch) -> Any:
    user, now = request.user, timezone.now()
    if data.language or data.time_zone:
        own = {name: getattr(data, name) or getattr(user, name) for name in ("language", "time_zone")}
        save_own_settings(user, **own, external_calendar=user.external_calendar, now=now)
    if data.external_calendar is not None:
        accounts.use_calendar(user, data.external_calendar.value, now=now)
    return _me(user)


@router.get("/users", response=UserPage, summary="List people")
def list_users(request: ApiRequest, query: Query[Slice]) -> Any:
    """Those who can be responsible or take part."""
    needs(request, Right.PLAN_EVENTS)
    return page(request, User.objects.all(), query, lambda rows: [_user(row) for row in rows], order="last_name")


@router.get("/users/{int:user_id}", response=UserOut, summary="One person")
def get_user(request: ApiRequest, user_id: int) -> Any:
    needs(request, Right.PLAN_EVENTS)
    return _user(found(User.objects.all(), user_id))


@router.get("/rooms", response=RoomPage, summary="List rooms")
def list_rooms(request: ApiRequest, query: Query[Slice]) -> Any:
    needs(request, Right.SEE_EVENTS, own=True)
    return page(request, Room.objects.all(), query, lambda rows: [_room(row) for row in rows], order="name")


@router.get("/rooms/{int:room_id}", response=RoomOut, summary="One room")
def get_room(request: ApiRequest, room_id: int) -> Any:
    needs(request, Right.SEE_EVENTS, own=True)
    return _room(found(Room.objects.all(), room_id))


@router.get("/event-types", response=EventTypePage, summary="List event types")
def list_event_types(request: ApiRequest, query: Query[Slice]) -> Any:
    needs(request, Right.SEE_EVENTS, own=True)
    return page(request, _types(), query, lambda rows: [_type(row) for row in rows], order="order")


@router.get("/event-types/{slug:code}", response=EventTypeOut, summary="One event type")
def get_event_type(request: ApiRequest, code: str) -> Any:
    needs(request, Right.SEE_EVENTS, own=True)
    return _type(_by_code(code))


@router.patch("/event-types/{slug:code}", response=EventTypeOut, summary="Switch the export of a type")
def patch_event_type(request: ApiRequest, code: str, data: ExportSwitch) -> Any:
    """Switched on, future events of the type go out. Switched off, `existing` says what becomes of their copies."""
    user = needs(request, Right.EDIT_DIRECTORIES)
    row = _by_code(code)
    row.export_enabled = data.export_enabled
    return _type(exports.save_type(row, existing=data.existing, by=user, now=timezone.now()))


@router.post("/event-types/{slug:code}/preview", response=PreviewOut, summary="What a switched export would do")
def preview_event_type(request: ApiRequest, code: str, data: ExportSwitch) -> Any:
    """Counts; nothing is changed."""
    needs(request, Right.EDIT_DIRECTORIES)
    row, now = _by_code(code), timezone.now()
    return shown_preview(previews.export(row, enabled=data.export_enabled, existing=data.existing, now=now))


def _types() -> "QuerySet[EventType]":
    return EventType.objects.select_related("stage_on_planned", "stage_on_held")


def _by_code(code: str) -> EventType:
    row = _types().filter(code=code).first()
    if row is None:
        raise Http404(_("There is no event type with this code."))
    return row


def _type(row: EventType) -> EventTypeOut:
    stages = {name: getattr(row, name) for name in ("stage_on_planned", "stage_on_held")}
    codes = {name: stage.code if stage else None for name, stage in stages.items()}
    return EventTypeOut.model_validate({name: getattr(row, name) for name in TYPE_FIELDS} | codes)


def _room(row: Room) -> RoomOut:
    return RoomOut(id=row.pk, name=row.name, city=row.city, capacity=row.capacity, active=row.active)


def _user(row: User) -> UserOut:
    return UserOut.model_validate(_about(row))


def _me(row: User) -> Me:
    return Me.model_validate({**_about(row), "language": row.language, "external_calendar": row.external_calendar})


def _about(row: User) -> dict[str, Any]:
    same = {name: getattr(row, name) for name in ("email", "position", "role", "time_zone")}
    return {"id": row.pk, "name": row.full_name, "active": row.is_active, **same}
