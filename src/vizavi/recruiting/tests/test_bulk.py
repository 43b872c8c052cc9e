"""Many candidates at once: each is moved or left alone, with the reason told."""

import pytest

from vizavi.common.errors import RuleError
from vizavi.recruiting import bulk, operations
from vizavi.recruiting.bulk import Skip
from vizavi.recruiting.models import Application, Candidate, RejectionReason, Stage

pytestmark = pytest.mark.usefixtures("directories")


@pytest.fixture
def fomin(db) -> Candidate:
    return Candidate.objects.create(last_name="Фомин", first_name="Вадим")


def test_everybody_moves_who_stands_on_one_own_vacancy(
    anna, olga, orlov, belova, fomin, python_vacancy, sales_vacancy, now
):
    nobody = Candidate.objects.create(last_name="Зимин", first_name="Олег")
    for candidate, vacancy in ((orlov, python_vacancy), (belova, sales_vacancy), (fomin, python_vacancy)):
        operations.put_on_vacancy(candidate, vacancy, by=olga, now=now)
    operations.put_on_vacancy(fomin, sales_vacancy, by=olga, now=now)
    phone, everybody = Stage.objects.get(code="phone"), [orlov, belova, fomin, nobody]

    result = bulk.move_candidates(everybody, phone, vacancy=None, by=anna, now=now)
    assert (result.done, result.skipped) == (
        1,
        [(belova, Skip.FOREIGN), (fomin, Skip.SEVERAL), (nobody, Skip.NOWHERE)],
    )
    result = bulk.move_candidates(everybody, phone, vacancy=python_vacancy, by=anna, now=now)
    assert (result.done, result.skipped) == (
        1,
        [(orlov, Skip.THERE), (belova, Skip.NOWHERE), (nobody, Skip.NOWHERE)],
    )
    assert set(Application.objects.filter(stage=phone).values_list("candidate__last_name", flat=True)) == {
        "Орлов",
        "Фомин",
    }


def test_a_finished_application_leaves_the_other_one_alone(anna, olga, orlov, python_vacancy, sales_vacancy, now):
    finished = operations.put_on_vacancy(orlov, sales_vacancy, by=olga, now=now)
    reason = RejectionReason.objects.get(name_ru="график")
    operations.move_to_stage(finished.pk, Stage.objects.get(code="withdrew"), reason=reason, by=olga, now=now)
    operations.put_on_vacancy(orlov, python_vacancy, by=anna, now=now)
    result = bulk.move_candidates([orlov], Stage.objects.get(code="offer"), vacancy=None, by=anna, now=now)
    assert (result.done, result.skipped) == (1, [])


def test_many_rejected_need_one_reason_before_anybody_moves(anna, orlov, python_vacancy, now):
    application = operations.put_on_vacancy(orlov, python_vacancy, by=anna, now=now)
    rejected = Stage.objects.get(code="rejected")
    with pytest.raises(RuleError):
        bulk.move_candidates([orlov], rejected, vacancy=None, by=anna, now=now)
    reason = RejectionReason.objects.get(name_ru="не явился")
    assert bulk.move_candidates([orlov], rejected, vacancy=None, reason=reason, by=anna, now=now).done == 1
    application.refresh_from_db()
    assert (application.stage, application.reason) == (rejected, reason)


def test_many_are_put_on_one_vacancy_once(anna, orlov, belova, python_vacancy, now):
    operations.put_on_vacancy(orlov, python_vacancy, by=anna, now=now)
    result = bulk.put_candidates([orlov, belova], python_vacancy, by=anna, now=now)
    assert (result.done, result.skipped) == (1, [(orlov, Skip.THERE)])
