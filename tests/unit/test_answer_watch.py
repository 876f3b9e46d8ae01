"""Looking at servers: all at once, each by itself, whatever one of them does."""

from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import pytest

from graphql_api.answers.freshness import Freshness
from graphql_api.answers.watch import Watch
from loaders.fingerprint import Fingerprint
from models.db.replicas import ReplicaPool
from models.db.rotation import Member
from runtime.errors import ReplicaBusyError, ReplicaLostError
from tests.support.answers import PERIOD

AT = datetime(2026, 11, 27, tzinfo=UTC)


class Server:
    """Has one vCenter, or raises."""

    def __init__(self, epochs: int) -> None:
        self.epochs = epochs
        self.failure: Exception | None = None

    async def __aenter__(self) -> "Server":
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close nothing."""

    def single_statement(self) -> Any:
        return _Nothing()

    async def fetch(self, text: Any, parameters: Any) -> list[tuple[Any, ...]]:
        if self.failure is not None:
            raise self.failure
        if "pg_control_system" in text.sql:
            return [("database",)]
        return [(7, UUID(int=7), self.epochs, AT, 700)]


class _Nothing:
    def __enter__(self) -> None:
        """Begin nothing."""

    def __exit__(self, *_: object) -> None:
        """End nothing."""


class Pool:
    """Servers that reads go to."""

    def __init__(self) -> None:
        self.servers = {"a": Server(1), "b": Server(1)}
        self.fit = ["a", "b"]

    @property
    def serving(self) -> list[Member]:
        return [Member(name) for name in self.fit]

    def aside(self, member: Member) -> Server:
        return self.servers[member.name]


@pytest.fixture
def pool() -> Pool:
    return Pool()


@pytest.fixture
def known() -> Freshness:
    return Freshness(PERIOD)


@pytest.fixture
def watch(pool: Pool, known: Freshness) -> Watch:
    return Watch(cast(ReplicaPool, pool), known, PERIOD)


def epochs(known: Freshness) -> list[int]:
    return [fingerprint.epochs for fingerprint in known.newest.values()]


async def test_all_servers_that_reads_go_to_are_looked_at(
    watch: Watch, known: Freshness, pool: Pool
) -> None:
    pool.servers["b"].epochs = 2

    await watch.look()

    assert set(known.looks()) == {"a", "b"}
    assert known.newest == {7: Fingerprint(2, AT, 700)}
    assert watch.database == "database"


async def test_one_that_is_benched_counts_no_more(
    watch: Watch, known: Freshness, pool: Pool
) -> None:
    pool.servers["b"].epochs = 2
    await watch.look()

    pool.fit = ["a"]
    await watch.look()

    assert epochs(known) == [1]


@pytest.mark.parametrize(
    ("failure", "left"),
    [
        (ReplicaLostError("b: gone"), {"a"}),
        (ReplicaBusyError(), {"a", "b"}),
        (TimeoutError(), {"a", "b"}),
        (ValueError("no such table"), {"a", "b"}),
    ],
    ids=["lost", "busy", "slow", "odd"],
)
async def test_one_that_fails_leaves_the_others_alone(
    watch: Watch, known: Freshness, pool: Pool, failure: Exception, left: set[str]
) -> None:
    await watch.look()
    pool.servers["b"].failure = failure

    await watch.look()

    assert set(known.looks()) == left, "only one that went away may come back with less"
    assert known.is_known
