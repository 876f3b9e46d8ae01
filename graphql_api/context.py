"""Building what resolvers find in `info.context`, once per request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from graphql_api.documents import Document
from loaders import build_loaders
from loaders.build import sync_run_row
from models.commands.approval import approve_missing
from models.commands.replay import replay
from models.commands.sync_run import SyncRunRef, request_sync
from models.commands.transaction import Primary
from models.db.sessions import ReadSession
from models.enums import InventoryType
from models.queue import Publisher
from resolvers.context import Context


@dataclass(slots=True)
class GatewayContext(Context):
    """A request's context, with the document that is being executed."""

    document: Document


@dataclass(frozen=True, slots=True)
class QueuedSync:
    """Asks for a sync on the primary and reads the run back there."""

    primary: Primary
    publisher: Publisher

    async def __call__(self, vcenter_id: int, *, requested_by: str) -> Sequence[Any]:
        """Record the request, wake an agent, return the run as the graph reads it."""
        run = await request_sync(
            self.primary, self.publisher, vcenter_id, requested_by=requested_by
        )
        return await self._row(run)

    async def replay(self, run_id: UUID, *, requested_by: str) -> Sequence[Any]:
        """Do the same for a run that failed or was given up."""
        run = await replay(self.primary, self.publisher, run_id, requested_by=requested_by)
        return await self._row(run)

    async def _row(self, run: SyncRunRef) -> Sequence[Any]:
        async with ReadSession(self.primary) as reads:
            row = await sync_run_row(reads, run.id)
        assert row is not None, "a recorded run is on the primary"
        return row

    async def approve(self, vcenter_id: int, *, approved_by: str) -> Mapping[InventoryType, int]:
        """Agree on the primary to what is suspected there."""
        return await approve_missing(self.primary, vcenter_id, approved_by=approved_by)


def build_context(reads: ReadSession, sync: QueuedSync, document: Document) -> GatewayContext:
    """Return the context of one execution; call it inside the running event loop."""
    return GatewayContext(
        loaders=build_loaders(reads),
        sync_requester=sync,
        missing_approver=sync.approve,
        sync_replayer=sync.replay,
        document=document,
    )
