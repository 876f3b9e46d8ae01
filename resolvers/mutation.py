"""What clients may ask for; nothing here writes inventory."""

from typing import Annotated

import strawberry

from loaders.entity import SYNC_RUN, VCENTER
from loaders.row import IdKey
from resolvers import global_id
from resolvers.approval import ApprovedMissing
from resolvers.context import Info
from resolvers.node import from_row
from resolvers.sync_run import SyncRun
from runtime.errors import NotFoundError

VCenterId = Annotated[strawberry.ID, strawberry.argument(description="ID of the vCenter.")]

SyncRunId = Annotated[strawberry.ID, strawberry.argument(description="ID of the sync run.")]


@strawberry.type(description="Where mutations begin.")
class Mutation:
    """All mutations."""

    @strawberry.mutation(
        description="Ask for a sync of a vCenter. Returns the run that will serve the request: a "
        "new one, or one that waits already."
    )
    async def sync_vcenter(self, info: Info, id: VCenterId) -> SyncRun:  # noqa: A002
        """Find the vCenter, then leave the rest to the requester."""
        wanted = global_id.decode(id, VCENTER.name)
        vcenter = await info.context.loaders.row_by_id.load(IdKey(VCENTER, wanted.uuid))
        if vcenter is None:
            raise NotFoundError("No vCenter with this ID is registered.")
        number = vcenter[0]
        run = await info.context.sync_requester(number, requested_by=info.context.asked_by)
        made: SyncRun = from_row(SYNC_RUN, run)
        return made

    @strawberry.mutation(
        description="Agree that what scans of a vCenter did not find, and kept, is gone. The next "
        "scan marks as missing what it does not find either; asked again, it changes nothing."
    )
    async def approve_missing(self, info: Info, vcenter_id: VCenterId) -> list[ApprovedMissing]:
        """Find the vCenter, then leave the rest to the approver."""
        wanted = global_id.decode(vcenter_id, VCENTER.name)
        vcenter = await info.context.loaders.row_by_id.load(IdKey(VCENTER, wanted.uuid))
        if vcenter is None:
            raise NotFoundError("No vCenter with this ID is registered.")
        counted = await info.context.missing_approver(vcenter[0], approved_by=info.context.asked_by)
        return [ApprovedMissing(type=type_, count=count) for type_, count in counted.items()]

    @strawberry.mutation(
        description="Ask again for what a sync run was to do that FAILED or is DEAD. Returns the "
        "run that will serve the request: a new one, or one that waits already."
    )
    async def replay_sync_run(self, info: Info, id: SyncRunId) -> SyncRun:  # noqa: A002
        """Leave it all to the replayer: it looks on the primary, where the run's state is true."""
        wanted = global_id.decode(id, SYNC_RUN.name)
        run = await info.context.sync_replayer(wanted.uuid, requested_by=info.context.asked_by)
        made: SyncRun = from_row(SYNC_RUN, run)
        return made
