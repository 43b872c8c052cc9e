"""Random histories: people edit on both sides, calls fail, cursors expire; then quiet, then both sides are equal."""

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from vizavi.sync.engine import pull, push
from vizavi.sync.errors import SyncError, Throttled
from vizavi.sync.merge import same
from vizavi.sync.model import Desire, Group, LinkState, LocalStatus, Policy, Winner
from vizavi.sync.tests.values import World, at, meeting

EVENTS = 3
numbers = st.integers(1, EVENTS)
hours = st.integers(0, 40)
titles = st.sampled_from(["Interview", "Second talk", "OFFER", "Phone call"])
losses = st.lists(st.sampled_from(["", "before", "after"]), min_size=1, max_size=4)


class Crash(Exception):
    """The process dies between two statements."""


class Meetings(RuleBasedStateMachine):
    """Three meetings, one calendar."""

    @initialize(
        winner=st.sampled_from(Winner),
        takes_text=st.booleans(),
        lower=st.booleans(),
        page=st.integers(1, 3),
        batch=st.integers(1, 3),
        cancels=st.booleans(),
    )
    def begin(self, *, winner, takes_text, lower, page, batch, cancels):
        self.world = World()
        groups = {Group.TIME, Group.PEOPLE} | ({Group.TEXT} if takes_text else set())
        self.world.store.policy = Policy(winner, frozenset(groups), cancels)
        provider = self.world.provider
        provider.lower_cases, provider.page_size = lower, page
        provider.traits = replace(provider.traits, batch_size=batch)
        for number in range(EVENTS):
            self.world.store.add(meeting(number))

    def run(self, work):
        with suppress(SyncError, Crash):
            work(self.world.session())
        self.world.now += (at(1).start - at(0).start) / 10

    @rule(number=numbers, hour=hours)
    def we_move(self, number, hour):
        if self.world.store.events[number].status is LocalStatus.OPEN:
            self.world.store.edit(number, max(self.world.now, self.world.provider.clock), when=at(hour))

    @rule(number=numbers, title=titles)
    def we_rename(self, number, title):
        self.world.store.edit(number, self.world.now, title=title)

    @rule(number=numbers, status=st.sampled_from(LocalStatus))
    def we_decide(self, number, status):
        event = self.world.store.events[number]
        allowed = {LocalStatus.OPEN: set(LocalStatus), LocalStatus.CANCELLED: {LocalStatus.OPEN}}
        if status in allowed.get(event.status, {LocalStatus.OPEN}) and status is not event.status:
            self.world.store.set_status(number, status)

    @rule(number=numbers, desire=st.sampled_from(Desire))
    def it_belongs_elsewhere(self, number, desire):
        event = self.world.store.events[number]
        event.desire = desire
        event.revision += 1

    @rule(number=numbers, hour=hours)
    def they_move(self, number, hour):
        item = self._alive(number)
        if item:
            self.world.provider.human_puts(item.remote_id, replace(item.content, when=at(hour)))

    @rule(number=numbers, title=titles)
    def they_rename(self, number, title):
        item = self._alive(number)
        if item:
            self.world.provider.human_puts(item.remote_id, replace(item.content, title=title))

    @rule(number=numbers)
    def they_delete(self, number):
        item = self._alive(number)
        if item:
            self.world.provider.human_deletes(item.remote_id)

    @rule(number=numbers, hour=hours)
    def they_bring_back(self, number, hour):
        link = self.world.store.links.get(number)
        item = self.world.provider.items.get(link.remote_id) if link else None
        if item and item.deleted:
            self.world.provider.human_puts(item.remote_id, replace(item.content, when=at(hour)))

    @rule(number=numbers)
    def we_export_again(self, number):
        link = self.world.store.links.get(number)
        if link and link.state is LinkState.DETACHED:
            with self.world.store.transaction():
                self.world.store.save(replace(link, state=LinkState.GONE, base_local=None, base_remote=None))
            self.world.store.events[number].revision += 1

    @rule(losses=losses)
    def push_with_losses(self, losses):
        self.world.provider.lose = list(losses)
        self.run(push)
        self.world.provider.lose = []

    @rule(losses=losses)
    def pull_with_losses(self, losses):
        self.world.provider.lose = list(losses)
        self.run(pull)
        self.world.provider.lose = []

    @rule(calls=st.integers(0, 4))
    def crash_while_saving(self, calls):
        """The transaction in which the process dies leaves nothing; what went out before stays out."""
        store, left = self.world.store, [calls]
        save = store.save

        def dying(*args):
            left[0] -= 1
            if left[0] < 0:
                raise Crash
            return save(*args)

        store.save = dying
        self.run(pull)
        store.save = save

    @rule(calls=st.integers(0, 3))
    def throttled(self, calls):
        self.world.provider.raises = [None] * calls + [Throttled("slow down")]
        self.run(push)
        self.world.provider.raises = []

    @rule()
    def push_well(self):
        self.run(push)

    @rule()
    def pull_well(self):
        self.run(pull)

    @rule()
    def cursor_expires(self):
        self.world.provider.expire_cursors()

    @invariant()
    def one_living_item_per_meeting(self):
        for number in self.world.store.links:
            ids = [key for key in self.world.provider.living() if key.split("n")[0] == f"remote{number}"]
            assert len(ids) <= 1, ids

    @invariant()
    def nobody_was_mailed(self):
        assert self.world.provider.mails == []

    def teardown(self):
        self.world.store.retry()
        for _ in range(3):
            push(self.world.session())
            pull(self.world.session())
            self.world.store.retry()
        writes = self.world.provider.calls["write"]
        push(self.world.session())
        pull(self.world.session())
        assert self.world.provider.calls["write"] == writes, "at rest nothing is sent any more"
        for number in self.world.store.links:
            self._agree(number)

    def _agree(self, number):
        event, link = self.world.store.events[number], self.world.store.links[number]
        item = self.world.provider.living().get(link.remote_id)
        assert link.in_flight is None
        if event.desire is Desire.KEEP or event.status is LocalStatus.FINAL:
            return
        if event.status is LocalStatus.CANCELLED or event.desire is Desire.ABSENT:
            assert item is None, "cancelled here means removed there"
            return
        if link.state is LinkState.DETACHED:
            assert item is None
            return
        assert item is not None, "a planned interview is there"
        assert same(event.content, item.content, Group.TIME), (event.content.when, item.content.when)

    def _alive(self, number):
        link = self.world.store.links.get(number)
        return self.world.provider.living().get(link.remote_id) if link else None


TestMeetings = pytest.mark.filterwarnings("ignore")(Meetings.TestCase)
TestMeetings.settings = settings(
    max_examples=120, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
