"""What is asked of a large estate, each question with random variables from the estate itself."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

import asyncpg

from loaders.listing import ListKey
from loaders.page import Page
from loaders.relation import RELATIONS
from models.enums import SearchMatch
from resolvers import cursor, global_id

DEEP_ROWS = 100_000
"""Rows before page 1,000 of 100 rows."""
SAMPLE = 20_000
SEARCH = "query ($x: String!) { search(text: $x, first: 20) { match node { id } } }"
MACHINE = "moid name powerState numCpus memoryBytes ipAddress guestFullName"

Variables = dict[str, Any]
Draw = Callable[["Sampled", Random], Variables]


@dataclass(frozen=True, slots=True)
class Question:
    """A document, and where its variables come from."""

    name: str
    document: str
    draw: Draw
    times: int = 200
    """How often it is asked."""
    needs: str = ""
    """The kind of identifier that it takes; an estate of the LIGHT tier alone has no MACs."""


@dataclass(slots=True)
class Sampled:
    """Values of the estate that variables are drawn from."""

    identifiers: dict[str, list[str]]
    machines: list[tuple[Any, str, str]]
    """UUID of the vCenter, moid and name."""
    deep: tuple[str, int, str]
    """Name, vCenter and moid of the row before page 1,000."""

    @classmethod
    async def of(cls, connection: asyncpg.Connection) -> "Sampled":
        """Draw a sample from an estate."""
        machines = await connection.fetch(
            "SELECT v.instance_uuid, m.moid, m.name FROM virtual_machines m "
            f"JOIN vcenters v ON v.id = m.vcenter_id ORDER BY random() LIMIT {SAMPLE}"
        )
        found = await connection.fetch(
            f"SELECT kind, value FROM identifiers ORDER BY random() LIMIT {SAMPLE}"
        )
        identifiers: dict[str, list[str]] = {}
        for row in found:
            identifiers.setdefault(row["kind"], []).append(row["value"])
        deep = await connection.fetchrow(
            "SELECT name, vcenter_id, moid FROM virtual_machines WHERE deleted_at IS NULL "
            'ORDER BY name COLLATE "C", vcenter_id, moid '
            f"OFFSET least({DEEP_ROWS}, (SELECT count(*) FROM virtual_machines) / 2) LIMIT 1"
        )
        return cls(identifiers, [tuple(row) for row in machines], tuple(deep))


def _identifier(kind: str) -> Draw:
    return lambda sampled, random: {"x": random.choice(sampled.identifiers[kind])}


def _id(sampled: Sampled, random: Random) -> Variables:
    uuid, moid, _ = random.choice(sampled.machines)
    return {"x": global_id.encode("VirtualMachine", uuid, moid)}


def _vcenter(sampled: Sampled, random: Random) -> Variables:
    return {"x": global_id.encode("VCenter", random.choice(sampled.machines)[0])}


def _moid(sampled: Sampled, random: Random) -> Variables:
    return {"x": random.choice(sampled.machines)[1]}


def _name(sampled: Sampled, random: Random) -> Variables:
    return {"x": random.choice(sampled.machines)[2]}


def _prefix(sampled: Sampled, random: Random) -> Variables:
    return {"x": random.choice(sampled.machines)[2][:-2]}


def _substring(sampled: Sampled, random: Random) -> Variables:
    return {"x": random.choice(sampled.machines)[2][-7:-2]}


def _misspelt(sampled: Sampled, random: Random) -> Variables:
    name = random.choice(sampled.machines)[2]
    return {"x": f"{name[:4]}qx{name[6:]}"}


def _subnet(sampled: Sampled, random: Random) -> Variables:
    addresses = [a for a in sampled.identifiers["IP"] if "." in a]
    return {"x": random.choice(addresses).rpartition(".")[0] + ".0/24"}


def _deep(sampled: Sampled, _random: Random) -> Variables:
    list_id = cursor.list_hash(ListKey(RELATIONS["virtual_machines"], Page(0)))
    return {"x": cursor.encode(list_id, sampled.deep)}


def _nothing(_sampled: Sampled, _random: Random) -> Variables:
    return {}


def _list(arguments: str, of_x: str = "", rows: str = f"nodes {{ {MACHINE} }}") -> str:
    return f"query {of_x} {{ virtualMachines({arguments}) {{ {rows} }} }}"


def _summary(of: str, arguments: str, selection: str) -> Question:
    document = f"{{ {of}(first: 0) {{ aggregates{arguments} {{ {selection} }} }} }}"
    name = arguments.strip("()").removeprefix("groupBy: ")
    return Question(f"aggregate: {of} {name}".strip(), document, _nothing, 3)


LOOK_UPS = tuple(
    Question(
        f"look-up: {kind}",
        _list("identifier: $x, first: 5", "($x: String!)"),
        _identifier(kind),
        needs=kind,
    )
    for kind in ("IP", "MAC", "BIOS_UUID", "INSTANCE_UUID", "FQDN")
)
SEARCHES = tuple(
    Question(f"search: {match.value}", SEARCH, draw, times)
    for match, draw, times in (
        (SearchMatch.IDENTIFIER, _identifier("IP"), 30),
        (SearchMatch.SUBNET, _subnet, 30),
        (SearchMatch.MOID, _moid, 30),
        (SearchMatch.NAME, _name, 30),
        (SearchMatch.PREFIX, _prefix, 30),
        (SearchMatch.SUBSTRING, _substring, 30),
        (SearchMatch.SIMILAR, _misspelt, 2),
    )
)
QUESTIONS = (
    Question(
        "look-up: id",
        f"query ($x: ID!) {{ virtualMachine(id: $x) {{ {MACHINE} host {{ name }} }} }}",
        _id,
    ),
    Question(
        "look-up: SERIAL",
        "query ($x: String!) { hosts(identifier: $x, first: 5) { nodes { moid name } } }",
        _identifier("SERIAL"),
        needs="SERIAL",
    ),
    *LOOK_UPS,
    Question("page 1", _list("first: 100"), _nothing, 100),
    Question("page 1,000", _list("first: 100, after: $x", "($x: String!)"), _deep, 100),
    Question(
        "page of one vCenter, powered on",
        _list(
            "first: 100, filter: {vcenterId: {eq: $x}, powerState: {eq: poweredOn}}", "($x: ID!)"
        ),
        _vcenter,
        100,
    ),
    Question(
        "page by part of a name",
        _list("first: 20, filter: {name: {contains: $x}}", "($x: String!)"),
        _substring,
        100,
    ),
    Question(
        "nested: 100 clusters x 10 hosts x 5 VMs",
        "{ clusters(first: 100) { nodes { name hosts(first: 10) { nodes { name "
        "virtualMachines(first: 5) { nodes { name } } } } } } }",
        _nothing,
        3,
    ),
    *SEARCHES,
    _summary("virtualMachines", "(groupBy: [powerState])", "count group { powerState }"),
    _summary("virtualMachines", "(groupBy: [vcenter])", "count sum { memoryBytes }"),
    _summary("virtualMachines", "(groupBy: [cluster])", "count sum { numCpus }"),
    _summary("virtualMachines", "(groupBy: [guestFullName])", "count"),
    _summary("hosts", "(groupBy: [version, build])", "count sum { memoryBytes }"),
    _summary("datastores", "(groupBy: [type])", "count sum { freeSpaceBytes }"),
    Question(
        "overcommit by cluster",
        "{ capacity { overcommit(first: 20) { cpuRatio memoryRatio } } }",
        _nothing,
        3,
    ),
)
