"""Filters: a typed input per entity; every field of it is a column, every operator a condition.

`{name: {contains: "web"}, powerState: {eq: poweredOn}}`: all conditions must hold. An operator that
is given must have a value: null is refused, because a forgotten variable must not match everything.
"""

from dataclasses import fields
from enum import StrEnum
from typing import Any, Generic, TypeVar

import strawberry
from strawberry import UNSET

from loaders.condition import Condition, Operator
from resolvers import global_id
from resolvers.enums import (
    HostConnectionState,
    HostPowerState,
    NetworkType,
    PowerState,
    SyncRunState,
    VCenterState,
    VirtualMachineConnectionState,
)
from runtime.errors import InvalidArgumentError

E = TypeVar("E", bound=StrEnum)

OPERATORS: dict[str, Operator] = {
    "eq": "eq",
    "ne": "ne",
    "in_": "in",
    "contains": "contains",
    "starts_with": "starts_with",
}
LONGEST_TEXT = 1000
MOST_VALUES = 500


@strawberry.input(description="Conditions on a text; all that are given must hold.")
class TextFilter:
    """Operators on text."""

    eq: str | None = strawberry.field(default=UNSET, description="Exactly this, case and all.")
    ne: str | None = strawberry.field(default=UNSET, description="Anything but this.")
    in_: list[str] | None = strawberry.field(
        default=UNSET, name="in", description="One of these, exactly."
    )
    contains: str | None = strawberry.field(
        default=UNSET, description="Contains this, in upper or lower case."
    )
    starts_with: str | None = strawberry.field(
        default=UNSET, description="Begins with this, in upper or lower case."
    )


@strawberry.input(name="Filter", description="Conditions on a state; all given must hold.")
class StateFilter(Generic[E]):
    """Operators on an enumeration."""

    eq: E | None = strawberry.field(default=UNSET, description="Exactly this.")
    ne: E | None = strawberry.field(default=UNSET, description="Anything but this; also unknown.")
    in_: list[E] | None = strawberry.field(default=UNSET, name="in", description="One of these.")


@strawberry.input(description="Conditions on a yes or no; all that are given must hold.")
class FlagFilter:
    """Operators on a truth value."""

    eq: bool | None = strawberry.field(default=UNSET, description="Exactly this.")
    ne: bool | None = strawberry.field(
        default=UNSET, description="Anything but this; also unknown."
    )


@strawberry.input(description="Conditions on a number; all that are given must hold.")
class NumberFilter:
    """Operators on a number."""

    eq: int | None = strawberry.field(default=UNSET, description="Exactly this.")
    ne: int | None = strawberry.field(default=UNSET, description="Anything but this; also unknown.")
    in_: list[int] | None = strawberry.field(default=UNSET, name="in", description="One of these.")


@strawberry.input(description="Conditions on a vCenter; all that are given must hold.")
class VCenterIdFilter:
    """Operators on the vCenter a row belongs to."""

    eq: strawberry.ID | None = strawberry.field(default=UNSET, description="ID of the vCenter.")
    in_: list[strawberry.ID] | None = strawberry.field(
        default=UNSET, name="in", description="IDs of several vCenters."
    )


def _name() -> Any:
    return strawberry.field(default=UNSET, description="Display name.")


def _vcenter_id() -> Any:
    return strawberry.field(default=UNSET, description="The vCenter it belongs to.")


@strawberry.input(description="Which datacenters; all conditions must hold.")
class DatacenterFilter:
    """Of datacenters."""

    name: TextFilter | None = _name()
    vcenter_id: VCenterIdFilter | None = _vcenter_id()


@strawberry.input(description="Which folders; all conditions must hold.")
class FolderFilter:
    """Of folders."""

    name: TextFilter | None = _name()
    vcenter_id: VCenterIdFilter | None = _vcenter_id()


@strawberry.input(description="Which clusters; all conditions must hold.")
class ClusterFilter:
    """Of clusters."""

    name: TextFilter | None = _name()
    vcenter_id: VCenterIdFilter | None = _vcenter_id()


@strawberry.input(description="Which datastores; all conditions must hold.")
class DatastoreFilter:
    """Of datastores."""

    name: TextFilter | None = _name()
    vcenter_id: VCenterIdFilter | None = _vcenter_id()


@strawberry.input(description="Which storage pods; all conditions must hold.")
class StoragePodFilter:
    """Of storage pods."""

    name: TextFilter | None = _name()
    vcenter_id: VCenterIdFilter | None = _vcenter_id()


