"""Moves: VMs that came where others went, between vCenters or registered again."""

from datetime import datetime
from typing import Any

import strawberry

from loaders.entity import VIRTUAL_MACHINE
from loaders.lineage import NAMES
from loaders.reading import Record
from loaders.row import RowKey
from models.vm_lineage import VmLineage as Table
from resolvers.context import Info
from resolvers.declare import EDGE, Arity, Edge, column
from resolvers.enums import LineageEvidence
from resolvers.node import from_row
from resolvers.reference import VirtualMachineRef

KEYS = ("vcenter_id", "moid", "generation")
FORMER_KEYS = ("former_vcenter_id", "former_moid", "former_generation")
BEFORE = (
    "What it was before it came here: a VM of another vCenter or moid that went at that time and "
    "agrees with it in a UUID and in one thing more. Null: it did not move, as far as is known."
)
AFTER = "What became of it after it went: VMs that came at that time and agree with it."


def _end(keys: tuple[str, str, str], description: str) -> Any:
    """Lead to the VM at one end of a move; not to another that has taken its moid since."""
    vcenter_id, moid, generation = keys

    async def resolve(root: strawberry.Parent[Any], info: Info) -> Any:
        key = RowKey(VIRTUAL_MACHINE, getattr(root, vcenter_id), getattr(root, moid))
        row = await info.context.loaders.row_by_key.load(key)
        found = None if row is None else from_row(VIRTUAL_MACHINE, row)
        return found if found and found.generation == getattr(root, generation) else None

    loader = f"{VIRTUAL_MACHINE.phrase}_by_key"
    edge = Edge(loader, keys, Arity.ONE, VIRTUAL_MACHINE, is_whole=False)
    return strawberry.field(resolver=resolve, description=description, metadata={EDGE: edge})


@strawberry.type(description="A VM that went in one place and came in another.")
class VirtualMachineMove:
    """One row of vm_lineage."""

    former_name: str = column(Table.former_name)
    went_at: datetime = column(Table.went_at)
    came_at: datetime = column(Table.came_at)
    former: VirtualMachineRef | None = _end(
        FORMER_KEYS, "The VM that went; null once it is purged or another has its moid."
    )
    virtual_machine: VirtualMachineRef | None = _end(
        KEYS, "The VM that came; null once another has its moid."
    )

    @strawberry.field(description="In what the two agree.")
    def evidence(root: strawberry.Parent[Any]) -> list[LineageEvidence]:  # noqa: N805
        """Return the evidence by its names."""
        return [LineageEvidence(each) for each in root.evidence]


def moved_from() -> Any:
    """Lead from a VM to what it was before."""

    async def resolve(root: strawberry.Parent[Any], info: Info) -> Any:
        links = await info.context.loaders.lineage_by_vm.load((root.vcenter_id, root.moid))
        moves = [move for move in map(_move, links) if move.generation == root.generation]
        return moves[0] if moves else None

    edge = Edge("lineage_by_vm", KEYS, Arity.PART, None)
    return strawberry.field(resolver=resolve, description=BEFORE, metadata={EDGE: edge})


def moved_to() -> Any:
    """Lead from a VM to what became of it."""

    async def resolve(root: strawberry.Parent[Any], info: Info) -> Any:
        links = await info.context.loaders.lineage_by_former_vm.load((root.vcenter_id, root.moid))
        info.context.loaders.budget.spend(len(links))
        return [move for move in map(_move, links) if move.former_generation == root.generation]

    edge = Edge("lineage_by_former_vm", KEYS, Arity.PART, None)
    return strawberry.field(resolver=resolve, description=AFTER, metadata={EDGE: edge})


def _move(link: Record) -> Any:
    made = object.__new__(VirtualMachineMove)
    made.__dict__.update(zip(NAMES, link, strict=True))
    return made
