"""Moves: VMs that came where others went, between vCenters or registered again."""

from datetime import datetime
from typing import Any

import strawberry

from loaders.entity import VIRTUAL_MACHINE
from loaders.lineage import NAMES
from loaders.reading import Record
from models.vm_lineage import VmLineage as Table
from resolvers.context import Info
from resolvers.declare import EDGE, Arity, Edge, column, to_one
from resolvers.enums import LineageEvidence
from resolvers.reference import VirtualMachineRef

KEYS = ("vcenter_id", "moid", "generation")
FORMER = (
    "What it was before it came here: a VM of another vCenter or moid that went at that time and "
    "agrees with it in a UUID and in one thing more. Null: it did not move, as far as is known."
)
LATER = "What became of it after it went: VMs that came at that time and agree with it."


@strawberry.type(description="A VM that went in one place and came in another.")
class VirtualMachineMove:
    """One row of vm_lineage."""

    former_name: str = column(Table.former_name)
    went_at: datetime = column(Table.went_at)
    came_at: datetime = column(Table.came_at)
    former: VirtualMachineRef | None = to_one(
        VIRTUAL_MACHINE,
        "former_vcenter_id",
        "former_moid",
        description="The VM that went; null once it is purged.",
    )
    virtual_machine: VirtualMachineRef | None = to_one(
        VIRTUAL_MACHINE, "vcenter_id", "moid", description="The VM that came."
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
    return strawberry.field(resolver=resolve, description=FORMER, metadata={EDGE: edge})


def moved_to() -> Any:
    """Lead from a VM to what became of it."""

    async def resolve(root: strawberry.Parent[Any], info: Info) -> Any:
        links = await info.context.loaders.lineage_by_former_vm.load((root.vcenter_id, root.moid))
        return [move for move in map(_move, links) if move.former_generation == root.generation]

    edge = Edge("lineage_by_former_vm", KEYS, Arity.PART, None)
    return strawberry.field(resolver=resolve, description=LATER, metadata={EDGE: edge})


def _move(link: Record) -> Any:
    made = object.__new__(VirtualMachineMove)
    made.__dict__.update(zip(NAMES, link, strict=True))
    return made
