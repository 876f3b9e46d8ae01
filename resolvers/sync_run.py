"""Sync runs."""

from datetime import datetime

from strawberry.scalars import JSON

from loaders.entity import SYNC_RUN, VCENTER
from models.sync_run import SyncRun as Table
from resolvers.declare import column, to_one
from resolvers.enums import RequestClass, SyncKind, SyncRunState
from resolvers.node import Node, entity_type
from resolvers.part import own_parts
from resolvers.reference import VCenterRef
from resolvers.run_epoch import RunEpoch


@entity_type(SYNC_RUN, "One sync of one vCenter, from request to outcome.")
class SyncRun(Node):
    """One sync of one vCenter, from request to outcome."""

    kind: SyncKind | None = column(Table.kind)
    state: SyncRunState | None = column(Table.state, sortable=True)
    requested_by: str = column(Table.requested_by)
    requested_at: datetime = column(Table.requested_at, sortable=True)
    published_at: datetime | None = column(Table.published_at)
    not_before: datetime = column(Table.not_before)
    started_at: datetime | None = column(Table.started_at, sortable=True)
    finished_at: datetime | None = column(Table.finished_at, sortable=True)
    attempt: int = column(Table.attempt, sortable=True)
    owner: str | None = column(Table.owner)
    objects_read: int = column(Table.objects_read, sortable=True)
    objects_expected: int | None = column(Table.objects_expected)
    error_code: str | None = column(Table.error_code)
    error_message: str | None = column(Table.error_message)
    outcome: JSON | None = column(Table.outcome)
    request_class: RequestClass | None = column(Table.request_class)
    epochs: list[RunEpoch] | None = own_parts(Table.epochs, RunEpoch)
    vcenter: VCenterRef = to_one(VCENTER, "vcenter_id", description="The vCenter it reads.")
