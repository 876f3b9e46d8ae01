"""Looks at what every server has of each vCenter, again and again, beside all requests.

All servers that reads go to are asked at the same time, so that one which is behind shows as such.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic

from graphql_api.answers.freshness import Freshness
from loaders.fingerprint import Seen, database_of, fingerprints
from models.db.replicas import ReplicaPool
from models.db.rotation import Member
from runtime.errors import ReplicaBusyError, ReplicaLostError
from runtime.telemetry import Tally

log = logging.getLogger(__name__)
looked = Tally("vminer_response_cache_looks", "Looks at what a server has, by outcome.")
LEAST_SECONDS = 1.0
"""A server may take so long to tell, however often it is asked."""


class Watch:
    """Tells `Freshness` what the servers have."""

    def __init__(self, pool: ReplicaPool, known: Freshness, period: float) -> None:
        self._pool = pool
        self._known = known
        self._period = period
        self._failing: set[str] = set()
        self.database = ""
        """What tells this database from others; empty: not known yet."""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Look until it is left."""
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(self._forever(), name="watch fingerprints")
            try:
                yield
            finally:
                task.cancel()

    async def _forever(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(self._period)

    async def look(self) -> None:
        """Look at all servers once."""
        members = self._pool.serving
        self._known.only(member.name for member in members)
        await asyncio.gather(*(self._look(member) for member in members))
        if not self.database:
            await self._name(members[0])

    async def _name(self, member: Member) -> None:
        """Ask which database it is; without an answer processes share nothing."""
        try:
            async with asyncio.timeout(LEAST_SECONDS), self._pool.aside(member) as reads:
                self.database = await database_of(reads)
        except Exception as error:  # noqa: BLE001 - asked again the next time
            log.info("the database has no name yet", extra={"reason": str(error)})

    async def _look(self, member: Member) -> None:
        name = member.name
        try:
            began = monotonic()
            async with asyncio.timeout(max(self._period, LEAST_SECONDS)):
                seen = await self._seen(member)
        except Exception as error:  # noqa: BLE001 - the loop goes on, whatever a server says
            looked.add(1, {"server": name, "outcome": "failed"})
            if name not in self._failing:
                reason = str(error) or type(error).__name__
                log.warning("no look at a server", extra={"server": name, "reason": reason})
            self._failing.add(name)
            if isinstance(error, ReplicaLostError) and not isinstance(error, ReplicaBusyError):
                self._known.lost(name)
        else:
            looked.add(1, {"server": name, "outcome": "ok"})
            self._failing.discard(name)
            self._known.saw(name, seen, began)

    async def _seen(self, member: Member) -> Seen:
        async with self._pool.aside(member) as reads:
            return await fingerprints(reads)
