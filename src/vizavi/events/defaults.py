"""The event types every installation starts with (DOMAIN 5.2); the administrator may change them afterwards."""

from typing import Any

_CANDIDATE_OPTIONAL = {"needs_candidate": False}
_ALL_DAY = {"default_all_day": True}
_BY_PHONE = {"default_format": "phone"}
_BY_VIDEO = {"default_format": "video"}
_WITH_GUESTS = {"invite_participants": True}

# code, Russian, English, colour, minutes, exported, the rest
EVENT_TYPES: tuple[tuple[str, str, str, str, int, bool, dict[str, Any]], ...] = (
    ("phone_interview", "Телефонное интервью", "Phone interview", "#4299e1", 30, True, _BY_PHONE),
    ("video_interview", "Видеоинтервью", "Video interview", "#206bc4", 60, True, {**_BY_VIDEO, "needs_link": True}),
    ("interview", "Интервью", "Interview", "#4263eb", 60, True, {}),
    ("hm_interview", "Интервью с руководителем", "Hiring-manager interview", "#7048c6", 60, True, _WITH_GUESTS),
    ("tech_interview", "Техническое интервью", "Technical interview", "#0b8a8f", 90, True, _WITH_GUESTS),
    ("panel_interview", "Панельное интервью", "Panel interview", "#ae3ec9", 90, True, _WITH_GUESTS),
    (
        "client_interview",
        "Интервью у заказчика",
        "Interview at client's site",
        "#d6336c",
        60,
        False,
        {"buffer_before": 30, "buffer_after": 30},
    ),
    ("assessment", "Ассессмент-центр", "Assessment centre", "#b5456b", 240, True, _CANDIDATE_OPTIONAL),
    ("offer_meeting", "Обсуждение предложения", "Offer talk", "#2f9e44", 30, True, {}),
    ("first_day", "Выход на работу", "First working day", "#66a80f", 60, True, _ALL_DAY),
    ("debrief", "Обсуждение кандидата", "Debrief", "#e8890c", 30, True, _WITH_GUESTS),
    ("testing", "Тестирование", "Testing", "#d9632a", 60, False, _BY_VIDEO),
    ("resume_review", "Рассмотрение резюме руководителем", "Résumé review by manager", "#a8703a", 60, False, _ALL_DAY),
    ("security_check", "Проверка службой безопасности", "Background check", "#667382", 60, False, _ALL_DAY),
    ("invitation", "Приглашение", "Invitation sent", "#7d8a9a", 0, False, {"in_grid": False}),
    (
        "external_busy",  # the legend entry and colour of busy blocks, no type to plan with
        "Занято (внешний календарь)",
        "Busy (external)",
        "#9ba9b8",
        60,
        False,
        {**_CANDIDATE_OPTIONAL, "active": False},
    ),
)

_ALL = ("passed", "failed", "reserve")
_YES_OR_NO = ("passed", "failed")

# code, what can be decided, stage of the funnel when planned, when held, reminders in minutes before the start
DETAILS: tuple[tuple[str, tuple[str, ...], str, str, tuple[int, ...]], ...] = (
    ("phone_interview", _ALL, "phone", "interview", (15,)),
    ("video_interview", _ALL, "interview", "hm_interview", (60, 15)),
    ("interview", _ALL, "interview", "hm_interview", (60, 15)),
    ("hm_interview", _ALL, "hm_interview", "offer", (60, 15)),
    ("tech_interview", _ALL, "interview", "hm_interview", (60, 15)),
    ("panel_interview", _ALL, "hm_interview", "offer", (60, 15)),
    ("client_interview", _ALL, "hm_interview", "offer", (60, 15)),
    ("assessment", _ALL, "testing", "", (60, 15)),
    ("offer_meeting", _YES_OR_NO, "offer", "", (60, 15)),
    ("first_day", _YES_OR_NO, "", "hired", (1440,)),
    ("debrief", _ALL, "", "", (15,)),
    ("testing", _YES_OR_NO, "testing", "", (60,)),
    ("resume_review", _ALL, "review", "phone", (1440,)),
    ("security_check", _YES_OR_NO, "testing", "", ()),
    ("invitation", (), "", "", ()),
    ("external_busy", (), "", "", ()),
)


MIN_INTERVIEWERS = {"panel_interview": 2}


def create_missing(event_type_model: Any) -> None:
    """The model comes as an argument, since a migration passes the one of its own time."""
    for order, (code, name_ru, name_en, color, duration, exported, rest) in enumerate(EVENT_TYPES, start=1):
        values = {
            "name_ru": name_ru,
            "name_en": name_en,
            "color": color,
            "duration": duration,
            "export_enabled": exported,
            "order": order * 10,
            **rest,
        }
        event_type_model.objects.get_or_create(code=code, defaults=values)


def complete(event_type_model: Any, stage_model: Any) -> None:
    """What the types of the product decide beyond their beginnings; once, later the administrator has the say."""
    stages = dict(stage_model.objects.values_list("code", "pk"))
    for code, outcomes, planned, held, reminders in DETAILS:
        event_type_model.objects.filter(code=code, system=False).update(
            system=True,
            outcomes=list(outcomes),
            stage_on_planned=stages.get(planned),
            stage_on_held=stages.get(held),
            reminders=list(reminders),
        )


def count_interviewers(event_type_model: Any) -> None:
    """How many it takes at least, where that is more than one; once, later the administrator has the say."""
    for code, number in MIN_INTERVIEWERS.items():
        event_type_model.objects.filter(code=code, system=True).update(min_interviewers=number)
