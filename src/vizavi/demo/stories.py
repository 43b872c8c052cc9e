"""What happens to one thing over the weeks is a story; all stories are played side by side, each step at its moment."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from itertools import count

Story = Iterator[datetime]  # yields when its next step is due; going on to the next yield is doing that step


def play(stories: Iterable[Story]) -> None:
    begun = [(moment, number, story) for number, story in enumerate(stories) if (moment := next(story, None))]
    heapify(begun)
    while begun:
        _moment, number, story = heappop(begun)
        if following := next(story, None):
            heappush(begun, (following, number, story))


def clock(start: datetime) -> Callable[[], datetime]:
    """A clock for what takes a while: each look at it is some hundredths of a second later."""
    looks = count()
    return lambda: start + timedelta(milliseconds=40 * next(looks))
