"""Look-ups of several requests in one statement: who shares, who waits, what a failure does."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from models.db.crowd import MOST_KEYS, Crowd
from models.db.text import LookUp, Text

BY_KEY = LookUp(Text("one", ("key",), {}), Text("many", ("key",), {}))
SCOPE = [1, 2]


class Server:
    """Finds a row for each key, its square, apart from 0; notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.fails: Exception | None = None

    @asynccontextmanager
    async def session(self) -> AsyncIterator["Server"]:
        """Lend itself."""
        yield self

    async def fetch(self, text: Text, parameters: Mapping[str, Any]) -> Sequence[Any]:
        """Answer when it may."""
        self.asked.append((text.sql, parameters["key"]))
        await self.may_answer.wait()
        if self.fails is not None:
            raise self.fails
        if text.sql == "one":
            return [] if parameters["key"] == 0 else [(parameters["key"] ** 2,)]
        return [(key**2, place) for place, key in enumerate(parameters["key"], start=1) if key != 0]


async def found(crowd: Crowd, key: int, scope: list[int] | None = None) -> list[int]:
    """Return what is found of a key."""
    shared = {} if scope is None else {"scope": scope}
    return [record[0] for record in await crowd.look_up(BY_KEY, {"key": key}, shared)]


async def test_a_look_up_alone_is_asked_as_one() -> None:
    server = Server()
    async with asyncio.TaskGroup() as group:
        assert await found(Crowd(server.session, group), 3) == [9]

    assert server.asked == [("one", 3)]


async def test_look_ups_of_one_turn_go_together_and_each_gets_its_own_rows() -> None:
    server = Server()
    async with asyncio.TaskGroup() as group:
        crowd = Crowd(server.session, group)
        rows = await asyncio.gather(*(found(crowd, key) for key in (3, 0, 5, 3)))

    assert rows == [[9], [], [25], [9]]
    assert server.asked == [("many", [3, 0, 5, 3])]


async def test_what_comes_while_a_statement_is_under_way_goes_with_the_next() -> None:
    server = Server()
    server.may_answer.clear()
    async with asyncio.TaskGroup() as group:
        crowd = Crowd(server.session, group)
        first = group.create_task(found(crowd, 1))
        await asyncio.sleep(0.01)
        others = [group.create_task(found(crowd, key)) for key in (2, 3)]
        await asyncio.sleep(0.01)
        server.may_answer.set()

    assert [first.result(), *(other.result() for other in others)] == [[1], [4], [9]]
    assert server.asked == [("one", 1), ("many", [2, 3])]


async def test_a_look_up_that_comes_in_the_very_turn_that_ends_the_last_is_answered() -> None:
    server = Server()
    async with asyncio.TaskGroup() as group, asyncio.timeout(5):
        crowd = Crowd(server.session, group)
        for key in range(1, 200):
            assert await found(crowd, key) == [key**2]


async def test_those_who_may_not_see_the_same_never_share_a_statement() -> None:
    server = Server()
    async with asyncio.TaskGroup() as group:
        crowd = Crowd(server.session, group)
        scopes = (SCOPE, list(SCOPE), SCOPE, None)
        await asyncio.gather(*(found(crowd, 7, scope) for scope in scopes))

    assert [key for _, key in server.asked] == [[7, 7], 7, 7]


async def test_a_statement_takes_a_bounded_number_of_keys() -> None:
    server = Server()
    async with asyncio.TaskGroup() as group:
        crowd = Crowd(server.session, group)
        keys = range(1, 2 * MOST_KEYS + 2)
        rows = await asyncio.gather(*(found(crowd, key) for key in keys))

    assert rows == [[key**2] for key in keys]
    assert [1 if sql == "one" else len(key) for sql, key in server.asked] == [
        MOST_KEYS,
        MOST_KEYS,
        1,
    ]


async def test_who_is_cancelled_takes_nobody_along() -> None:
    server = Server()
    server.may_answer.clear()
    async with asyncio.TaskGroup() as group:
        crowd = Crowd(server.session, group)
        begun = [group.create_task(found(crowd, key)) for key in (1, 2)]
        await asyncio.sleep(0.01)
        waiting = [group.create_task(found(crowd, key)) for key in (3, 4)]
        await asyncio.sleep(0.01)
        begun[0].cancel()
        waiting[0].cancel()
        await asyncio.sleep(0.01)
        server.may_answer.set()

    assert begun[1].result() == [4]
    assert waiting[1].result() == [16]
    assert server.asked == [("many", [1, 2]), ("one", 4)]  # nobody waits for 3 any more


async def test_a_failure_is_raised_by_all_that_shared_it_and_by_nobody_else() -> None:
    server = Server()
    server.fails = OSError("gone")
    async with asyncio.TaskGroup() as group:
        crowd = Crowd(server.session, group)
        failures = await asyncio.gather(
            *(found(crowd, key) for key in (1, 2)), return_exceptions=True
        )
        server.fails = None
        assert await found(crowd, 3) == [9]

    assert failures == [server_error for server_error in failures if type(server_error) is OSError]
    assert len(failures) == 2


async def test_closing_ends_what_is_under_way() -> None:
    server = Server()
    server.may_answer.clear()
    async with asyncio.TaskGroup() as group:
        crowd = Crowd(server.session, group)
        waiting = asyncio.ensure_future(found(crowd, 1))
        await asyncio.sleep(0.01)
        crowd.close()

    with pytest.raises(asyncio.CancelledError):
        await waiting
