"""What is asked at the same time: awaited together, and read together where it is the same."""

import asyncio
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql_api.plan.rows import Rows
from graphql_api.plan.shape import Shown
from loaders import Loaders

Key = tuple[int, Any]
"""The key of a row: its vCenter's number and its moid, which a vCenter itself has not."""


@dataclass(slots=True)
class _Waiting:
    """Rows of one selection that are about to be read."""

    keys: dict[Key, None] = field(default_factory=dict)
    task: "asyncio.Task[dict[Key, Shown]] | None" = None


class Ends:
    """Reads the ends of edges, each once; of selections that go abreast all in one statement."""

    def __init__(self, loaders: Loaders) -> None:
        self._loaders = loaders
        self._abreast = 0
        self._waiting: dict[int, _Waiting] = {}

    async def abreast(self, selections: Sequence[Awaitable[Any]]) -> list[Any]:
        """Complete several selections of one level."""
        if len(selections) == 1:
            return [await selections[0]]
        self._abreast += 1
        try:
            return await all_of(selections)
        finally:
            self._abreast -= 1

    async def read(self, run: Any, end: Rows, keys: Iterable[Key]) -> dict[Key, Shown]:
        """Return what is shown of the rows that have these keys; null in a key leads nowhere."""
        wanted = dict.fromkeys(key for key in keys if None not in key)
        if not wanted:
            return {}
        if not self._abreast:
            return await self._read(run, end, wanted)
        waiting = self._waiting.get(id(end))
        if waiting is None:
            waiting = self._waiting[id(end)] = _Waiting()
            waiting.task = asyncio.ensure_future(self._read_soon(run, end, waiting))
        waiting.keys |= wanted
        assert waiting.task is not None
        return await waiting.task

    async def _read_soon(self, run: Any, end: Rows, waiting: _Waiting) -> dict[Key, Shown]:
        """Read when all that go abreast have asked."""
        await asyncio.sleep(0)
        del self._waiting[id(end)]
        return await self._read(run, end, waiting.keys)

    async def _read(self, run: Any, end: Rows, keys: dict[Key, None]) -> dict[Key, Shown]:
        found = await self._loaders.row_by_key.records(end.entity, keys, end.columns)
        return dict(zip(found, await end.shown(run, list(found.values())), strict=True))


async def all_of(waiting: Sequence[Awaitable[Any]]) -> list[Any]:
    """Wait for all, also where one fails: they share a connection. Raises the first failure."""
    came = await asyncio.gather(*waiting, return_exceptions=True)
    for each in came:
        if isinstance(each, BaseException):
            raise each
    return list(came)
