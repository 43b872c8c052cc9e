"""Candidates, vacancies and the funnel: who may change what, and who is told."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from vizavi.common import audit, changes
from vizavi.common.errors import RuleError
from vizavi.common.models import AuditEntry
from vizavi.common.wording import shown
from vizavi.recruiting import operations, queries
from vizavi.recruiting.models import Application, Candidate, RejectionReason, Stage, Vacancy

pytestmark = pytest.mark.usefixtures("directories")


def refusal(call) -> tuple[str, str]:
    with pytest.raises(RuleError) as refused:
        call()
    return refused.value.field, refused.value.code


@pytest.fixture
def told(monkeypatch) -> list[tuple]:
    heard: list[tuple] = []
    monkeypatch.setattr(changes, "_handlers", [lambda kind, ids: heard.append((kind, list(ids)))])
    return heard


def test_recruiter_creates_any_new_candidate(anna, now):
    candidate = operations.save_candidate(Candidate(last_name="Фомин", first_name="Вадим"), by=anna, now=now)
    assert AuditEntry.objects.get().label == "Фомин Вадим"
    assert queries.may_edit_candidate(anna, candidate)


def test_interviewer_and_observer_create_nobody(sergey, watcher, now):
    for one in (sergey, watcher):
        with pytest.raises(PermissionDenied):
            operations.save_candidate(Candidate(last_name="Фомин", first_name="Вадим"), by=one, now=now)
    assert Candidate.objects.count() == 0


def test_candidate_of_anothers_vacancy_is_not_edited(anna, dmitry, orlov, python_vacancy, now):
    operations.put_on_vacancy(orlov, python_vacancy, by=anna, now=now)
    orlov.city = "Самара"
    with pytest.raises(PermissionDenied):
        operations.save_candidate(orlov, by=dmitry, now=now)
    assert operations.save_candidate(orlov, by=anna, now=now).city == "Самара"
    assert [queries.may_edit_candidate(one, orlov) for one in (anna, dmitry)] == [True, False]


def test_a_renamed_candidate_is_told_a_moved_one_is_not(anna, orlov, now, told):
    orlov.city = "Самара"
    operations.save_candidate(orlov, by=anna, now=now)
    assert told == []
    orlov.last_name = "Орловский"
    operations.save_candidate(orlov, by=anna, now=now)
    assert told == [("candidate", [orlov.pk])]


def test_a_candidates_unknown_zone_is_refused(anna, orlov, now):
    orlov.time_zone = "Самара"
    assert refusal(lambda: operations.save_candidate(orlov, by=anna, now=now)) == ("time_zone", "unknown_zone")


def test_vacancy_is_edited_by_its_recruiter_and_the_lead(dmitry, pavel, python_vacancy, now, told):
    for title, by in (("Python-инженер", python_vacancy.recruiter), ("Python-разработчик", pavel)):
        python_vacancy.title = title
        operations.save_vacancy(python_vacancy, by=by, now=now)
    assert told == [("vacancy", [python_vacancy.pk])] * 2
    with pytest.raises(PermissionDenied):
        operations.save_vacancy(python_vacancy, by=dmitry, now=now)


def test_a_vacancy_cannot_be_taken_by_naming_oneself(anna, dmitry, python_vacancy, now):
    python_vacancy.recruiter = dmitry
    with pytest.raises(PermissionDenied):
        operations.save_vacancy(python_vacancy, by=dmitry, now=now)
    assert Vacancy.objects.get().recruiter == anna


def test_salary_to_below_from_is_refused(anna, python_vacancy, now):
    python_vacancy.salary_from, python_vacancy.salary_to = 200, 100
    assert refusal(lambda: operations.save_vacancy(python_vacancy, by=anna, now=now)) == ("salary_to", "below_from")


def test_application_starts_at_the_first_stage_once(anna, orlov, python_vacancy, now):
    application = operations.put_on_vacancy(orlov, python_vacancy, by=anna, now=now)
    assert application.stage.code == "new"
    assert refusal(lambda: operations.put_on_vacancy(orlov, python_vacancy, by=anna, now=now)) == ("vacancy", "already")


def test_a_lost_candidate_needs_a_reason_which_later_goes(anna, orlov, python_vacancy, now):
    application = operations.put_on_vacancy(orlov, python_vacancy, by=anna, now=now)
    stages = {stage.code: stage for stage in Stage.objects.all()}
    reason = RejectionReason.objects.get(name_ru="не явился")

    def move(code: str, **values) -> Application:
        return operations.move_to_stage(application.pk, stages[code], by=anna, now=now, **values)

    assert refusal(lambda: move("rejected")) == ("reason", "required")
    assert move("rejected", reason=reason).reason == reason
    assert move("interview", reason=reason).reason is None
    told = [entry.changes for entry in AuditEntry.objects.filter(action="application.moved").order_by("pk")]
    new, rejected, interview = (audit.name_of(stages[code]) for code in ("new", "rejected", "interview"))
    assert told == [
        {"stage": [new, rejected], "reason": [None, audit.name_of(reason)]},
        {"stage": [rejected, interview], "reason": [audit.name_of(reason), None]},
    ]
    assert [_shown(rejected, language) for language in ("ru", "en")] == ["Отказ компании", "Rejected"]


def _shown(stored: str, language: str) -> str:
    with translation.override(language):
        return shown(stored)


def test_colleague_does_not_move_anothers_applications(anna, dmitry, orlov, python_vacancy, now):
    application = operations.put_on_vacancy(orlov, python_vacancy, by=anna, now=now)
    stage = Stage.objects.get(code="phone")
    with pytest.raises(PermissionDenied):
        operations.move_to_stage(application.pk, stage, by=dmitry, now=now)
    with pytest.raises(PermissionDenied):
        operations.put_on_vacancy(orlov, python_vacancy, by=dmitry, now=now)


def test_a_candidate_moved_meanwhile_is_not_moved_again(anna, olga, orlov, python_vacancy, now):
    application = operations.put_on_vacancy(orlov, python_vacancy, by=anna, now=now)
    new, phone, offer = (Stage.objects.get(code=code) for code in ("new", "phone", "offer"))
    operations.move_to_stage(application.pk, phone, by=olga, now=now)

    def move(stage: Stage, seen: Stage) -> Application:
        return operations.move_to_stage(application.pk, stage, by=anna, now=now, seen=seen.pk)

    assert refusal(lambda: move(offer, seen=new)) == ("stage", "moved")
    assert move(phone, seen=new).stage == phone
    assert move(offer, seen=phone).stage == offer


def test_the_funnel_is_complete():
    assert list(Stage.objects.order_by("order").values_list("order", "code")) == [
        (10, "new"),
        (20, "screening"),
        (30, "review"),
        (40, "phone"),
        (50, "interview"),
        (60, "hm_interview"),
        (70, "testing"),
        (80, "offer"),
        (90, "hired"),
        (91, "reserve"),
        (92, "rejected"),
        (93, "withdrew"),
    ]
    assert RejectionReason.objects.count() == 10
