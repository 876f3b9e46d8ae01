"""What a session tells of a server that it lost."""

import time
from typing import Any, cast

import pytest

from models.db.sessions import ReadSession
from models.db.shelf import Lent, Shelf
from models.db.text import Text
from runtime.errors import ReplicaLostError

ONE = Text("SELECT 1", (), {})


class Driver:
    """A connection whose server has stopped answering."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def execute(self, _sql: str) -> None:
        """Begin."""

    async def fetch(self, _sql: str) -> None:
        """Wait in vain."""
        raise self._error


class OneOf:
    """A shelf of one connection."""

    def __init__(self, driver: Driver) -> None:
        self._lent = Lent(cast("Any", None), driver, time.monotonic())
        self.dropped = 0

    async def take(self) -> Lent:
        """Lend it."""
        return self._lent

    async def drop(self, _lent: Lent) -> None:
        """Note it."""
        self.dropped += 1


@pytest.mark.parametrize(
    ("error", "told"),
    [(TimeoutError(), "a: TimeoutError"), (OSError("no route to host"), "a: no route to host")],
    ids=["without words", "with words"],
)
async def test_a_lost_server_is_told_with_its_reason_and_its_connection_dropped(
    error: Exception, told: str
) -> None:
    shelf = OneOf(Driver(error))
    with pytest.raises(ReplicaLostError) as lost:
        async with ReadSession(cast("Any", None), server="a", shelf=cast(Shelf, shelf)) as session:
            await session.fetch(ONE, {})

    assert str(lost.value) == told
    assert shelf.dropped == 1
