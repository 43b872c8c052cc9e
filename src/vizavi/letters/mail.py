"""Handing a letter to the mail server, and what its answers mean."""

import smtplib
from contextlib import suppress
from dataclasses import dataclass
from email.utils import formataddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from vizavi.letters.models import Letter, LetterState, Problem


@dataclass(frozen=True, slots=True)
class Result:
    state: LetterState
    problem: Problem | None = None
    answer: str = ""


def deliver(letter: Letter) -> Result:
    """One attempt. Unknown is what broke off after the letter began to be handed over and before an answer."""
    server = get_connection()
    try:
        server.open()
    except smtplib.SMTPAuthenticationError as error:
        return Result(LetterState.FAILED, Problem.SIGN_IN, _answer(error))
    except (OSError, smtplib.SMTPException) as error:
        return Result(LetterState.FAILED, Problem.UNREACHABLE, str(error))
    try:
        server.send_messages([_message(letter)])
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        return Result(LetterState.FAILED, Problem.ADDRESS, f"{code} {_text(text)}")
    except smtplib.SMTPResponseException as error:
        return Result(LetterState.FAILED, Problem.REFUSED, _answer(error))
    except (OSError, smtplib.SMTPException):
        return Result(LetterState.UNKNOWN, Problem.LOST)
    finally:
        with suppress(OSError, smtplib.SMTPException):  # how the parting goes changes nothing any more
            server.close()
    return Result(LetterState.SENT)


def _message(letter: Letter) -> EmailMultiAlternatives:
    """Answers go to whoever is responsible. The same letter has the same id, whenever it is sent again."""
    responsible = letter.event.responsible
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    message = EmailMultiAlternatives(
        letter.subject,
        letter.body,
        to=[letter.to],
        reply_to=[formataddr((responsible.short_name, responsible.email))],
        headers={"Message-ID": f"<{letter.uid}@{host}>"},
    )
    # Twice, as the large calendars do: some programs show the first kind, others only attached files.
    method = "CANCEL" if letter.cancels else "REQUEST"
    message.attach_alternative(letter.calendar, f"text/calendar; method={method}")
    message.attach("invitation.ics", letter.calendar, "text/calendar")
    return message


def _answer(error: smtplib.SMTPResponseException) -> str:
    return f"{error.smtp_code} {_text(error.smtp_error)}"


def _text(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer
