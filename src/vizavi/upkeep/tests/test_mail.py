"""VIZAVI_EMAIL_URL: what it may say, and what `vizavi doctor` answers about it."""

import pytest

from vizavi import env
from vizavi.letters.tests.mail_server import listening
from vizavi.upkeep import checks


def configure(settings, mail: env.Mail) -> None:
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{mail.backend}.EmailBackend"
    settings.DEFAULT_FROM_EMAIL, settings.EMAIL_HOST, settings.EMAIL_PORT = mail.sender, mail.host, mail.port
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = mail.user, mail.password
    settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = mail.starttls, mail.tls


def test_an_address_says_where_as_whom_and_from_whom():
    mail = env.mail("smtp://hr%40firm.example:p%3Aw@mail.example?from=hr@firm.example")
    assert mail == env.Mail("hr@firm.example", "smtp", "mail.example", 587, "hr@firm.example", "p:w", starttls=True)
    assert "p:w" not in repr(mail)
    assert env.mail("smtps://mail.example?from=hr@firm.example") == env.Mail(
        "hr@firm.example", "smtp", "mail.example", 465, tls=True
    )
    assert not env.mail("smtp://localhost:25?from=hr@firm.example&tls=0").starttls
    assert env.mail("console:").backend == "console"
    assert env.mail("").sender == ""


@pytest.mark.parametrize(
    "address",
    [
        "mail.example",
        "imap://mail.example?from=hr@firm.example",
        "smtp://hr:secret@mail.example",
        "smtp://hr:secret@mail.example?from=hr",
        "smtp://hr:secret@mail.example:port?from=hr@firm.example",
        "smtp://hr:secret@mail.example?from=hr@firm.example&tls=maybe",
        "smtp://hr:secret@mail.example?from=hr@firm.example&timeout=3",
        "smtp://?from=hr@firm.example",
    ],
)
def test_anything_else_stops_the_start_without_repeating_the_password(address):
    with pytest.raises(env.ConfigurationError, match="VIZAVI_EMAIL_URL must look like") as refused:
        env.mail(address)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("imap://mail.example?from=hr@firm.example", "; it must begin with one of the three."),
        ("smtp://mail.example?from=hr@firm.example&tls=2", "; tls= is 0 or 1."),
        (
            "smtp://mail.example?from=hr@firm.example&timeout=3&x=y",
            "; it knows from= and tls= alone, not timeout=, x=.",
        ),
        ("smtp://hr:12?secret=x@mail.example?from=hr@firm.example", "; it knows from= and tls= alone."),
        ("smtp://mail.example?from=hr", "; it lacks the host, or from=, the address that letters come from."),
    ],
)
def test_the_refusal_names_the_part(address, told):
    with pytest.raises(env.ConfigurationError) as refused:
        env.mail(address)
    assert str(refused.value).endswith(told)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(("address", "said"), [("", "is not set"), ("console:", "are printed")])
def test_no_mail_server_is_a_note(settings, address, said):
    configure(settings, env.mail(address))
    with pytest.raises(checks.Note, match=said):
        checks._mail()


def test_the_check_signs_in_and_sends_nothing(settings):
    with listening() as server:
        configure(settings, env.mail(f"smtp://hr:secret@127.0.0.1:{server.port}?from=hr@firm.example&tls=0"))
        assert checks._mail() == f"127.0.0.1:{server.port} accepts letters from hr@firm.example"
        assert (server.signed_in, server.received) == (1, [])
        server.refuses = "AUTH"
        with pytest.raises(checks.Failing, match="does not accept the name and password"):
            checks._mail()


def test_a_server_that_does_not_answer_or_cannot_encrypt_is_failing(settings):
    configure(settings, env.mail("smtp://hr:secret@127.0.0.1:1?from=hr@firm.example"))
    with pytest.raises(checks.Failing, match="does not accept letters"):
        checks._mail()
    with listening() as server:
        configure(settings, env.mail(f"smtp://hr:secret@127.0.0.1:{server.port}?from=hr@firm.example"))
        with pytest.raises(checks.Failing, match="STARTTLS"):
            checks._mail()
        assert server.signed_in == 0
