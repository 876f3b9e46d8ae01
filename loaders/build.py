"""The loaders of one request."""

from dataclasses import dataclass
from uuid import UUID

from loaders.aggregate import GroupsOfList
from loaders.budget import MOST_OBJECTS, Budget
from loaders.detail import (
    CollectionsByVCenter,
    EdgesByEnd,
    HostHardwareByKey,
    VmGuestByKey,
    VmHardwareByKey,
)
from loaders.duplicate import CarriersOfIdentifier, DuplicateValues
from loaders.entity import SYNC_RUN
from loaders.feed import ChangesOfFeed, HeadOfFeed, StretchOfFeed
from loaders.lineage import LineageByFormerVm, LineageByVm
from loaders.listing import CountOfList, PageOfList
from loaders.overcommit import OvercommitOfClusters
from loaders.problem import ProblemsByVCenter
from loaders.reading import Record
from loaders.row import IdKey, RowById, RowByKey
from loaders.scope import Scope
from loaders.search import HitsOfSearch
from models.db.sessions import ReadSession


@dataclass(frozen=True, slots=True)
class Loaders:
    """Every read a request can make; what it has loaded once it keeps."""

    scope: Scope
    """What the caller may see; everything below is held to it."""
    budget: Budget
    """What the lists of the answer may hold together."""
    row_by_key: RowByKey
    row_by_id: RowById
    page: PageOfList
    count: CountOfList
    groups_of_list: GroupsOfList
    overcommit: OvercommitOfClusters
    edges_by_end: EdgesByEnd
    vm_hardware_by_key: VmHardwareByKey
    vm_guest_by_key: VmGuestByKey
    host_hardware_by_key: HostHardwareByKey
    collections_by_vcenter: CollectionsByVCenter
    head_of_feed: HeadOfFeed
    stretch_of_feed: StretchOfFeed
    changes_of_feed: ChangesOfFeed
    duplicate_values: DuplicateValues
    carriers_of_identifier: CarriersOfIdentifier
    problems_by_vcenter: ProblemsByVCenter
    lineage_by_vm: LineageByVm
    lineage_by_former_vm: LineageByFormerVm
    hits_of_search: HitsOfSearch


def build_loaders(
    session: ReadSession,
    scope: Scope,
    held: UUID | None = None,
    *,
    most_objects: int = MOST_OBJECTS,
) -> Loaders:
    """Return loaders over the request's session; call it inside the running event loop.

    `held` is the vCenter that pages of root lists are held to; what rows lead to is not.
    """
    reads = scope.over(session)
    return Loaders(
        scope=scope,
        budget=Budget(most_objects),
        row_by_key=RowByKey(reads),
        row_by_id=RowById(reads),
        page=PageOfList(reads, scope, held),
        count=CountOfList(reads),
        groups_of_list=GroupsOfList(reads),
        overcommit=OvercommitOfClusters(reads),
        edges_by_end=EdgesByEnd(reads),
        vm_hardware_by_key=VmHardwareByKey(reads),
        vm_guest_by_key=VmGuestByKey(reads),
        host_hardware_by_key=HostHardwareByKey(reads),
        collections_by_vcenter=CollectionsByVCenter(reads),
        head_of_feed=HeadOfFeed(reads),
        stretch_of_feed=StretchOfFeed(reads),
        changes_of_feed=ChangesOfFeed(reads),
        duplicate_values=DuplicateValues(reads),
        carriers_of_identifier=CarriersOfIdentifier(reads),
        problems_by_vcenter=ProblemsByVCenter(reads),
        lineage_by_vm=LineageByVm(reads),
        lineage_by_former_vm=LineageByFormerVm(reads),
        hits_of_search=HitsOfSearch(reads),
    )


async def sync_run_row(session: ReadSession, run_id: UUID, scope: Scope) -> Record | None:
    """Return one sync run as the graph reads it; over the primary, to see what was just asked."""
    return await build_loaders(session, scope).row_by_id.load(IdKey(SYNC_RUN, run_id))
