"""Log lines are JSON with one id, and hold no secret and nothing of a person, whatever an error says."""

import io
import json
import logging

import pytest

from vizavi.common import logs, tracing

LEAKS = [
    "anna.krylova@vetervolna.example",
    "anna.krylova%40vetervolna.example",
    "+7 900 000-12-34",
    "ya29.a0AfH6SMBx-secret",
    "1//0gRefreshToken-secret",
    "4/0AdQt8qhAuthorizationCode",
    "gAAAAABnFernetTokenOfTheDatabase==",
    "GOCSPX-clientsecret",
    "hunter2",
]
SENTENCE = (
    "refused for anna.krylova@vetervolna.example (+7 900 000-12-34) calendars/anna.krylova%40vetervolna.example: "
    "Authorization: Bearer ya29.a0AfH6SMBx-secret; refresh_token=1//0gRefreshToken-secret "
    "/oauth/google/callback?state=opaque&code=4/0AdQt8qhAuthorizationCode gAAAAABnFernetTokenOfTheDatabase== "
    "client_secret: 'GOCSPX-clientsecret' postgres://vizavi:hunter2@db/vizavi"
)


@pytest.fixture
def lines():
    """A logger with the installation's configuration, and what it has written."""
    handler = logging.StreamHandler()
    configured = logs.configuration(level="INFO", console=False)["formatters"]["lines"]
    formatter = configured.pop("()")(**configured)
    handler.setFormatter(formatter)
    logger = logging.getLogger("vizavi.tests.logs")
    logger.propagate, logger.handlers = False, [handler]
    logger.setLevel("INFO")
    handler.setStream(written := io.StringIO())

    def read() -> list[dict]:
        return [json.loads(line) for line in written.getvalue().splitlines()]

    return logger, read


def test_a_line_is_json_with_the_id_of_its_request(lines):
    logger, read = lines
    with tracing.during("request-0001"):
        logger.info("call", extra={"method": "PATCH", "status": 412})
    logger.info("after")
    first, second = read()
    assert (first["event"], first["method"], first["status"]) == ("call", "PATCH", 412)
    assert (first["request_id"], first["level"], first["logger"]) == ("request-0001", "info", "vizavi.tests.logs")
    assert "request_id" not in second


@pytest.mark.parametrize("leak", LEAKS)
def test_secrets_and_addresses_are_hidden_in_a_sentence(leak):
    assert leak in SENTENCE
    assert leak not in logs.scrubbed(SENTENCE)


def test_what_is_not_listed_is_not_written(lines):
    logger, read = lines
    logger.info("request", extra={"method": "POST", "body": "Орлов Денис", "request": "GET /?q=Орлов"})
    assert "Орлов" not in json.dumps(read(), ensure_ascii=False)


def test_an_error_tells_its_kind_and_place_but_not_what_people_entered(lines):
    logger, read = lines
    try:
        int("Орлов Денис, +7 900 000-12-34")
    except ValueError:
        logger.exception("account %s: unexpected error", 7)
    (line,) = read()
    assert line["error"] == "ValueError"
    assert line["event"] == "account 7: unexpected error"
    assert any("test_logs.py" in place for place in line["trace"])
    assert "Орлов" not in json.dumps(line, ensure_ascii=False)


def test_an_error_of_the_machine_is_told(lines):
    logger, read = lines
    try:
        raise OSError(28, "No space left on device")
    except OSError:
        logger.exception("not written")
    assert read()[0]["error"] == "OSError: [Errno 28] No space left on device"
