"""What a refused value looks like: the field it belongs to and a sentence for the person who entered it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class RuleError(Exception):
    """A value that a rule refuses; nothing was changed. `text` may be a lazy translation."""

    def __init__(self, field: str, code: str, text: "str | _StrPromise") -> None:
        super().__init__(field, code)
        self.field = field
        self.code = code
        self.text = text

    def __str__(self) -> str:
        return str(self.text)
