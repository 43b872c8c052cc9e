"""Everything the description allows, and much that it does not, is sent to the running API: it never falls over."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

pytestmark = pytest.mark.slow
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 20


def test_whatever_is_sent_is_answered_as_described(demo):
    token = demo.token("olga.melnikova@vetervolna.example")
    schema = schemathesis.openapi.from_url(f"{demo.url}/api/v1/openapi.json")
    called = 0
    for found in schema.get_all_operations():
        _send(found.ok(), token)
        called += 1
    assert called > 50


def _send(operation: "schemathesis.schemas.APIOperation", token: str) -> None:
    @seed(1)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @_given(operation)
    def sent(case: schemathesis.Case) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS, timeout=20)

    sent()


def _given(operation):
    from hypothesis import given
    from schemathesis import GenerationMode

    return given(case=operation.as_strategy(generation_mode=GenerationMode.NEGATIVE) | operation.as_strategy())
