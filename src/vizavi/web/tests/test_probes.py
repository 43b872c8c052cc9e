"""What machines ask: is it up, can it work, and the numbers, which are not for everybody."""

from datetime import timedelta

import pytest
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from vizavi.connections import calls
from vizavi.connections.models import Account, Calendar, Installation
from vizavi.jobs.models import RunStatus, TaskDefinition, TaskRun, Worker


@pytest.fixture
def stranger(db) -> Client:
    return Client()


def numbers(client: Client, **headers: str) -> dict[str, float]:
    lines = client.get("/metrics", **headers).content.decode().splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}


def test_a_stranger_learns_that_it_is_up_and_ready_and_nothing_else(stranger):
    assert stranger.get("/healthz").content == b"ok\n"
    assert stranger.get("/readyz").json() == {"ready": True, "failing": []}


def test_an_outdated_database_is_not_ready(stranger):
    MigrationRecorder.Migration.objects.filter(app="jobs").latest("id").delete()
    answer = stranger.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "failing": ["migrations"]})


@pytest.mark.parametrize(
    "headers",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"HTTP_X_FORWARDED_FOR": "192.0.2.7"},
        {"HTTP_FORWARDED": "for=192.0.2.7"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_VIA": "1.1 proxy"},
    ],
)
def test_numbers_are_for_this_machine_alone(stranger, headers):
    assert stranger.get("/metrics", **headers).status_code == 404


def test_with_a_token_whoever_has_it_reads_them(stranger, settings):
    settings.METRICS_TOKEN = "a-long-token"
    assert stranger.get("/metrics").status_code == 404
    assert stranger.get("/metrics", HTTP_AUTHORIZATION="Bearer another").status_code == 404
    far = {"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": "Bearer a-long-token"}
    assert stranger.get("/metrics", **far).status_code == 200


def test_numbers_come_from_the_database(stranger, anna):
    now = timezone.now()
    Account.objects.create(user=anna, remote_id="1", email=anna.email, active=True, state="expired", connected_at=now)
    Worker.objects.create(name="one", started_at=now, seen_at=now)
    Worker.objects.create(name="dead", started_at=now, seen_at=now - timedelta(minutes=5))
    task = TaskDefinition.objects.get(code="calendar_pull")
    TaskRun.objects.create(task=task, status=RunStatus.PARTIAL, created_at=now)
    Installation.objects.update_or_create(pk=1, defaults={"outbound_held": True})
    before = numbers(stranger).get('vizavi_google_calls_total{method="PATCH",status="412"}', 0)
    calls.count("PATCH", 412)
    calls.count("PATCH", 412)
    found = numbers(stranger)
    assert found['vizavi_google_calls_total{method="PATCH",status="412"}'] == before + 2
    assert found['vizavi_accounts{state="expired"}'] == 1
    assert found['vizavi_task_runs{status="partial",task="calendar_pull"}'] == 1
    assert found["vizavi_workers_alive"] == 1
    assert found["vizavi_outbound_held"] == 1
    assert found["vizavi_pending_events"] == 0
    assert anna.email not in stranger.get("/metrics").content.decode()


@pytest.mark.parametrize(
    ("trouble", "hours"),
    [
        ({}, 3),
        ({"state": "error", "state_code": "unavailable"}, 3),
        ({"state": "limited", "state_code": "quotaExceeded"}, 3),
        ({"state": "limited", "state_code": "missing_scope"}, 0),
        ({"state": "expired", "state_code": "expired"}, 0),
        ({"paused": True}, 0),
    ],
)
def test_the_lag_is_of_accounts_that_workers_can_read(stranger, anna, trouble, hours):
    now = timezone.now()
    of = {"user": anna, "remote_id": "1", "email": anna.email, "active": True, "begun": True, "connected_at": now}
    account = Account.objects.create(**of | trouble)
    read_at = now - timedelta(hours=3)
    Calendar.objects.create(account=account, remote_id="c", name="Anna", reads=True, last_read_at=read_at)
    assert numbers(stranger)["vizavi_sync_lag_seconds"] == pytest.approx(hours * 3600, abs=60)


def test_every_answer_tells_its_id_and_a_usable_one_is_kept(stranger):
    assert stranger.get("/healthz", HTTP_X_REQUEST_ID="abc-12345")["X-Request-ID"] == "abc-12345"
    given = "x\n{bad}"
    assert len(stranger.get("/healthz", HTTP_X_REQUEST_ID=given)["X-Request-ID"]) == 32
