"""What the sandbox's pages say, in Russian and in English."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

RU: dict[str, Any] = {
    "sandbox": "Песочница: локальный Google, настоящие учётные записи не участвуют",
    "choose": "Выберите аккаунт",
    "to_go_on": "для перехода в приложение",
    "other": "Адрес эл. почты",
    "next": "Далее",
    "unknown": "Не удалось найти такой аккаунт",
    "wants": "запрашивает доступ к вашему аккаунту",
    "may": "Приложение получит доступ:",
    "pick": "Выберите, к чему приложение получит доступ",
    "sign_in": "Имя, адрес эл. почты",
    "accept": "Принять",
    "cancel": "Отмена",
    "returns": "После ответа вы вернётесь на",
    "refused": "Доступ заблокирован: ошибка авторизации",
    "refused_hint": "Ошибка",
    "change": "Сменить аккаунт",
    "scopes": {
        "calendar": "Просмотр, изменение и удаление всех календарей, открытие общего доступа к ним",
        "calendar.readonly": "Просмотр всех календарей",
        "calendar.events": "Просмотр и изменение мероприятий во всех календарях",
        "calendar.events.readonly": "Просмотр мероприятий во всех календарях",
        "calendar.events.owned": "Просмотр и изменение мероприятий в собственных календарях",
        "calendar.calendarlist.readonly": "Просмотр списка календарей",
        "calendar.calendarlist": "Просмотр и изменение списка календарей",
        "calendar.freebusy": "Просмотр времени, когда вы заняты",
        "calendar.app.created": "Создание дополнительных календарей и изменение мероприятий в них",
        "calendar.settings.readonly": "Просмотр настроек календаря",
    },
}
EN: dict[str, Any] = {
    "sandbox": "Sandbox: a local Google, no real accounts involved",
    "choose": "Choose an account",
    "to_go_on": "to continue to",
    "other": "Email",
    "next": "Next",
    "unknown": "Couldn’t find this account",
    "wants": "wants access to your account",
    "may": "The application will be able to:",
    "pick": "Select what the application can access",
    "sign_in": "Your name and email address",
    "accept": "Accept",
    "cancel": "Cancel",
    "returns": "Afterwards you return to",
    "refused": "Access blocked: authorization error",
    "refused_hint": "Error",
    "change": "Use another account",
    "scopes": {
        "calendar": "See, edit, share and permanently delete all calendars",
        "calendar.readonly": "See all your calendars",
        "calendar.events": "View and edit events on all your calendars",
        "calendar.events.readonly": "View events on all your calendars",
        "calendar.events.owned": "View and edit events on calendars you own",
        "calendar.calendarlist.readonly": "See the list of your calendars",
        "calendar.calendarlist": "See and change the list of your calendars",
        "calendar.freebusy": "See when you are busy",
        "calendar.app.created": "Create secondary calendars and manage events on them",
        "calendar.settings.readonly": "See your calendar settings",
    },
}


def language(request: HttpRequest) -> str:
    """Russian unless the visitor asks for English by `hl` or by the browser's first language."""
    wanted = request.GET.get("hl") or request.headers.get("Accept-Language", "")
    return "en" if wanted.lower().startswith("en") else "ru"


def texts(shown: str) -> dict[str, Any]:
    return EN if shown == "en" else RU
