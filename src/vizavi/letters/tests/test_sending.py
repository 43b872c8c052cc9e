"""A letter goes to a real mail server once; what became of it is known, or is known not to be known."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from vizavi.common.errors import RuleError
from vizavi.common.models import AuditEntry
from vizavi.events import operations as events
from vizavi.events.writing import EditConflict
from vizavi.letters import sending
from vizavi.letters.models import Letter, LetterState, Problem
from vizavi.letters.operations import Written, send_again, write
from vizavi.letters.tests.conftest import timed
from vizavi.notifications.models import Notification


def written(seen: int = 1, subject: str = "Приглашение") -> Written:
    return Written(uuid.uuid4(), seen, subject, "Здравствуйте!", "ru")


@pytest.fixture
def letter(event, anna, mail, now) -> Letter:
    return write(event.pk, written(), by=anna, now=now)


def sent(letter: Letter) -> Letter:
    sending.send(letter.pk, now=timezone.now)
    letter.refresh_from_db()
    return letter


def test_it_arrives_with_the_ics_twice_and_answers_go_to_the_responsible(letter, mail, far):
    assert sent(letter).state == LetterState.SENT
    (message,) = mail.received
    assert mail.signed_in == 1
    assert (message["from"], message["to"], message["subject"]) == ("hr@vetervolna.example", far.email, "Приглашение")
    assert message["reply-to"].addresses[0].addr_spec == "anna@vetervolna.example"
    kinds = [part.get_content_type() for part in message.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/calendar", "text/calendar"]
    shown = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    assert shown["content-type"].params["method"] == "REQUEST"
    assert shown.get_content().replace("\r\n", "\n") == letter.calendar.replace("\r\n", "\n")


def test_the_log_of_the_event_names_the_subject_and_no_address(letter, far):
    entry = AuditEntry.objects.get(action="event.letter")
    assert entry.changes == {"letter": ["", "Приглашение"]}
    assert far.email not in f"{entry.label}{entry.changes}"


def test_a_second_message_or_worker_finds_nothing_to_do(letter, mail):
    sent(letter)
    sent(letter)
    assert len(mail.received) == 1


def test_a_second_click_is_the_same_letter(event, anna, mail, now):
    once = written()
    assert write(event.pk, once, by=anna, now=now) == write(event.pk, once, by=anna, now=now)
    assert (Letter.objects.count(), AuditEntry.objects.filter(action="event.letter").count()) == (1, 1)


def test_a_text_about_an_event_that_was_moved_meanwhile_is_not_taken(event, anna, mail, now):
    events.reschedule(event.pk, 1, timed("2026-11-24 10:00", "2026-11-24 11:00"), by=anna, now=now)
    with pytest.raises(EditConflict):
        write(event.pk, written(1), by=anna, now=now)
    assert Letter.objects.count() == 0


@pytest.mark.parametrize(
    ("step", "problem", "answer"),
    [
        ("AUTH", Problem.SIGN_IN, "535 5.7.8 Wrong name or password"),
        ("RCPT", Problem.ADDRESS, "550 5.1.1 No such mailbox"),
        ("DATA", Problem.REFUSED, "554 5.7.1 Looks like spam"),
    ],
)
def test_a_refusal_is_known_and_can_be_repeated(letter, mail, anna, step, problem, answer):
    mail.refuses = step
    assert (sent(letter).state, letter.problem, letter.answer) == (LetterState.FAILED, problem, answer)
    mail.refuses = ""
    send_again(letter, by=anna, now=timezone.now())
    assert (sent(letter).state, letter.problem, letter.answer) == (LetterState.SENT, "", "")
    assert len(mail.received) == 1


def test_a_server_that_is_not_there_is_named_without_the_password(letter, settings):
    settings.EMAIL_PORT = 1
    assert (sent(letter).state, letter.problem) == (LetterState.FAILED, Problem.UNREACHABLE)
    assert "secret" not in letter.answer


def test_nothing_is_sent_unencrypted_where_encryption_is_asked_for(letter, mail, settings):
    settings.EMAIL_USE_TLS = True
    assert (sent(letter).state, letter.problem) == (LetterState.FAILED, Problem.UNREACHABLE)
    assert (mail.received, mail.signed_in) == ([], 0)


def test_a_lost_answer_leaves_it_to_a_person_and_the_same_letter_keeps_its_id(letter, mail, anna):
    mail.hangs_up = True
    assert (sent(letter).state, letter.problem) == (LetterState.UNKNOWN, Problem.LOST)
    sending.sweep(timezone.now() + timedelta(days=1))
    assert sent(letter).state == LetterState.UNKNOWN
    mail.hangs_up = False
    send_again(letter, by=anna, now=timezone.now())
    assert sent(letter).state == LetterState.SENT
    assert len({message["message-id"] for message in mail.received}) == 1


def test_a_dead_workers_letter_is_not_sent_again_by_itself(letter, mail, now):
    Letter.objects.update(state=LetterState.SENDING, claimed_at=now)
    sending.sweep(now + sending.DEAD_AFTER)
    assert sent(letter).state == LetterState.SENDING
    sending.sweep(now + sending.DEAD_AFTER + timedelta(seconds=1))
    assert (sent(letter).state, letter.problem, mail.received) == (LetterState.UNKNOWN, Problem.LOST, [])


@pytest.fixture
def at_work(letter, now) -> Letter:
    """The letter as a worker holds it that takes very long."""
    Letter.objects.update(state=LetterState.SENDING, claimed_at=now)
    held = Letter.objects.select_related("event__responsible").get()
    sending.sweep(now + timedelta(days=1))
    assert Letter.objects.get().state == LetterState.UNKNOWN
    return held


def test_a_worker_taken_for_dead_still_tells_what_became_of_the_letter(at_work, now):
    sending._store(at_work, sending.mail.Result(LetterState.SENT), now=now)
    assert list(Letter.objects.values_list("state", "sent_at")) == [("sent", now)]
    assert told_of() == [("lost", False)]


def test_but_not_over_a_persons_decision(at_work, anna, now):
    send_again(Letter.objects.get(), by=anna, now=now)
    sending._store(at_work, sending.mail.Result(LetterState.SENT), now=now)
    assert Letter.objects.get().state == LetterState.WAITING


def told_of() -> list[tuple[str, bool]]:
    """Problems that the bell has told of, and whether each still stands."""
    return [(row.values["problem"], row.done_at is None) for row in Notification.objects.order_by("pk")]


def test_the_bell_tells_whoever_wrote_it_until_it_is_sent_again(letter, mail, anna):
    mail.refuses = "DATA"
    sent(letter)
    assert told_of() == [("refused", True)]
    assert Notification.objects.get().user == anna
    mail.refuses = ""
    send_again(letter, by=anna, now=timezone.now())
    sent(letter)
    assert told_of() == [("refused", False)]


def test_a_letter_that_arrives_is_no_news(letter):
    sent(letter)
    assert told_of() == []


def test_a_lost_message_is_sent_again_by_the_sweep(letter, now, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as soon:
        sending.sweep(now + timedelta(seconds=30))
    with django_capture_on_commit_callbacks() as later:
        sending.sweep(now + timedelta(seconds=61))
    assert (len(soon), len(later)) == (0, 1)


def test_a_time_that_does_not_hold_any_more_is_told_to_nobody(letter, event, anna, mail, now):
    events.reschedule(event.pk, 1, timed("2026-11-24 10:00", "2026-11-24 11:00"), by=anna, now=now)
    assert (sent(letter).state, letter.problem, mail.received) == (LetterState.FAILED, Problem.OUTDATED, [])
    assert not letter.may_be_repeated


def test_a_cancellation_is_sent_as_one_and_an_invitation_not_after_it(letter, event, anna, mail, now):
    events.cancel(event.pk, 1, by=anna, now=now)
    assert sent(letter).problem == Problem.OUTDATED
    assert sent(write(event.pk, written(2, subject="Отмена"), by=anna, now=now)).state == LetterState.SENT
    (message,) = mail.received
    shown = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    assert shown["content-type"].params["method"] == "CANCEL"


def test_what_waited_in_a_backup_is_left_to_a_person(letter, mail):
    sending.after_restore(timezone.now())
    assert (sent(letter).state, letter.problem, mail.received) == (LetterState.UNKNOWN, Problem.RESTORED, [])


def test_only_whoever_may_edit_the_event_writes(event, mail, now, dmitry, sergey, watcher):
    for stranger in (dmitry, sergey, watcher):
        with pytest.raises(PermissionDenied):
            write(event.pk, written(), by=stranger, now=now)
    assert Letter.objects.count() == 0


def test_without_an_address_or_a_mail_server_nothing_is_stored(event, far, anna, mail, now, settings):
    far.email = ""
    far.save()
    with pytest.raises(RuleError, match="адреса"):
        write(event.pk, written(), by=anna, now=now)
    settings.DEFAULT_FROM_EMAIL = ""
    with pytest.raises(RuleError, match="Почтовый сервер не настроен"):
        write(event.pk, written(), by=anna, now=now)
    assert Letter.objects.count() == 0
