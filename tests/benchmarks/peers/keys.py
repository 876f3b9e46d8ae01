"""API keys of vMiner for one run: stored at its beginning, deleted at its end."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncEngine

from models.api_key import ApiKey
from models.commands.api_key import NewKey, create_key
from models.commands.transaction import transaction
from models.db.engines import primary_engine
from models.db.settings import DatabaseSettings
from models.enums import ApiOperation
from runtime.tokens import Token

NAME = "benchmark"
HOLDS = timedelta(days=1)
"""Should the run be killed, its keys do not hold for long."""


@contextmanager
def key_of(url: str, vcenters: Sequence[str] | None) -> Iterator[str]:
    """Lend the token of a key that sees these vCenters, each of them named; None: all there are."""
    token = asyncio.run(_store(url, vcenters))
    try:
        yield token.text
    finally:
        asyncio.run(_delete(url, token.key_id))


async def _store(url: str, vcenters: Sequence[str] | None) -> Token:
    new = NewKey(NAME, [ApiOperation.READ], vcenters, HOLDS, created_by=NAME)
    engine = _engine(url)
    try:
        return await create_key(engine, new)
    finally:
        await engine.dispose()


async def _delete(url: str, key_id: str) -> None:
    engine = _engine(url)
    try:
        async with transaction(engine) as connection:
            await connection.execute(delete(ApiKey).where(ApiKey.id == key_id))
    finally:
        await engine.dispose()


def _engine(url: str) -> AsyncEngine:
    return primary_engine(DatabaseSettings(primary_url=url), application=NAME)
