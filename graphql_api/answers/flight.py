"""One flight for each key: of equal requests at the same time one executes, the others wait.

Whoever executes does so in its own request: if that is cancelled or fails, one of those who wait
goes on in its place, and none of them is cancelled by it. What cannot be shared is told to all, and
each executes for itself.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from enum import Enum
from typing import Generic, TypeAlias, TypeVar

T = TypeVar("T")


class _Outcome(Enum):
    NOTHING_TO_SHARE = 0
    ABANDONED = 1


_Future: TypeAlias = "asyncio.Future[T | _Outcome]"


class Flights(Generic[T]):
    """Executions under way."""

    def __init__(self) -> None:
        self._under_way: dict[Hashable, _Future[T]] = {}

    def __len__(self) -> int:
        """How many there are."""
        return len(self._under_way)

    def is_under_way(self, key: Hashable) -> bool:
        """Tell whether someone executes this now."""
        return key in self._under_way

    async def landed(self, key: Hashable) -> T | None:
        """Wait for what another request makes; None: nobody does, or it cannot be shared.

        Where it is None, go on at once: whoever is first executes for those behind.
        """
        while (flight := self._under_way.get(key)) is not None:
            outcome = await asyncio.shield(flight)  # this one may be cancelled, the flight is not
            if outcome is _Outcome.NOTHING_TO_SHARE:
                return None
            if not isinstance(outcome, _Outcome):
                return outcome
        return None

    async def lead(
        self, key: Hashable, execute: Callable[[], Awaitable[tuple[T | None, object]]]
    ) -> object:
        """Execute, and share what comes first of the pair; return the second."""
        if key in self._under_way:  # those of whom nothing can be shared execute side by side
            return (await execute())[1]
        flight: _Future[T] = asyncio.get_running_loop().create_future()
        self._under_way[key] = flight
        outcome: T | _Outcome = _Outcome.ABANDONED
        try:
            shared, own = await execute()
            outcome = _Outcome.NOTHING_TO_SHARE if shared is None else shared
        finally:
            del self._under_way[key]
            flight.set_result(outcome)
        return own
