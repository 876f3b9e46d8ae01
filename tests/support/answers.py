"""Fingerprints, entries and a clock for tests of the response cache."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from graphql_api.answers.entry import Entry
from graphql_api.answers.freshness import Freshness, Ground
from loaders.fingerprint import Fingerprint, Seen

EPOCH = datetime(2026, 11, 27, tzinfo=UTC)
PERIOD = 1.0


class Clock:
    """A clock that stands still until it is moved."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def of(number: int) -> Fingerprint:
    """Return a fingerprint; the greater the number, the newer."""
    return Fingerprint(number, EPOCH + timedelta(seconds=number), 700)


def uuid_of(number: int) -> UUID:
    """Return the instanceUuid of a vCenter."""
    return UUID(int=number)


def seen(**vcenters: int) -> Seen:
    """Return what a server has: `v7=3` is vCenter 7 at fingerprint 3."""
    numbers = {int(name[1:]): of(at) for name, at in vcenters.items()}
    return Seen(numbers, {uuid_of(number): number for number in numbers})


def known(clock: Clock, **servers: Seen) -> Freshness:
    """Return what is known of servers that were all looked at now."""
    freshness = Freshness(PERIOD, clock=clock)
    for name, what in servers.items():
        freshness.saw(name, what, clock.now)
    return freshness


def entry(
    *grounds: Ground, body: bytes = b'{"data":{}}', until: float = 1300.0, began: float = 1000.0
) -> Entry:
    """Return an answer that is kept."""
    return Entry(body, "a", began, until, grounds)
