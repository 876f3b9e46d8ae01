"""The places of one worker process: so many syncs at a time, each a task that ends by itself."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


class Slots:
    """Knows how many places are free and what runs in the others."""

    def __init__(self, size: int, group: asyncio.TaskGroup) -> None:
        self._size = size
        self._group = group
        self._tasks: set[asyncio.Task[None]] = set()
        self.on_freed: Callable[[], None] = lambda: None
        """Called whenever a place becomes free."""

    @property
    def free(self) -> int:
        """Return how many places are free."""
        return self._size - len(self._tasks)

    def start(self, work: Coroutine[Any, Any, None], *, name: str) -> None:
        """Run the work as a task in a free place, until it ends."""
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
        self.on_freed()
