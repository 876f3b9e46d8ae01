"""API keys in the database: what is kept of them, which hold, and what leaves their scope."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from loaders.api_key import LiveKey, live_keys
from loaders.scope import EVERYTHING, Scope
from models.api_key import ApiKey
from models.api_key_vcenter import ApiKeyVCenter
from models.commands import lifecycle
from models.commands.api_key import NewKey, create_key, list_keys, revoke_key
from models.commands.registry import find_vcenter, list_vcenters
from models.commands.transaction import clock, transaction
from models.db.sessions import ReadSession
from models.enums import ApiOperation
from runtime.errors import InvalidArgumentError, NotFoundError
from runtime.tokens import Token, is_token
from tests.support.registry import new_vcenter

READ, SYNC = ApiOperation.READ, ApiOperation.SYNC


async def made(engine: AsyncEngine, *operations: ApiOperation, vcenters=None) -> Token:
    new = NewKey("nightly", operations or (READ,), vcenters, timedelta(days=1), "test")
    return await create_key(engine, new)


async def name_of(engine: AsyncEngine, number: int) -> str:
    return next(each.name for each in await list_vcenters(engine) if each.id == number)


async def live(engine: AsyncEngine, token: Token) -> LiveKey | None:
    async with ReadSession(engine) as session:
        keys = await live_keys(session)
        assert session.statements <= 3
    return keys.get(token.key_id)


async def listed(engine: AsyncEngine, token: Token):
    return next(key for key in await list_keys(engine) if key.id == token.key_id)


async def test_of_a_token_only_its_hash_is_kept(engine: AsyncEngine) -> None:
    token = await made(engine)

    async with transaction(engine) as connection:
        found = await connection.execute(select(ApiKey.__table__).where(ApiKey.id == token.key_id))
        row = found.one()

    secret = token.text.rpartition("_")[2]
    assert is_token(token.text, row.key_hash)
    assert secret not in str(row)
    assert secret not in str(await listed(engine, token))


async def test_a_key_is_read_with_what_it_may_see_and_do(engine: AsyncEngine) -> None:
    first, second = await new_vcenter(engine), await new_vcenter(engine)
    there_are = len(await list_vcenters(engine))
    names = [await name_of(engine, number) for number in (second, first)]
    some, every = await made(engine, vcenters=names), await made(engine, SYNC)
    uuids = {
        number: (await find_vcenter(engine, name)).instance_uuid
        for number, name in zip((second, first), names, strict=True)
    }

    held, whole = await live(engine, some), await live(engine, every)

    assert held is not None
    assert whole is not None
    assert (held.scope, held.operations) == (Scope(uuids), {READ})
    assert held.scope.among == there_are
    assert (whole.scope, whole.operations) == (EVERYTHING, {READ, SYNC}), "who may sync may read"
    assert held.name == "nightly"
    assert (await listed(engine, some)).vcenters == sorted(names)
    assert (await listed(engine, every)).vcenters is None


async def test_a_key_for_a_vcenter_that_is_not_registered_is_not_made(engine: AsyncEngine) -> None:
    before = len(await list_keys(engine))
    known = await name_of(engine, await new_vcenter(engine))

    with pytest.raises(NotFoundError, match="'nowhere'"):
        await made(engine, vcenters=[known, "nowhere"])

    assert len(await list_keys(engine)) == before


async def test_a_vcenter_that_is_removed_leaves_every_key_and_the_rest_stays(
    engine: AsyncEngine,
) -> None:
    goes, stays = await new_vcenter(engine), await new_vcenter(engine)
    both = await made(engine, vcenters=[await name_of(engine, n) for n in (goes, stays)])
    alone = await made(engine, vcenters=[await name_of(engine, goes)])

    async for _ in lifecycle.remove(engine, goes):
        pass

    assert (key := await live(engine, both)) is not None
    assert set(key.scope.vcenters or ()) == {stays}
    assert (key := await live(engine, alone)) is not None
    assert key.scope == Scope({}), "nothing, not everything"
    assert (await listed(engine, alone)).vcenters == []
    async with transaction(engine) as connection:
        links = select(ApiKeyVCenter.vcenter_id).where(ApiKeyVCenter.vcenter_id == goes)
        assert (await connection.execute(links)).all() == []


async def test_a_revoked_key_and_an_expired_one_hold_no_longer(engine: AsyncEngine) -> None:
    revoked, expired = await made(engine), await made(engine)
    assert await live(engine, revoked)

    assert await revoke_key(engine, revoked.key_id) == "nightly"
    async with transaction(engine) as connection:
        await connection.execute(
            update(ApiKey).where(ApiKey.id == expired.key_id).values(expires_at=clock())
        )

    assert await live(engine, revoked) is None
    assert await live(engine, expired) is None
    assert (await listed(engine, revoked)).state == "REVOKED"
    assert (await listed(engine, expired)).state == "EXPIRED"
    assert (await listed(engine, await made(engine))).state == "ACTIVE"


async def test_a_key_is_revoked_once_and_only_if_there_is_one(engine: AsyncEngine) -> None:
    token = await made(engine)
    await revoke_key(engine, token.key_id)

    with pytest.raises(InvalidArgumentError, match="revoked already"):
        await revoke_key(engine, token.key_id)
    with pytest.raises(NotFoundError, match="vminer keys list"):
        await revoke_key(engine, "0000000000")
