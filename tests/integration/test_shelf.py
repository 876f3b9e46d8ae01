"""Lending connections of one server: who waits, for how long, and who is next."""

import asyncio
from collections.abc import AsyncIterator
from unittest.mock import patch

import pytest
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine

from models.db.engines import read_engine
from models.db.settings import DatabaseSettings
from models.db.shelf import Shelf


@pytest.fixture
async def narrow(database: DatabaseSettings) -> AsyncIterator[AsyncEngine]:
    """An engine of one connection, for which nobody waits long."""
    settings = database.model_copy(update={"pool_size": 1, "connect_timeout_seconds": 1.0})
    opened = read_engine(database.primary_url, settings)
    yield opened
    await opened.dispose()


@pytest.fixture(params=[1, 0], ids=["kept", "not kept"])
async def shelf(narrow: AsyncEngine, request: pytest.FixtureRequest) -> AsyncIterator[Shelf]:
    """A shelf that keeps its connection, and one that gives it back each time."""
    opened = Shelf(narrow, most=request.param)
    yield opened
    await opened.close()


async def test_who_has_waited_longest_is_next_even_if_somebody_comes_just_then(
    shelf: Shelf,
) -> None:
    order = []

    async def use(name: str) -> None:
        lent = await shelf.take()
        order.append(name)
        await shelf.give(lent)

    held = await shelf.take()
    async with asyncio.TaskGroup() as group:
        for name in ("first", "second", "third"):
            group.create_task(use(name))
            await asyncio.sleep(0)
        await shelf.give(held)
        await use("late")

    assert order == ["first", "second", "third", "late"]


async def test_who_waits_too_long_is_told_and_takes_nothing_along(shelf: Shelf) -> None:
    held = await shelf.take()
    with pytest.raises(PoolTimeoutError):
        await shelf.take()
    await shelf.give(held)

    await shelf.give(await shelf.take())


async def test_who_gives_up_waiting_leaves_the_place_to_the_next(shelf: Shelf) -> None:
    held = await shelf.take()
    async with asyncio.TaskGroup() as group:
        impatient = group.create_task(shelf.take())
        patient = group.create_task(shelf.take())
        await asyncio.sleep(0)
        impatient.cancel()
        await shelf.give(held)
        await shelf.give(await patient)

    assert impatient.cancelled()


async def test_a_connection_that_is_given_up_makes_room_for_another(shelf: Shelf) -> None:
    for _ in range(2):
        await shelf.drop(await shelf.take())

    await shelf.give(await shelf.take())


async def test_a_connection_that_fails_when_given_back_takes_up_no_more_than_its_place(
    shelf: Shelf,
) -> None:
    lent = await shelf.take()
    await lent.connection.begin()
    broken = patch.object(type(lent.connection), "rollback", side_effect=OSError)
    with broken, pytest.raises(OSError):  # noqa: PT011
        await shelf.give(lent)

    held = await shelf.take()
    assert held.driver is not lent.driver
    with pytest.raises(PoolTimeoutError):
        await shelf.take()
    await shelf.give(held)


async def test_a_server_that_cannot_be_reached_takes_up_no_place() -> None:
    away = DatabaseSettings(primary_url="postgresql://vminer@127.0.0.1:1/none", pool_size=1)
    engine = read_engine(away.primary_url, away)
    shelf = Shelf(engine, most=1)
    for _ in range(2):
        with pytest.raises(OSError, match="Connect call failed"):
            await shelf.take()
    await engine.dispose()
