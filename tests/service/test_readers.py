"""What a worker writes down while it works for a Russian speaker is read by each person in their own language."""

import json

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from tests.support.office import Office

from vizavi.connections import unreadable
from vizavi.connections.models import Account, JournalEntry, Link
from vizavi.connections.work import FAILING_AFTER
from vizavi.jobs import runs
from vizavi.jobs.models import TaskDefinition, TaskRun
from vizavi.people.models import User
from vizavi.people.tokens import create_token
from vizavi.sync.model import RemoteItem
from vizavi.sync.ports import Reading

SILENT = ("Google не ответил. Всё сохранено", "Google did not answer. Everything is kept")
ENDED = ("Google больше не даёт доступа к аккаунту anna", "Google no longer lets us into the account anna")
UNPREPARED = ("Интервью не удалось подготовить к выгрузке.", "The interview could not be prepared for export.")
UNREADABLE = ("Не загружено (primary", "Not loaded (primary")
NO_START = ("Нет начала.", "It has no start.")


@pytest.fixture
def olga(office: Office) -> User:
    """Administrator, who reads English; Anna reads Russian."""
    olga = office.lead()
    olga.language = "en"
    olga.save()
    return olga


def loaded(office: Office) -> TaskRun:
    run = runs.open_run(TaskDefinition.objects.get(), [office.account], by=office.anna, now=timezone.now())
    for item in run.items.all():
        runs.work_item(item.pk, now=timezone.now)
    return run


def page(user: User, address: str) -> str:
    client = Client()
    client.force_login(user)
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode().replace("&#x27;", "'")


def answer(user: User, path: str) -> str:
    """What a program of this user is answered."""
    secret = create_token(user, name="reader", days=None, by=user, now=timezone.now()).secret
    response = Client().get(f"/api/v1{path}", headers={"Authorization": f"Bearer {secret}"})
    return json.dumps(response.json(), ensure_ascii=False)


def each_reads_their_own(sentence: tuple[str, str], *texts: tuple[str, str]) -> None:
    """Pairs of what Anna and what Olga got."""
    found = [[words in text for text in pair for words in sentence] for pair in texts]
    assert found == [[True, False, False, True]] * len(texts)


def test_a_run_that_fails_is_told_to_each_in_their_language(office: Office, olga: User, capsys) -> None:
    office.sandbox.fault(effect="lost_before", path="^/calendar", times=None)
    run = loaded(office)
    pages = (f"/administration/runs/{run.pk}/", f"/tools/run/{run.pk}/", "/tools/journal/", "/settings/google/")
    texts = [(page(office.anna, path), page(olga, path)) for path in pages[:3]]
    texts += [(answer(office.anna, path), answer(olga, path)) for path in (f"/runs/{run.pk}", "/journal")]
    each_reads_their_own(SILENT, *texts)
    assert SILENT[0] in page(office.anna, pages[3])
    outputs = []
    for user in (office.anna, olga):
        Account.objects.update(retry_at=None)
        with pytest.raises(SystemExit):
            call_command("run_task", "calendar_pull", "--json", "--user", user.email)
        outputs.append(capsys.readouterr().out)
    each_reads_their_own(SILENT, (outputs[0], outputs[1]))


def test_what_became_of_an_account_is_told_to_each_in_their_language(office: Office, olga: User) -> None:
    office.sandbox.admin("POST", "revoke", email=office.anna.email)
    loaded(office)
    assert Account.objects.get().state == "expired"
    texts = [(page(office.anna, "/tools/journal/"), page(olga, "/tools/journal/"))]
    texts += [(answer(office.anna, "/journal"), answer(olga, "/journal"))]
    each_reads_their_own(ENDED, *texts)


def test_an_account_that_stays_silent_is_told_to_each_in_their_language(office: Office, olga: User) -> None:
    office.sandbox.fault(effect="lost_before", path="^/calendar", times=None)
    for _ in range(FAILING_AFTER):
        office.pull()
    assert JournalEntry.objects.filter(action="account_error").exists()
    each_reads_their_own(SILENT, (page(office.anna, "/tools/journal/"), page(olga, "/tools/journal/")))


def test_an_interview_that_cannot_be_prepared_is_told_to_each_in_their_language(office: Office, olga: User) -> None:
    event = office.plan()
    office.push()
    Link.objects.update(base_local={"broken": True})
    office.move(event, 3)
    office.push()
    assert Link.objects.get().error_code == "content"
    paths = (f"/events/{event.pk}/journal/", f"/events/{event.pk}/sync/", "/tools/journal/")
    each_reads_their_own(UNPREPARED, *[(page(office.anna, path), page(olga, path)) for path in paths])
    told = [page(office.anna, "/notifications/"), answer(office.anna, "/questions")]
    User.objects.filter(pk=office.anna.pk).update(language="en")
    office.anna.refresh_from_db()
    told_anew = [page(office.anna, "/notifications/"), answer(office.anna, "/questions")]
    each_reads_their_own(UNPREPARED, *zip(told, told_anew, strict=True))


def test_items_that_cannot_be_read_are_told_to_each_in_their_language(office: Office, olga: User) -> None:
    odd = RemoteItem("odd", '"1"', problem=NO_START[1])
    unreadable.tell(office.calendar, [odd], Reading(None, None, 1), timezone.now())
    texts = (page(office.anna, "/tools/journal/"), page(olga, "/tools/journal/"))
    each_reads_their_own(UNREADABLE, texts)
    each_reads_their_own(NO_START, texts)


def test_the_journal_is_searched_by_the_words_that_its_reader_sees(office: Office, olga: User) -> None:
    office.sandbox.fault(effect="lost_before", path="^/calendar", times=None)
    office.pull()
    assert SILENT[0] in page(office.anna, "/tools/journal/?q=сохранено")
    assert SILENT[1] in page(olga, "/tools/journal/?q=Everything")
    assert SILENT[1] not in page(olga, "/tools/journal/?q=сохранено")


def test_the_audit_log_names_directories_in_the_language_of_its_reader(office: Office, olga: User) -> None:
    event = office.plan()
    for language, words in (("ru", "Интервью: Орлов Денис"), ("en", "Interview: Орлов Денис")):
        User.objects.filter(pk=olga.pk).update(language=language)
        assert words in page(olga, "/administration/audit-log/?q=орлов")
        assert words.partition(":")[0] in page(olga, f"/events/{event.pk}/history/")