@strawberry.input(description="Which hosts; all conditions must hold.")
class HostFilter:
    """Of hosts."""

    name: TextFilter | None = _name()
    vcenter_id: VCenterIdFilter | None = _vcenter_id()
    power_state: StateFilter[HostPowerState] | None = strawberry.field(
        default=UNSET, description="Power state."
    )
    connection_state: StateFilter[HostConnectionState] | None = strawberry.field(
        default=UNSET, description="Whether vCenter reaches the host."
    )


@strawberry.input(description="Which virtual machines; all conditions must hold.")
class VirtualMachineFilter:
    """Of virtual machines."""

    name: TextFilter | None = _name()
    vcenter_id: VCenterIdFilter | None = _vcenter_id()
    power_state: StateFilter[PowerState] | None = strawberry.field(
        default=UNSET, description="Power state."
    )
    connection_state: StateFilter[VirtualMachineConnectionState] | None = strawberry.field(
        default=UNSET, description="Whether vCenter can reach and manage it."
    )


@strawberry.input(description="Which resource pools; all conditions must hold.")
class ResourcePoolFilter:
    """Of resource pools and vApps."""

    name: TextFilter | None = _name()
    vcenter_id: VCenterIdFilter | None = _vcenter_id()
    is_vapp: FlagFilter | None = strawberry.field(
        default=UNSET, description="Whether it is a vApp."
    )


@strawberry.input(description="Which networks; all conditions must hold.")
class NetworkFilter:
    """Of networks."""

    name: TextFilter | None = _name()
    vcenter_id: VCenterIdFilter | None = _vcenter_id()
    type: StateFilter[NetworkType] | None = strawberry.field(
        default=UNSET, description="Kind of network."
    )
    vlan_id: NumberFilter | None = strawberry.field(
        default=UNSET, description="VLAN that a port group tags; not those a trunk lets pass."
    )
    is_uplink: FlagFilter | None = strawberry.field(
        default=UNSET, description="Whether a port group holds the switch's uplinks."
    )


@strawberry.input(description="Which distributed switches; all conditions must hold.")
class DistributedSwitchFilter:
    """Of distributed switches."""

    name: TextFilter | None = _name()
    vcenter_id: VCenterIdFilter | None = _vcenter_id()


@strawberry.input(description="Which vCenters; all conditions must hold.")
class VCenterFilter:
    """Of vCenters."""

    name: TextFilter | None = strawberry.field(
        default=UNSET, description="The name operators gave it."
    )
    state: StateFilter[VCenterState] | None = strawberry.field(
        default=UNSET, description="What the last contact with it was like."
    )


@strawberry.input(description="Which sync runs; all conditions must hold.")
class SyncRunFilter:
    """Of sync runs."""

    vcenter_id: VCenterIdFilter | None = strawberry.field(
        default=UNSET, description="The vCenter it reads."
    )
    state: StateFilter[SyncRunState] | None = strawberry.field(
        default=UNSET, description="Where the run stands."
    )


def conditions_of(filter_: Any) -> tuple[Condition, ...]:
    """Return a filter as conditions, in the order of its fields.

    Raises:
        InvalidArgumentError: an operator has no usable value.
        InvalidIdError: a vCenter's ID is none.
    """
    if filter_ is None:
        return ()
    return tuple(
        _condition(column.name, operator.name, getattr(operators, operator.name))
        for column in fields(filter_)
        if (operators := getattr(filter_, column.name)) not in (UNSET, None)
        for operator in fields(operators)
        if getattr(operators, operator.name) is not UNSET
    )


def _condition(column: str, operator: str, value: Any) -> Condition:
    values = value if isinstance(value, list) else [value]
    if len(values) > MOST_VALUES:
        raise InvalidArgumentError(f"A filter takes at most {MOST_VALUES} values.")
    usable = tuple(_usable(column, each) for each in values)
    return Condition(
        "vcenter_uuid" if column == "vcenter_id" else column,
        OPERATORS[operator],
        usable if operator == "in_" else usable[0],
    )


def _usable(column: str, value: Any) -> Any:
    if value is None:
        raise InvalidArgumentError(f"The filter on {column} was given null for a value.")
    if column == "vcenter_id":
        return global_id.decode(value, "VCenter").uuid
    if isinstance(value, int):
        return value
    text = str(value)  # a member of an enumeration is its text
    if "\0" in text or len(text) > LONGEST_TEXT:
        raise InvalidArgumentError(f"The filter on {column} was given a text that cannot match.")
    return text
