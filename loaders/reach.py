"""What an answer rests on: whose rows it was made of, and whether a sync alone can change them.

    statement of rows of one vCenter, by key or by filter   →  that vCenter
    statement that does not say                             →  every vCenter in scope
    statement that asks for the time                        →  it changes by itself
    statement of a table that is written between syncs      →  nobody can tell when it changes

Loaders say of which vCenters they read; what else matters is read off the statements themselves.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnClause, Executable, Select, Table, TextClause
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import CompoundSelect

from loaders.entity import COLLECTIONS, ENTITIES, VCENTERS
from loaders.parts import parts_of
from models.base import Base
from models.edge import EDGE_TABLES
from models.tables import HostHardware, Identifier, VmGuest, VmHardware

Of: TypeAlias = Iterable[int] | Iterable[UUID]
"""vCenters, by registry number or by instanceUuid."""

MOMENTS = {"now", "current_timestamp", "clock_timestamp", "statement_timestamp", "age"}
BESIDE = (HostHardware, Identifier, VmGuest, VmHardware)
WRITTEN_BY_SYNCS: frozenset[Table] = frozenset(
    {VCENTERS, COLLECTIONS}
    | {entity.table for entity in ENTITIES.values() if entity.is_inventory}
    | {entity.volatile for entity in ENTITIES.values() if entity.volatile is not None}
    | {edge.table for edge in EDGE_TABLES}
    | {Base.metadata.tables[model.__tablename__] for model in BESIDE}
)
"""Tables whose rows change together with `collection_state`, or are the registry itself."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What a statement's text says of its answer."""

    is_covered: bool
    """Whether only syncs and the registry can change it."""
    is_timely: bool
    """Whether it changes as time goes by."""


@dataclass(slots=True)
class Reach:
    """What one execution has read so far."""

    statements: int = 0
    is_bounded: bool = True
    """Whether all of it is of the vCenters that were named."""
    is_covered: bool = True
    is_timely: bool = False
    by_plan: bool = False
    """Whether a plan has answered."""
    vcenters: set[int] = field(default_factory=set)
    uuids: set[UUID] = field(default_factory=set)

    def note(self, traits: Traits, of: Of | None) -> None:
        """Add a statement; None: of whichever vCenters there are."""
        self.statements += 1
        self.is_covered = self.is_covered and traits.is_covered
        self.is_timely = self.is_timely or traits.is_timely
        if of is None:
            self.is_bounded = False
            return
        for each in of:
            if isinstance(each, int):
                self.vcenters.add(each)
            else:
                self.uuids.add(each)


def traits_of(statement: Executable) -> Traits:
    """Read a statement: what cannot be read for certain is not covered."""
    if not isinstance(statement, Select | CompoundSelect):
        return Traits(is_covered=False, is_timely=True)
    is_covered, is_timely = True, False
    for part in parts_of(statement):
        if isinstance(part, Table):
            is_covered = is_covered and part in WRITTEN_BY_SYNCS
        elif isinstance(part, FunctionElement):
            is_timely = is_timely or getattr(part, "name", "").lower() in MOMENTS
        elif _is_obscure(part):
            is_covered = False
    return Traits(is_covered, is_timely)


def _is_obscure(part: Any) -> bool:
    """Tell whether a part is text that may call something: a literal is not."""
    if isinstance(part, TextClause):
        return True
    return isinstance(part, ColumnClause) and bool(part.is_literal) and "(" in part.name
