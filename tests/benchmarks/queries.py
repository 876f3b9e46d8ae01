"""Q1 to Q4: their documents, random variables, and what the estate says the answers must be."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any

from resolvers.global_id import encode
from sync_agent.records import Record
from tests.benchmarks.estate import Estate, Held

SCALARS = {
    "moid": "moid",
    "name": "name",
    "powerState": "power_state",
    "guestFullName": "guest_full_name",
    "numCpus": "num_cpus",
    "memoryBytes": "memory_bytes",
    "ipAddress": "ip_address",
    "biosUuid": "bios_uuid",
    "guestHostname": "guest_hostname",
    "connectionState": "connection_state",
    "toolsRunningStatus": "tools_running_status",
    "overallStatus": "overall_status",
    "hardwareVersion": "hardware_version",
    "annotation": "annotation",
    "bootTime": "boot_time",
}
"""Fields of a VM, and the column of its record that each shows."""


def _selected(count: int) -> list[str]:
    return list(SCALARS)[:count]


def _list(variables: str, arguments: str, selection: str) -> str:
    return f"query({variables}) {{ virtualMachines({arguments}) {{ {selection} }} }}"


Q1 = f"""query($id: ID!) {{ virtualMachine(id: $id) {{
  {" ".join(_selected(10))} host {{ name }} vcenter {{ name }} }} }}"""
Q2 = _list(
    "$vcenter: ID!",
    "first: 100, filter: {vcenterId: {eq: $vcenter}, powerState: {eq: poweredOn}}",
    f"pageInfo {{ hasNextPage endCursor }} nodes {{ {' '.join(_selected(12))}"
    " host { name cluster { name } } datastores { name } }",
)
Q3 = _list(
    "$part: String!",
    "first: 20, filter: {name: {contains: $part}}",
    f"nodes {{ {' '.join(_selected(7))} }}",
)
Q4 = _list(
    "$vcenter: ID!",
    "first: 1000, filter: {vcenterId: {eq: $vcenter}}",
    f"nodes {{ {' '.join(_selected(15))} }}",
)


@dataclass(frozen=True, slots=True)
class Case:
    """The variables of one request, and the data that must come back."""

    variables: dict[str, str]
    expected: Callable[[], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Query:
    """One of the four."""

    name: str
    document: str
    case: Callable[[Estate, Random], Case]

    def body(self, case: Case) -> dict[str, object]:
        """Return what is posted."""
        return {"query": self.document, "variables": case.variables}


def _one(estate: Estate, random: Random) -> Case:
    held = random.choice(estate.vcenters)
    moid = random.choice(held.moids)
    variables = {"id": encode("VirtualMachine", held.uuid, moid)}
    return Case(variables, lambda: {"virtualMachine": _machine_of(held, moid)})


def _machine_of(held: Held, moid: str) -> dict[str, Any]:
    record = held.records[moid]
    found = _shown(record, 10)
    return found | {"host": {"name": held.host_of(record)}, "vcenter": {"name": held.name}}


def _powered_on(estate: Estate, random: Random) -> Case:
    held = random.choice(estate.vcenters)

    def expected() -> dict[str, Any]:
        on = [each for each in held.by_name() if each.columns["power_state"] == "poweredOn"]
        nodes = [_shown(each, 12) | _around(held, each) for each in on[:100]]
        return {"virtualMachines": {"pageInfo": {"hasNextPage": len(on) > 100}, "nodes": nodes}}

    return Case({"vcenter": encode("VCenter", held.uuid)}, expected)


def _around(held: Held, record: Record) -> dict[str, Any]:
    cluster = held.cluster_of(record)
    host = {"name": held.host_of(record), "cluster": {"name": cluster} if cluster else None}
    return {"host": host, "datastores": [{"name": name} for name in held.datastores_of(record)]}


def _containing(estate: Estate, random: Random) -> Case:
    part = random.choice(estate.names).name[-7:-2].lower()

    def expected() -> dict[str, Any]:
        matching = sorted(each for each in estate.names if part in each.name.lower())
        nodes = [{"name": each.name, "moid": each.moid} for each in matching[:20]]
        return {"virtualMachines": {"nodes": nodes}}

    return Case({"part": part}, expected)


def _thousand(estate: Estate, random: Random) -> Case:
    held = random.choice(estate.vcenters)

    def expected() -> dict[str, Any]:
        return {"virtualMachines": {"nodes": [_shown(each, 15) for each in held.by_name()[:1000]]}}

    return Case({"vcenter": encode("VCenter", held.uuid)}, expected)


def _shown(record: Record, count: int) -> dict[str, Any]:
    values = {"moid": record.moid, **record.columns}
    return {field: _json(values.get(SCALARS[field])) for field in _selected(count)}


def _json(value: object) -> object:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


QUERIES = (
    Query("Q1", Q1, _one),
    Query("Q2", Q2, _powered_on),
    Query("Q3", Q3, _containing),
    Query("Q4", Q4, _thousand),
)
