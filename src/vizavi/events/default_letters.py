"""The six templates of letters every installation starts with, in its language (DOMAIN 6)."""

from typing import Any

from django.conf import settings

OFFICE, VIDEO, PHONE = "Приглашение в офис", "Приглашение на видеовстречу", "Приглашение на звонок"
INVITED_BY = {  # code of the type: its template; the other types invite no candidate
    "phone_interview": PHONE,
    "video_interview": VIDEO,
    "interview": OFFICE,
    "hm_interview": OFFICE,
    "tech_interview": OFFICE,
    "panel_interview": OFFICE,
    "client_interview": OFFICE,
    "assessment": OFFICE,
    "offer_meeting": OFFICE,
    "first_day": OFFICE,
    "testing": VIDEO,
}

_WHEN = {
    "ru": "Вакансия: {vacancy}\nДата: {date}\nВремя: {time}\nЧасовой пояс: {zone}\n",
    "en": "Position: {vacancy}\nDate: {date}\nTime: {time}\nTime zone: {zone}\n",
}
_WHERE = {
    "ru": "Место: {place}\nВидеовстреча: {video_link}\n",
    "en": "Place: {place}\nVideo link: {video_link}\n",
}
_END = {
    "ru": "\n{comment}\n\nЕсли время вам не подходит, просто ответьте на это письмо.\n\nС уважением,\n{responsible}",
    "en": "\n{comment}\n\nIf the time does not suit you, just reply to this letter.\n\nKind regards,\n{responsible}",
}

# kind, Russian name, English name, {language: (subject, the sentences after the greeting)}, whether a place is named
_TEMPLATES: tuple[tuple[str, str, str, dict[str, tuple[str, str]], bool], ...] = (
    (
        "invitation",
        OFFICE,
        "Invitation to the office",
        {
            "ru": ("Приглашение: {type}, {date}", "Приглашаем вас на встречу в офисе."),
            "en": ("Invitation: {type}, {date}", "We would like to invite you to a meeting at our office."),
        },
        True,
    ),
    (
        "invitation",
        VIDEO,
        "Invitation to a video meeting",
        {
            "ru": ("Приглашение: {type}, {date}", "Приглашаем вас на встречу по видеосвязи."),
            "en": ("Invitation: {type}, {date}", "We would like to invite you to a video meeting."),
        },
        True,
    ),
    (
        "invitation",
        PHONE,
        "Invitation to a call",
        {
            "ru": ("Приглашение: {type}, {date}", "Хотим поговорить с вами по телефону. Мы позвоним сами."),
            "en": ("Invitation: {type}, {date}", "We would like to talk to you on the phone. We will call you."),
        },
        False,
    ),
    (
        "reschedule",
        "Перенос",
        "Reschedule",
        {
            "ru": ("Новое время: {type}, {date}", "Время нашей встречи изменилось. Новое время:"),
            "en": ("New time: {type}, {date}", "The time of our meeting has changed. The new time is:"),
        },
        True,
    ),
    (
        "cancellation",
        "Отмена",
        "Cancellation",
        {
            "ru": ("Отмена: {type}, {date}", "К сожалению, эта встреча не состоится:"),
            "en": ("Cancelled: {type}, {date}", "Unfortunately, this meeting will not take place:"),
        },
        False,
    ),
    (
        "reminder",
        "Напоминание",
        "Reminder",
        {
            "ru": ("Напоминание: {type}, {date}", "Напоминаем о нашей встрече."),
            "en": ("Reminder: {type}, {date}", "This is a reminder of our meeting."),
        },
        True,
    ),
)
_GREETING = {"ru": "Здравствуйте, {candidate}!", "en": "Dear {candidate},"}
_CANCELLED_END = {
    "ru": "\nМы свяжемся с вами отдельно.\n\nС уважением,\n{responsible}",
    "en": "\nWe will contact you separately.\n\nKind regards,\n{responsible}",
}


def create_missing(template_model: Any, type_model: Any) -> None:
    """The models come as arguments, since a migration passes those of its own time."""
    language = "en" if settings.LANGUAGE_CODE == "en" else "ru"
    for kind, name_ru, name_en, texts, placed in _TEMPLATES:
        subject, opening = texts[language]
        end = (_CANCELLED_END if kind == "cancellation" else _END)[language]
        body = f"{_GREETING[language]}\n\n{opening}\n\n{_WHEN[language]}{_WHERE[language] if placed else ''}{end}"
        values = {"kind": kind, "name_en": name_en, "language": language, "subject": subject, "body": body}
        template_model.objects.get_or_create(name_ru=name_ru, defaults=values)
    by_name = dict(template_model.objects.values_list("name_ru", "pk"))
    for code, name in INVITED_BY.items():
        type_model.objects.filter(code=code, invitation_template=None).update(invitation_template=by_name[name])
