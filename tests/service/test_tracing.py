"""One id goes with a click: into the message, through the worker, into the journal and the call of Google."""

import io
import json
import logging

import pytest
from huey.contrib.djhuey import HUEY

from vizavi.common import logs, tracing
from vizavi.connections import calls
from vizavi.connections.models import ApiCall


@pytest.mark.django_db(transaction=True)  # a worker closes its connection after each message
def test_a_click_is_followed_to_the_call_of_google(office):
    HUEY.storage.flush_queue()
    with tracing.during("click-00000001"):
        event = office.plan()
    description = logs.configuration(level="INFO", console=False)["formatters"]["lines"]
    handler = logging.StreamHandler(written := io.StringIO())
    handler.setFormatter(description.pop("()")(**description))
    root = logging.getLogger("vizavi")
    level = root.level
    root.addHandler(handler)
    root.setLevel("INFO")
    try:
        HUEY.execute(HUEY.dequeue())  # as a worker does, in a process that knows nothing of the click
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    said = [json.loads(line) for line in written.getvalue().splitlines()]
    called = [line for line in said if line["event"] == "call"]
    assert called
    assert {line["request_id"] for line in called} == {"click-00000001"}
    assert {line["status"] for line in called} == {200}
    assert office.anna.email not in written.getvalue()
    assert list(event.journal.values_list("action", "request_id")) == [("created", "click-00000001")]
    calls.store()
    assert ApiCall.objects.get(method="POST", status=200).number >= 1
