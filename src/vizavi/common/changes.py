"""Who must know that something changed: indirect edits reach the calendar through one function.

What an exported event shows comes also from the candidate, the vacancy, the type and the room. Operations call
`changed` inside their transaction; apps register what they do about it in their AppConfig.ready().
"""

from collections.abc import Callable, Collection

Handler = Callable[[str, Collection[int]], None]

_handlers: list[Handler] = []


def on_change(handler: Handler) -> None:
    """Register `handler(kind, ids)`; called in the caller's transaction, in the order of registration."""
    if handler not in _handlers:
        _handlers.append(handler)


def changed(kind: str, ids: Collection[int]) -> None:
    """Tell every handler that the objects `ids` of `kind` ("event", "candidate", "event_type", …) changed."""
    if ids:
        for handler in _handlers:
            handler(kind, ids)
