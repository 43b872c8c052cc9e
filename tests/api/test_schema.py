"""Everything the description allows, and much that it does not, is sent to the running API: it never falls over."""

from collections import Counter

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import booleans
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.api.conftest import Demo

pytestmark = pytest.mark.slow
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 20
LISTS = {
    "event_id": "events",
    "candidate_id": "candidates",
    "vacancy_id": "vacancies",
    "application_id": "applications",
    "room_id": "rooms",
    "user_id": "users",
    "account_id": "accounts",
}


def test_whatever_is_sent_is_answered_as_described(demo: Demo):
    headers = {"Authorization": f"Bearer {demo.token('olga.melnikova@vetervolna.example')}"}
    present = {name: _first(demo, path, headers) for name, path in LISTS.items()}
    answered: Counter[int] = Counter()
    operations = list(schemathesis.openapi.from_url(f"{demo.url}/api/v1/openapi.json").get_all_operations())
    for found in operations:
        _send(found.ok(), headers, present, answered)
    assert len(operations) > 50
    assert answered[200] > len(operations), "much of it was carried out"
    assert {status for status in answered if status >= 500} == set()


def _first(demo: Demo, path: str, headers: dict[str, str]) -> int:
    return requests.get(f"{demo.url}/api/v1/{path}", headers=headers, timeout=20).json()["items"][0]["id"]


def _send(operation, headers: dict[str, str], present: dict[str, int], answered: Counter[int]) -> None:
    cases = operation.as_strategy() | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)

    @seed(1)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, existing=booleans())
    def sent(case: schemathesis.Case, existing: bool) -> None:
        if existing:  # else nearly all of it ends with 404
            for name in present.keys() & (case.path_parameters or {}).keys():
                case.path_parameters[name] = present[name]
        answered[case.call_and_validate(headers=headers, checks=CHECKS, timeout=20).status_code] += 1

    sent()
