"""Look-ups of several requests in one statement: what is asked while others are answered waits.

    request A  ─┐
    request B  ─┼─→  SELECT … FROM unnest(keys) JOIN …   ─→  each its own row
    request C  ─┘

A statement of its own costs a look-up of one row several times what the row costs. Nobody waits on
purpose: the first look-up goes at once, and those that come while it is under way go together next.
Only requests of a single statement may share, as they have no snapshot to keep to, and only those
that may see the same.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from models.db.text import LookUp, Text

MOST_KEYS = 64
"""Keys of one statement."""
AT_ONCE = 1
"""Statements under way at one server."""

Records: TypeAlias = list[Any]
Waiting: TypeAlias = tuple[Mapping[str, Any], asyncio.Future[Records]]
"""A key, and who waits for its rows."""


class Session(Protocol):
    """What one statement is read with."""

    async def fetch(self, text: Text, parameters: Mapping[str, Any]) -> Sequence[Any]:
        """Run a SELECT that is compiled already."""


@dataclass(slots=True)
class _Group:
    """Look-ups that may share a statement."""

    statement: LookUp
    shared: Mapping[str, Any]
    waiting: deque[Waiting] = field(default_factory=deque)

    def take(self) -> list[Waiting]:
        """Return the next ones that are still waited for."""
        taken: list[Waiting] = []
        while self.waiting and len(taken) < MOST_KEYS:
            key, future = self.waiting.popleft()
            if not future.done():
                taken.append((key, future))
        return taken


class Crowd:
    """The look-ups that wait for one server."""

    def __init__(
        self,
        session: Callable[[], AbstractAsyncContextManager[Session]],
        tasks: asyncio.TaskGroup,
    ) -> None:
        self._session = session
        self._tasks = tasks
        self._groups: dict[tuple[int, ...], _Group] = {}
        self._serving: set[asyncio.Task[None]] = set()

    async def look_up(
        self, statement: LookUp, key: Mapping[str, Any], shared: Mapping[str, Any]
    ) -> Records:
        """Return the rows of a key. `shared`: parameters that must be the very same objects.

        Raises:
            Exception: whatever the statement failed with.
        """
        # What is named by its id lives as long as the group that holds it.
        name = (id(statement), *map(id, shared.values()))
        group = self._groups.get(name)
        if group is None:
            group = self._groups[name] = _Group(statement, shared)
        future: asyncio.Future[Records] = asyncio.get_running_loop().create_future()
        group.waiting.append((key, future))
        if len(self._serving) < AT_ONCE:
            self._serving.add(self._tasks.create_task(self._serve(), name="look-ups"))
        return await future

    def close(self) -> None:
        """End what is under way; nobody waits for it any more."""
        for task in self._serving:
            task.cancel()

    async def _serve(self) -> None:
        """Read for all that wait, group by group in turn, until none does."""
        try:
            while self._groups:
                name = next(iter(self._groups))
                group = self._groups.pop(name)
                taken = group.take()
                if group.waiting:
                    self._groups[name] = group  # behind the others
                if taken:
                    await self._read(group, taken)
        finally:  # at once: a callback would run after the next look-up has counted this task
            self._serving.remove(_this_task())

    async def _read(self, group: _Group, taken: Sequence[Waiting]) -> None:
        """Read for some, and tell each what was found, or how it failed."""
        waiting = [future for _, future in taken]
        try:
            found = await self._found(group, [key for key, _ in taken])
        except asyncio.CancelledError:
            for future in waiting:
                future.cancel()
            raise
        except Exception as error:  # noqa: BLE001 - it is of each that waits, and raised there
            for future in _awaited(waiting):
                future.set_exception(error)
        else:
            for future, records in zip(waiting, found, strict=True):
                if not future.done():
                    future.set_result(records)

    async def _found(self, group: _Group, keys: Sequence[Mapping[str, Any]]) -> list[Records]:
        async with self._session() as reads:
            if len(keys) == 1:
                one = await reads.fetch(group.statement.one, {**keys[0], **group.shared})
                return [list(one)]
            arrays = {name: [key[name] for key in keys] for name in keys[0]}
            records = await reads.fetch(group.statement.many, {**arrays, **group.shared})
        found: list[Records] = [[] for _ in keys]
        for record in records:
            found[record[-1] - 1].append(record)
        return found


def _awaited(waiting: Sequence[asyncio.Future[Records]]) -> list[asyncio.Future[Records]]:
    return [future for future in waiting if not future.done()]


def _this_task() -> asyncio.Task[Any]:
    task = asyncio.current_task()
    assert task is not None
    return task
