"""What subcommands share: a piece of work with an engine for the primary."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncEngine

from models.db.engines import primary_engine
from models.db.settings import DatabaseSettings

T = TypeVar("T")


def in_database(work: Callable[[AsyncEngine], Awaitable[T]]) -> T:
    """Run `work` with an engine for the primary that is closed afterwards."""

    async def run() -> T:
        engine = primary_engine(DatabaseSettings.load(), application="vminer-cli")
        try:
            return await work(engine)
        finally:
            await engine.dispose()

    return asyncio.run(run())
