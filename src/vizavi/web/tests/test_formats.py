"""Short dates look as each language writes them."""

from datetime import UTC, datetime

import pytest
from django.template import Context, Template
from django.utils.translation import override

PAGE = Template(
    '{{ at|date:"SHORT_DATE_FORMAT" }} · {{ at|date:"SHORT_DATETIME_FORMAT" }}'
    ' · {{ at|date:"EXACT_DATETIME_FORMAT" }} · {{ at|date:"MONTH_DAY_FORMAT" }}'
)


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("ru", "05.11.2026 · 05.11.2026 17:30 · 05.11.2026 17:30:00 · 05.11"),
        ("en", "Nov 5, 2026 · Nov 5, 2026, 17:30 · Nov 5, 2026, 17:30:00 · Nov 5"),
    ],
)
def test_short_dates_are_written_as_the_language_does(language, shown):
    with override(language):
        assert PAGE.render(Context({"at": datetime(2026, 11, 5, 14, 30, tzinfo=UTC)})) == shown
