"""`virtualMachine(by: {…})`: the one object that is meant, or which several may be."""

import asyncio
from typing import Any

import strawberry
from strawberry import UNSET

from loaders.condition import Condition, Where
from loaders.entity import HOST, VCENTER, VIRTUAL_MACHINE, Entity
from loaders.listing import ListKey
from loaders.page import Page
from loaders.reading import Record
from loaders.relation import RELATIONS
from loaders.row import RowKey
from resolvers import global_id
from resolvers.context import Info
from resolvers.filter import LONGEST_TEXT
from resolvers.identifier import spellings
from resolvers.node import from_row
from runtime.errors import AmbiguousError, InvalidArgumentError

MOST_CANDIDATES = 20
IDENTIFIED = (VIRTUAL_MACHINE, HOST)
"""Kinds of objects that carry identifiers."""

VCENTER_ID = "ID of the vCenter it is in."
NAME = "Its name, case and all."
MOID = "Its moid, with the vCenter's ID: every vCenter may give it to another object."


def _given(description: str) -> Any:
    return strawberry.field(default=UNSET, description=description)


@strawberry.input(description="What one object is known by: all that is given must be so.")
class ObjectBy:
    """Of any kind of object."""

    name: str | None = _given(NAME)
    moid: strawberry.ID | None = _given(MOID)
    vcenter_id: strawberry.ID | None = _given(VCENTER_ID)


@strawberry.input(description="What one machine is known by: all that is given must be so.")
class MachineBy:
    """Of kinds that carry identifiers."""

    identifier: str | None = _given(
        "Its IP address, MAC address, UUID, serial number or host name, in any spelling."
    )
    name: str | None = _given(NAME)
    moid: strawberry.ID | None = _given(MOID)
    vcenter_id: strawberry.ID | None = _given(VCENTER_ID)


def input_of(entity: Entity) -> type[ObjectBy | MachineBy]:
    """Return what an object of this kind is known by."""
    return MachineBy if entity in IDENTIFIED else ObjectBy


def _conditions(by: Any) -> tuple[Where, ...]:
    """Return what was given. Raises InvalidArgumentError: it tells no object."""
    name, moid = _text(by, "name"), _text(by, "moid")
    identifier, vcenter_id = _text(by, "identifier"), _text(by, "vcenter_id")
    found: list[Where] = []
    if identifier is not None:
        found.append(Condition("identifier", "eq", spellings(identifier)))
    found += [Condition("name", "eq", name)] if name is not None else []
    found += [Condition("moid", "eq", moid)] if moid is not None else []
    if not found:
        raise InvalidArgumentError("by takes a name, a moid or, of machines, an identifier.")
    if moid is not None and vcenter_id is None:
        raise InvalidArgumentError("A moid means one object of a vCenter: give vcenterId too.")
    if vcenter_id is not None:
        uuid = global_id.decode(vcenter_id, VCENTER.name).uuid
        found.append(Condition("vcenter_uuid", "eq", uuid))
    return tuple(found)


def _text(by: Any, name: str) -> str | None:
    given = getattr(by, name, UNSET)
    if given is UNSET:
        return None
    if given is None or "\0" in given or len(given) > LONGEST_TEXT:
        raise InvalidArgumentError(f"by was given a {name} that cannot match.")
    return str(given)


async def the_one(info: Info, entity: Entity, by: Any) -> Any:
    """Return the object that is known by this; None: there is none.

    Raises:
        AmbiguousError: several are.
        InvalidArgumentError: what is given cannot be used.
        InvalidIdError: the vCenter's ID is none.
    """
    page = Page(MOST_CANDIDATES, conditions=_conditions(by))
    key = ListKey(RELATIONS[entity.plural], page)
    rows: list[Record] = await info.context.loaders.page.load(key)
    if len(rows) > 1:
        raise await _ambiguous(info, entity, rows)
    return from_row(entity, rows[0]) if rows else None


async def _ambiguous(info: Info, entity: Entity, rows: list[Record]) -> AmbiguousError:
    candidates = [from_row(entity, row) for row in rows[:MOST_CANDIDATES]]
    keys = [RowKey(VCENTER, candidate.vcenter_id) for candidate in candidates]
    found = await asyncio.gather(*(info.context.loaders.row_by_key.load(key) for key in keys))
    names = [None if row is None else from_row(VCENTER, row).name for row in found]
    listed = [
        {"id": one.id, "name": one.name, "moid": one.moid, "vcenter": name}
        for one, name in zip(candidates, names, strict=True)
    ]
    several = f"{len(listed)}" if len(rows) <= MOST_CANDIDATES else f"More than {len(listed)}"
    kind = entity.plural.replace("_", " ")
    return AmbiguousError(
        f"{several} {kind} are known by this; say which vCenter, or take an id of extensions."
        "candidates.",
        candidates=listed,
    )
