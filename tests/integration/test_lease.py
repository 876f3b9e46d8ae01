"""Leases: one owner, a growing token, and no revival after the end."""

import asyncio
from uuid import uuid4

import pytest

from models.commands.lease import release, renew, take


@pytest.fixture
def resource() -> str:
    return f"test:{uuid4()}"


async def test_two_owners_never_hold_it_at_once(engine, resource):
    taken = await asyncio.gather(
        *(take(engine, resource, owner=f"o{n}", seconds=30) for n in range(20))
    )

    assert sum(lease is not None for lease in taken) == 1


async def test_a_released_lease_is_free_at_once_and_its_token_grows(engine, resource):
    first = await take(engine, resource, owner="a", seconds=30)
    assert first is not None
    await release(engine, first)

    second = await take(engine, resource, owner="b", seconds=30)

    assert second is not None
    assert second.token == first.token + 1


async def test_a_lease_that_ended_is_not_renewed_even_where_nobody_took_it(engine, resource):
    lease = await take(engine, resource, owner="a", seconds=0)
    assert lease is not None

    assert await renew(engine, lease, seconds=30) is False


async def test_renewing_keeps_others_out_and_a_taken_lease_is_not_renewed(engine, resource):
    mine = await take(engine, resource, owner="a", seconds=30)
    assert mine is not None
    assert await renew(engine, mine, seconds=0) is True

    theirs = await take(engine, resource, owner="b", seconds=30)

    assert theirs is not None
    assert await renew(engine, mine, seconds=30) is False
    assert await take(engine, resource, owner="a", seconds=30) is None


async def test_releasing_a_lost_lease_takes_nothing_from_its_new_owner(engine, resource):
    mine = await take(engine, resource, owner="a", seconds=0)
    theirs = await take(engine, resource, owner="b", seconds=30)
    assert mine is not None
    assert theirs is not None

    await release(engine, mine)

    assert await renew(engine, theirs, seconds=30) is True
