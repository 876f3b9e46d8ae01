"""The places of one worker process: so many syncs at a time, each a task that ends by itself."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any


class Place:
    """One place, taken; what is started in it keeps it until it ends."""

    def __init__(self, slots: "Slots") -> None:
        self._slots = slots
        self.is_used = False

    def start(self, work: Coroutine[Any, Any, None], *, name: str) -> None:
        """Run the work as a task in this place."""
        self.is_used = True
        self._slots.run(work, name=name)


class Slots:
    """Hands out places and knows what runs in them."""

    def __init__(self, size: int, group: asyncio.TaskGroup) -> None:
        self._free = asyncio.Semaphore(size)
        self._group = group
        self._tasks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def place(self) -> AsyncIterator[Place]:
        """Wait for a free place; it is free again after the block unless work was started."""
        await self._free.acquire()
        place = Place(self)
        try:
            yield place
        finally:
            if not place.is_used:
                self._free.release()

    @property
    def is_full(self) -> bool:
        """Tell whether every place is taken."""
        return self._free.locked()

    def run(self, work: Coroutine[Any, Any, None], *, name: str) -> None:
        """Run the work in a place taken before; for `Place` only."""
        task = self._group.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def drain(self, seconds: float) -> None:
        """Let what runs finish for so long, then cancel the rest and wait for that."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=seconds)
        rest = set(self._tasks)
        for task in rest:
            task.cancel()
        if rest:
            await asyncio.wait(rest)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._free.release()
