"""What backup, restore and rotate-keys answer: a plain sentence, exit code 2 and nothing changed where it cannot be."""

import contextlib
import json
import random
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.fernet import Fernet
from tests.support.sandbox import ANNA
from tests.upkeep.conftest import place

from vizavi.upkeep.archive import Archive, NotUsable

pytestmark = pytest.mark.slow


@pytest.fixture
def backup(small, tmp_path):
    path = tmp_path / "small.zip"
    small.vizavi("backup", str(path), "--json")
    return path


def changed(path, **about):
    """The same backup with another manifest."""
    other = path.with_name("changed.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, json.dumps(json.loads(data) | about) if name == "manifest.json" else data)
    return str(other)


def test_a_backup_holds_no_key_and_no_readable_token(small, backup):
    token = small.step("state")["token"]
    assert token
    key = (small.home / "field_keys").read_text()
    with zipfile.ZipFile(backup) as archive:
        held = b"".join(archive.read(name) for name in archive.namelist())
    assert ANNA.encode() in held
    assert token.encode() not in held
    assert key.encode() not in held
    assert backup.stat().st_mode & 0o077 == 0


def rows(path, label):
    """A table of a backup, by column."""
    with zipfile.ZipFile(path) as archive:
        names, *found = map(json.loads, archive.read(f"rows/{label}.jsonl").splitlines())
    return [dict(zip(names, row, strict=True)) for row in found]


def test_a_backup_is_of_one_moment_and_nobody_waits_for_it(small, tmp_path):
    with ThreadPoolExecutor() as pool:
        writing = pool.submit(small.step, "write_without_pause")
        while not (small.home / "writing").exists():
            assert not writing.done(), writing.result()
            time.sleep(0.05)
        paths = [tmp_path / f"{number}.zip" for number in range(3)]
        for path in paths:
            small.vizavi("backup", str(path), "--json")
        (small.home / "stop").touch()
        written = writing.result()
    numbers = []
    for path in paths:
        (kept,) = (row for row in rows(path, "events.Event") if row["title"] == "kept")
        (orlov,) = rows(path, "recruiting.Candidate")
        assert kept["internal_comment"] == orlov["first_name"]
        numbers.append(int(kept["internal_comment"]))
    assert 0 < numbers[0] < numbers[1] < numbers[2] <= written


def test_with_keys_it_is_restored_anywhere_and_without_them_only_where_the_key_is(small, fresh, backup, tmp_path):
    refusal = fresh.vizavi("restore", str(backup), code=2)
    assert "encrypted with a key that this installation does not have" in refusal
    assert not (fresh.home / "vizavi.sqlite3.restoring").exists()

    whole = tmp_path / "whole.zip"
    small.vizavi("backup", str(whole), "--with-keys", "--json")
    fresh.vizavi("restore", str(whole), "--json")
    assert fresh.step("state") == small.step("state")
    assert (fresh.home / "field_keys").read_text() != (small.home / "field_keys").read_text()


def test_an_uploaded_file_comes_back(small, fresh, tmp_path):
    (small.home / "uploads" / "cv").mkdir(parents=True)
    (small.home / "uploads" / "cv" / "orlov.pdf").write_bytes(b"%PDF")
    small.vizavi("backup", str(tmp_path / "b.zip"), "--with-keys", "--json")
    fresh.vizavi("restore", str(tmp_path / "b.zip"), "--json")
    assert (fresh.home / "uploads" / "cv" / "orlov.pdf").read_bytes() == b"%PDF"


@pytest.mark.parametrize(
    "label",
    [
        "api.KeptAnswer",
        "people.ApiToken",
        "people.Group",
        "people.Group_members",
        "notifications.Notification",
        "connections.JournalEntry",
    ],
)
def test_every_table_comes_back_as_it_was(used, label):
    first, again = used
    assert rows(first, label) != []
    assert rows(again, label) == rows(first, label)


def test_a_letter_that_waited_is_left_to_a_person_since_the_old_installation_may_have_sent_it(used):
    states = [[row["state"] for row in rows(backup, "letters.Letter")] for backup in used]
    assert states == [["sent", "waiting"], ["sent", "unknown"]]


@pytest.fixture(scope="module")
def used(tmp_path_factory, google):
    """A backup of an installation in which everything is used, and one of what was restored from it."""
    folder = tmp_path_factory.mktemp("used")
    google.reset()
    office, other = place(folder / "office", google), place(folder / "other", google)
    office.vizavi("migrate", "--verbosity", "0")
    office.step("found")
    office.step("use_everything")
    first, again = folder / "first.zip", folder / "again.zip"
    office.vizavi("backup", str(first), "--with-keys", "--json")
    other.vizavi("restore", str(first), "--json")
    other.vizavi("backup", str(again), "--json")
    return first, again


def test_a_clone_is_another_installation_without_permissions(small, fresh, tmp_path):
    small.step("use_everything")
    backup = tmp_path / "used.zip"
    small.vizavi("backup", str(backup), "--json")
    fresh.vizavi("restore", str(backup), "--clone", "--json")
    clone, original = fresh.step("state"), small.step("state")
    assert (original["api_tokens"], clone["api_tokens"]) == (1, 0)
    assert clone["installation"] != original["installation"]
    assert (clone["token"], clone["state"]) == ("", "expired")
    assert clone["events"] == original["events"]


def test_data_are_given_up_only_where_asked_to(small, backup):
    before = small.step("state")
    assert "add --replace" in small.vizavi("restore", str(backup), code=2)
    assert small.step("state") == before


@pytest.mark.parametrize(
    ("about", "reason"),
    [
        ({"product": "calendar"}, "is a backup of 'calendar', not of Vizavi"),
        ({"format": 99, "version": "9.0"}, "was made by a newer version of Vizavi (9.0)"),
        ({"version": "9.0", "migrations": {"events": ["0999_future"]}}, "made by a newer version of Vizavi (9.0)"),
        ({"rows": {"events.Event": 5, "events.Lost": 1}}, "is damaged: events.Lost cannot be read"),
    ],
)
def test_a_foreign_newer_or_damaged_backup_is_refused(small, backup, about, reason):
    before = small.step("state")
    refusal = small.vizavi("restore", changed(backup, **about), "--replace", code=2)
    assert reason in refusal
    assert refusal.endswith("Nothing was changed.")
    assert small.step("state") == before


def test_a_backup_of_an_older_version_is_brought_up_to_date(small, backup):
    before = small.step("state")
    with zipfile.ZipFile(backup) as archive:
        migrations = json.loads(archive.read("manifest.json"))["migrations"]
    older = migrations | {"jobs": [name for name in migrations["jobs"] if name < "0003"]}
    assert len(older["jobs"]) < len(migrations["jobs"])
    small.vizavi("restore", changed(backup, migrations=older), "--replace", "--json")
    assert small.step("state") == before
    done = small.installed.run("migrate", "--check")
    assert done.returncode == 0, done.stdout


def test_what_is_no_backup_is_refused(small, backup, tmp_path):
    other = tmp_path / "letter.txt"
    other.write_text("Dear Olga")
    cut = tmp_path / "cut.zip"
    cut.write_bytes(backup.read_bytes()[:-200])
    for path in (other, cut):
        assert "is no backup of Vizavi, or not a whole one" in small.vizavi("restore", str(path), "--replace", code=2)
    assert "There is no file" in small.vizavi("restore", str(tmp_path / "none.zip"), code=2)


def test_a_file_with_a_changed_byte_is_refused(small, backup, tmp_path):
    """Wherever it was changed: in the packed bytes of a part, in its name, in the list at the end."""
    whole = backup.read_bytes()
    for at in random.Random(5).sample(range(len(whole)), 300):
        path = tmp_path / "changed.zip"
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        with contextlib.suppress(NotUsable):  # a byte that nobody reads, like that of a date, may be changed
            Archive(path).close()
    packed = whole.index(b"rows/events.Event.jsonl") + 60
    path.write_bytes(whole[:packed] + bytes([whole[packed] ^ 0xFF]) + whole[packed + 1 :])
    refusal = small.vizavi("restore", str(path), "--replace", code=2)
    assert "is damaged: rows/events.Event.jsonl cannot be read" in refusal


def test_an_existing_file_is_not_overwritten(small, tmp_path):
    path = tmp_path / "mine.zip"
    path.write_text("mine")
    assert "exists already" in small.vizavi("backup", str(path), code=2)
    assert path.read_text() == "mine"
    assert "cannot be written" in small.vizavi("backup", str(tmp_path / "no" / "b.zip"), code=2)


def test_restoring_under_a_running_worker_is_refused(small, backup, tmp_path):
    with small.installed.start("worker", output=tmp_path / "log"):
        small.step("await_worker")
        assert "Stop all processes" in small.vizavi("restore", str(backup), "--replace", code=2)


def test_keys_are_rotated_and_the_old_one_can_go(small):
    token = small.step("state")["token"]
    old, new = (small.home / "field_keys").read_text(), Fernet.generate_key().decode()
    both, only = f"{new},{old}", new
    done = small.vizavi("rotate-keys", "--json", FIELD_KEYS=both)
    assert (done["renewed"], done["current"], done["unreadable"]) == (2, 0, 0)
    assert small.vizavi("rotate-keys", "--json", FIELD_KEYS=both) == {"renewed": 0, "current": 2, "unreadable": 0}
    assert small.step("state", FIELD_KEYS=only)["token"] == token


def test_secrets_that_no_key_fits_are_left_and_told(small):
    small.vizavi("rotate-keys", code=1, FIELD_KEYS=Fernet.generate_key().decode())
    assert small.step("state")["token"]
