"""The loaders of one request."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from loaders.aggregate import GroupsOfList
from loaders.along import Taken
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
from loaders.reading import ReadLoader, Record
from loaders.row import IdKey, RowById, RowByKey
from loaders.scope import Reads, Scope, Session
from loaders.search import HitsOfSearch
from models.db.sessions import ReadSession

L = TypeVar("L", bound=ReadLoader[Any, Any])


def made(kind: Callable[[Reads], L]) -> "cached_property[L]":
    """Make a loader of a kind when it is asked for."""
    return cached_property(lambda loaders: kind(loaders.reads))


class Loaders:
    """Every read a request can make; what it has loaded once it keeps.

    Each is made when it is asked for: a request needs few of them.
    """

    def __init__(self, reads: Reads, scope: Scope, budget: Budget, held: UUID | None) -> None:
        self.reads = reads
        self.scope = scope
        """What the caller may see; all that is read is held to it."""
        self.budget = budget
        """What the lists of the answer may hold together."""
        self.held = held
        """The vCenter that pages of root lists are held to; what rows lead to is not."""
        self._taken = Taken()

    @cached_property
    def page(self) -> PageOfList:
        """Pages of lists."""
        return PageOfList(self.reads, self.scope, self._taken, self.held)

    @cached_property
    def row_by_key(self) -> RowByKey:
        """Rows by the keys that edges hold."""
        return RowByKey(self.reads, self._taken)

    @cached_property
    def edges_by_end(self) -> EdgesByEnd:
        """Edges of objects."""
        return EdgesByEnd(self.reads, self._taken)

    row_by_id = made(RowById)
    count = made(CountOfList)
    groups_of_list = made(GroupsOfList)
    overcommit = made(OvercommitOfClusters)
    vm_hardware_by_key = made(VmHardwareByKey)
    vm_guest_by_key = made(VmGuestByKey)
    host_hardware_by_key = made(HostHardwareByKey)
    collections_by_vcenter = made(CollectionsByVCenter)
    head_of_feed = made(HeadOfFeed)
    stretch_of_feed = made(StretchOfFeed)
    changes_of_feed = made(ChangesOfFeed)
    duplicate_values = made(DuplicateValues)
    carriers_of_identifier = made(CarriersOfIdentifier)
    problems_by_vcenter = made(ProblemsByVCenter)
    lineage_by_vm = made(LineageByVm)
    lineage_by_former_vm = made(LineageByFormerVm)
    hits_of_search = made(HitsOfSearch)


LOADERS = tuple(name for name, value in vars(Loaders).items() if isinstance(value, cached_property))


def build_loaders(
    session: Session,
    scope: Scope,
    held: UUID | None = None,
    *,
    most_objects: int = MOST_OBJECTS,
) -> Loaders:
    """Return loaders over the request's session; use them inside of one event loop."""
    return Loaders(scope.over(session), scope, Budget(most_objects), held)


async def sync_run_row(session: ReadSession, run_id: UUID, scope: Scope) -> Record | None:
    """Return one sync run as the graph reads it; over the primary, to see what was just asked."""
    return await build_loaders(session, scope).row_by_id.load(IdKey(SYNC_RUN, run_id))
