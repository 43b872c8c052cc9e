"""The funnel and the reasons of rejection every installation starts with (DOMAIN 5.4)."""

from typing import Any

# order, code, Russian, English, kind
STAGES = (
    (10, "new", "Новый", "New", "initial"),
    (20, "screening", "Первичный отбор", "Screening", "active"),
    (30, "review", "На рассмотрении у руководителя", "Manager's review", "active"),
    (40, "phone", "Телефонное интервью", "Phone interview", "interview"),
    (50, "interview", "Интервью", "Interview", "interview"),
    (60, "hm_interview", "Интервью с руководителем", "Hiring-manager interview", "interview"),
    (70, "testing", "Тестирование и проверка", "Testing and checks", "active"),
    (80, "offer", "Предложение о работе", "Offer", "offer"),
    (90, "hired", "Принят", "Hired", "hired"),
    (91, "reserve", "Кадровый резерв", "Talent pool", "reserve"),
    (92, "rejected", "Отказ компании", "Rejected", "lost"),
    (93, "withdrew", "Отказ кандидата", "Withdrew", "lost"),
)

REASONS = (
    ("не подходит опыт", "experience does not fit"),
    ("ожидания по доходу", "salary expectations"),
    ("слабое интервью", "weak interview"),
    ("не прошёл тестирование", "failed the test"),
    ("не прошёл проверку", "failed the checks"),
    ("не явился", "did not come"),
    ("принял другое предложение", "accepted another offer"),
    ("график", "working hours"),
    ("переезд", "relocation"),
    ("вакансия закрыта", "vacancy closed"),
)


def create_missing(stage_model: Any, reason_model: Any) -> None:
    """The models come as arguments, since a migration passes those of its own time."""
    for order, code, name_ru, name_en, kind in STAGES:
        values = {"order": order, "name_ru": name_ru, "name_en": name_en, "kind": kind}
        stage_model.objects.get_or_create(code=code, defaults=values)
    for name_ru, name_en in REASONS:
        reason_model.objects.get_or_create(name_ru=name_ru, defaults={"name_en": name_en})
