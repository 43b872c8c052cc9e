"""`vizavi run-task`: its exit codes and what it prints."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from vizavi.jobs.management.commands.run_task import _as_text
from vizavi.jobs.models import TaskDefinition, TaskRun

from .conftest import connect

pytestmark = pytest.mark.django_db


def connect_without_google_project(user):
    """An account that cannot be loaded, because the installation has no Google client."""
    connect(user).calendars.create(remote_id="primary", name="Основной", writes=True)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["nonsense"], "There is no task 'nonsense'. Known tasks: calendar_pull."),
        (
            ["calendar_pull", "--user", "nobody@vetervolna.example"],
            "There is no active user nobody@vetervolna.example.",
        ),
        (
            ["calendar_pull", "--user", "watcher@vetervolna.example"],
            "watcher@vetervolna.example may not run this task.",
        ),
    ],
)
def test_wrong_use_is_refused(loading, watcher, anna, words, text):
    connect(anna)
    with pytest.raises(CommandError) as refused:
        call_command("run_task", *words)
    assert (str(refused.value), refused.value.returncode) == (text, 2)
    assert TaskRun.objects.count() == 0


def test_with_nobody_connected_it_is_not_configured(loading):
    with pytest.raises(CommandError) as refused:
        call_command("run_task", "calendar-pull")
    assert refused.value.returncode == 2


def test_errors_end_with_one_and_are_listed(loading, anna, sergey, capsys):
    connect_without_google_project(anna)
    connect(sergey)
    with pytest.raises(SystemExit) as ended:
        call_command("run_task", "calendar_pull", "--user", anna.email, "--json")
    assert ended.value.code == 1
    answer = json.loads(capsys.readouterr().out)
    assert (answer["task"], answer["status"], answer["total"], answer["done"]) == ("calendar_pull", "failed", 1, 1)
    assert [item["label"] for item in answer["items"]] == ["Анна Крылова · anna@vetervolna.example"]
    assert answer["items"][0]["error"]


def test_all_went_well(loading, anna, capsys):
    connect(anna)  # and chose no calendar: nothing to do
    call_command("run_task", "calendar_pull")
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("Загрузка из внешнего календаря: Выполнено\n", "1/1\n")


def test_trouble_in_plain_words(loading, anna, capsys):
    connect_without_google_project(anna)
    with pytest.raises(SystemExit):
        call_command("run_task", "calendar_pull")
    printed = capsys.readouterr()
    assert printed.out.splitlines()[0] == "Загрузка из внешнего календаря: Ошибка"
    assert printed.out.splitlines()[1].startswith("  Анна Крылова · anna@vetervolna.example: ")
    assert printed.err.splitlines()[-1] == "1/1"


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("ru", "Загрузка из внешнего календаря: Выполнено (Прочитано 12, Перенесено 1)"),
        ("en", "Load from external calendar: Done (Read 12, Moved 1)"),
    ],
)
def test_counts_are_told_in_the_language_of_the_run(loading, language, line):
    task = TaskDefinition.objects.get(code="calendar_pull")
    summary = {"moved": 1, "read": 12, "errors": 0}
    run = TaskRun.objects.create(task=task, status="ok", created_at=timezone.now(), summary=summary)
    with translation.override(language):
        assert _as_text(run) == line
