"""What a resolver finds in `info.context`. The gateway builds it, once per request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import strawberry

from loaders import Loaders
from models.enums import InventoryType


class SyncRequester(Protocol):
    """Asks for a sync and returns the run's row, read on the primary (`loaders.sync_run_row`).

    The row, not its id: replicas may not have it yet.
    """

    async def __call__(self, vcenter_id: int, *, requested_by: str) -> Sequence[Any]:
        """Record the request, wake an agent, return the run that will serve it."""


class MissingApprover(Protocol):
    """Agrees that what scans of a vCenter did not find is gone."""

    async def __call__(self, vcenter_id: int, *, approved_by: str) -> Mapping[InventoryType, int]:
        """Record who agreed; return how many objects of which type."""


class SyncReplayer(Protocol):
    """Asks again for what a run was to do; returns the row of the run that will, as above."""

    async def __call__(self, run_id: UUID, *, requested_by: str) -> Sequence[Any]:
        """Record the request, wake an agent, return the run that will serve it."""


ANYBODY = "API"
"""Who asks where nobody has to say who they are."""


@dataclass(slots=True)
class Context:
    """One request: what it reads with, and how it asks for a sync."""

    loaders: Loaders
    sync_requester: SyncRequester
    missing_approver: MissingApprover
    sync_replayer: SyncReplayer
    asked_by: str = ANYBODY
    """Who asks, as what is asked for remembers it."""


Info = strawberry.Info[Context, None]
