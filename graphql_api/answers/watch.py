"""Looks at what every server has of each vCenter, again and again, beside all requests.

All servers that reads go to are asked at the same time, so that one which is behind shows as such.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic

from graphql_api.answers.freshness import Freshness
from loaders.fingerprint import database_of, fingerprints
from models.db.replicas import ReplicaPool
from models.db.rotation import Member
from runtime.errors import ReplicaLostError, StatementTimeoutError
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
            try:
                await self.look()
            except Exception:
                log.exception("a look at fingerprints failed")
            await asyncio.sleep(self._period)

    async def look(self) -> None:
        """Look at all servers once."""
        await asyncio.gather(*(self._look(member) for member in self._pool.serving))

    async def _look(self, member: Member) -> None:
        try:
            async with asyncio.timeout(max(self._period, LEAST_SECONDS)):
                began = monotonic()
                async with self._pool.aside(member) as reads:
                    seen = await fingerprints(reads)
                    if not self.database:
                        self.database = await database_of(reads)
        except (ReplicaLostError, StatementTimeoutError, TimeoutError) as error:
            looked.add(1, {"server": member.name, "outcome": "failed"})
            log.info("no look at a server", extra={"server": member.name, "reason": str(error)})
            return
        looked.add(1, {"server": member.name, "outcome": "ok"})
        self._known.saw(member.name, seen, began)
