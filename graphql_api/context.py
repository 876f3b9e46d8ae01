"""Building what resolvers find in `info.context`, once per request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from graphql_api.caller import Caller
from graphql_api.documents import Document
from loaders import build_loaders
from loaders.build import sync_run_row
from loaders.scope import EVERYTHING, Scope
from models.commands.approval import approve_missing
from models.commands.replay import replay
from models.commands.sync_run import request_sync
from models.commands.transaction import Primary
from models.db.sessions import ReadSession
from models.enums import InventoryType
from models.queue import Publisher
from resolvers.context import Context
from runtime.errors import NotFoundError, QueueUnavailableError


@dataclass(slots=True)
class GatewayContext(Context):
    """A request's context, with the document that is being executed."""

    document: Document = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class QueuedSync:
    """Asks for a sync on the primary and reads the run back there."""

    primary: Primary
    publisher: Publisher
    scope: Scope = EVERYTHING
    """What may be asked for; a run out of it is as if there were none."""

    def held_to(self, scope: Scope) -> "QueuedSync":
        """Return the same for a scope."""
        return QueuedSync(self.primary, self.publisher, scope)

    async def __call__(self, vcenter_id: int, *, requested_by: str) -> Sequence[Any]:
        """Record the request, wake an agent, return the run as the graph reads it."""
        run = await request_sync(
            self.primary, self.publisher, vcenter_id, requested_by=requested_by
        )
        return await self._row(run.id)

    async def replay(self, run_id: UUID, *, requested_by: str) -> Sequence[Any]:
        """Do the same for a run that failed or was given up. Raises NotFoundError."""
        if not self.scope.is_all:
            await self._row(run_id)
        run = await replay(self.primary, self.publisher, run_id, requested_by=requested_by)
        return await self._row(run.id)

    async def _row(self, run_id: UUID) -> Sequence[Any]:
        """Read a run on the primary, where the newest are."""
        async with ReadSession(self.primary) as session:
            row = await sync_run_row(session, run_id, self.scope)
        if row is None:
            raise NotFoundError(f"there is no sync run {run_id}")
        return row

    async def approve(self, vcenter_id: int, *, approved_by: str) -> Mapping[InventoryType, int]:
        """Agree on the primary to what is suspected there."""
        return await approve_missing(self.primary, vcenter_id, approved_by=approved_by)


@dataclass(frozen=True, slots=True)
class NoSync:
    """Where documents only read, so that nobody can be asked for a sync."""

    scope: Scope = EVERYTHING

    def held_to(self, scope: Scope) -> "NoSync":
        """Return the same for a scope."""
        return NoSync(scope)

    async def __call__(self, vcenter_id: int, *, requested_by: str) -> Sequence[Any]:
        """Refuse."""
        raise QueueUnavailableError(f"{requested_by} cannot ask for a sync of {vcenter_id} here")

    async def replay(self, run_id: UUID, *, requested_by: str) -> Sequence[Any]:
        """Refuse."""
        raise QueueUnavailableError(f"{requested_by} cannot replay {run_id} here")

    async def approve(self, vcenter_id: int, *, approved_by: str) -> Mapping[InventoryType, int]:
        """Refuse."""
        raise QueueUnavailableError(f"{approved_by} cannot approve anything of {vcenter_id} here")


def build_context(
    session: ReadSession,
    sync: QueuedSync | NoSync,
    document: Document,
    caller: Caller,
    held: UUID | None = None,
    *,
    most_objects: int,
) -> GatewayContext:
    """Return the context of one execution; call it inside the running event loop.

    `held` is the vCenter that root lists are held to.
    """
    scoped = sync.held_to(caller.scope)
    return GatewayContext(
        loaders=build_loaders(session, caller.scope, held, most_objects=most_objects),
        sync_requester=scoped,
        missing_approver=scoped.approve,
        sync_replayer=scoped.replay,
        asked_by=caller.name,
        document=document,
    )
