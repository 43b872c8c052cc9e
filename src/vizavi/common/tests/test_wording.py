"""What is stored is nobody's language; what is shown is the reader's."""

import json
from datetime import UTC, datetime

import pytest
from django.utils import timezone, translation

from vizavi.common import wording
from vizavi.common.wording import filled, shown
from vizavi.connections import health, reasons
from vizavi.connections.models import JournalEntry
from vizavi.jobs.runs import UNDER_WAY
from vizavi.jobs.sweep import STOPPED

SCOPES = ["the list of your calendars", "your free and busy time"]


def both(stored: str) -> tuple[str, str]:
    """In Russian and in English."""
    texts = []
    for language in ("ru", "en"):
        with translation.override(language):
            texts.append(shown(stored))
    return texts[0], texts[1]


def test_a_sentence_without_values_is_stored_as_it_is_in_english():
    assert filled(reasons.PAUSE) == reasons.PAUSE
    assert both(reasons.PAUSE) == ("Google просит паузу. Всё сохранено и продолжится само.", reasons.PAUSE)


def test_values_are_kept_beside_the_sentence_and_only_those_it_names():
    stored = filled(reasons.PAUSED, seconds=30, email="anna@vetervolna.example")
    assert json.loads(stored) == [reasons.PAUSED, {"seconds": 30}]
    assert both(stored) == (
        "Google попросил паузу; работа продолжится сама через 30 с.",
        "Google asked for a pause; it goes on by itself in 30 s.",
    )


@pytest.mark.parametrize(
    ("count", "words"),
    [(1, ("1 раз ", "1 time ")), (3, ("3 раза ", "3 times ")), (5, ("5 раз ", "5 times "))],
)
def test_numbers_are_declined_by_the_readers_language(count, words):
    texts = both(filled(STOPPED, count=count))
    assert [word in text for word, text in zip(words, texts, strict=True)] == [True, True]


def test_instants_are_shown_by_the_readers_clock():
    stored = filled(UNDER_WAY, time=datetime(2026, 11, 26, 9, 0, 5, tzinfo=UTC))
    with timezone.override("Asia/Vladivostok"):
        assert "Nov 26, 2026, 19:00:05" in both(stored)[1]
    with timezone.override("Europe/Moscow"):
        assert "26.11.2026 12:00:05" in both(stored)[0]


def test_sentences_and_lists_of_them_may_be_values():
    odd = filled(reasons.NOT_LOADED, name="Подбор, 7", reason="It has no start. (Object missing)")
    assert both(odd) == (
        "Не загружено (Подбор, 7). Нет начала. (Object missing)",
        "Not loaded (Подбор, 7). It has no start. (Object missing)",
    )
    russian, english = both(filled(health.REASONS["missing_scope"], scopes=SCOPES))
    assert "список ваших календарей, ваше свободное и занятое время" in russian
    assert "the list of your calendars, your free and busy time" in english


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Google не ответил",
        "Invalid start time. (400)",
        '["Совещание", {"name": 1}]',
        '["Совещание"',
        f'["{reasons.PAUSED}", {{"minutes": 1}}]',
        f'["{reasons.PAUSED}", {{"seconds": "%(seconds)d"}}]',
        f'["{reasons.PAUSED}", 5]',
        f'["{STOPPED}", {{"count": "three"}}]',
        f'["{STOPPED}", {{}}]',
        '["' + reasons.PAUSED + '", {"seconds": ' + "[" * 5000,
        '[["a"], {}]',
    ],
)
def test_any_other_text_is_shown_as_it_is(text):
    assert both(text) == (text, text)


def test_long_values_are_cut_and_the_sentence_stays_whole():
    assert shown(filled(reasons.SILENT, reason='"' * 9000)).count('"') == 300


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "word", "places"),
    [
        ("ru", "ПАУЗУ", [0, 1]),
        ("ru", "начала", [2, 3]),
        ("ru", "раза", [4]),
        ("ru", "pause", []),
        ("en", "Pause", [0, 1]),
        ("en", "start", [2, 3]),
        ("en", "times", [4]),
        ("en", "пауз", []),
        ("en", "seconds", []),
    ],
)
def test_lines_are_found_by_the_words_that_their_reader_sees(language, word, places, now):
    texts = [
        reasons.PAUSE,
        filled(reasons.PAUSED, seconds=5),
        "It has no start. (Object missing)",
        filled(reasons.NOT_LOADED, name="x", reason="It has no start."),
        filled(STOPPED, count=3),
        "",
    ]
    lines = [JournalEntry.objects.create(at=now, direction="here", action="run_failed", text=text) for text in texts]
    with translation.override(language):
        found = JournalEntry.objects.filter(wording.holding("text", word)).order_by("pk")
    assert [lines.index(line) for line in found] == places
