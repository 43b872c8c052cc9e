"""The provider and the sync core speak English only; whatever they say about an item has its translation."""

import pytest
from django.utils import translation

from vizavi.common.wording import shown
from vizavi.providers.google import wire
from vizavi.sync import engine


@pytest.mark.parametrize("module", [engine, wire])
def test_each_sentence_of_the_lower_layers_is_declared(module):
    said = [text for name, text in vars(module).items() if name.isupper() and isinstance(text, str) and " " in text]
    with translation.override("ru"):
        assert [text for text in said if shown(text) == text] == []
