"""The small estate with all that the graph can tell of it, and what ties its vCenters together.

Moves lead between them, an identifier is shared, each has changes, problems and runs.
"""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, select

from graphql_api.schema import core_schema
from models.tables import (
    CollectionProblem,
    Identifier,
    InventoryChange,
    QuarantinedObject,
    SyncRun,
    VmLineage,
)
from resolvers import global_id
from tests.support.estate import Written
from tests.support.graph import Graph
from tests.support.walk import Walk

PER_TYPE = 3
SHARED = "00:50:56:aa:aa:aa"
"""A MAC address that two VMs of each of the first two vCenters carry."""
NOW = datetime(2026, 11, 20, tzinfo=UTC)
Ids = dict[UUID, dict[str, list[str]]]


@pytest.fixture
async def tied(graph: Graph) -> Graph:
    """Three vCenters with everything that the graph can tell of them, and what ties them."""
    alpha, beta, gamma = graph.vcenters
    async with graph.primary.begin() as connection:
        runs = (await connection.execute(select(SyncRun.vcenter_id, SyncRun.id))).all()
        run_of = {row.vcenter_id: row.id for row in runs}
        for vcenter in graph.vcenters:
            own = {"vcenter_id": vcenter.id}
            await connection.execute(
                insert(CollectionProblem),
                [
                    own
                    | {"type": "Host", "path": "x", "fault": "NoPermission", "tier": "LIGHT"}
                    | {"objects": 3, "since": NOW}
                ],
            )
            await connection.execute(
                insert(QuarantinedObject),
                [own | {"type": "Host", "moid": "host-99", "reason": "odd", "since": NOW}],
            )
            await connection.execute(
                insert(InventoryChange),
                [
                    own
                    | {"type": type_, "moid": moid, "name": f"{vcenter.name} {moid}"}
                    | {"kind": "CREATED", "run_id": run_of[vcenter.id]}
                    for type_, moid in (("VirtualMachine", "vm-1"), ("Host", "host-1"))
                ],
            )
            await connection.execute(
                insert(Identifier),
                [
                    own
                    | {"type": "VirtualMachine", "moid": f"vm-{n}", "kind": "MAC"}
                    | {"value": SHARED if vcenter is not gamma else f"02:00:00:00:00:0{n}"}
                    for n in (1, 2)
                ],
            )
        links = [_move(beta, n, alpha, n) for n in range(20)]
        links += [_move(alpha, n, gamma, n) for n in range(1, 20, 2)]
        links += [_move(alpha, n, alpha, n + 1) for n in range(0, 20, 2)]
        await connection.execute(insert(VmLineage), links)
    return graph


def _move(to: Written, number: int, from_: Written, former: int) -> dict[str, Any]:
    ends = {"vcenter_id": to.id, "moid": f"vm-{number}", "former_vcenter_id": from_.id}
    about = {"former_moid": f"vm-{former}", "former_name": f"{from_.name} vm-{former}"}
    generations = {"generation": 1, "former_generation": 1}
    return ends | about | generations | {"went_at": NOW, "came_at": NOW, "evidence": ["MAC"]}


async def ids_of(graph: Graph) -> Ids:
    """Return IDs of objects of every type, by vCenter."""
    found: Ids = defaultdict(dict)
    for type_, root in Walk(core_schema, {}).lists():
        document = f"{{ {root}(first: 1000) {{ nodes {{ id }} }} }}"
        of_type: dict[UUID, list[global_id.GlobalId]] = defaultdict(list)
        runs: dict[str, UUID] = {}
        if type_ == "SyncRun":
            document = "{ syncRuns { nodes { id vcenter { instanceUuid } } } }"
        for node in (await graph.ask(document)).data[root]["nodes"]:
            decoded = global_id.decode(node["id"])
            owner = UUID(node["vcenter"]["instanceUuid"]) if "vcenter" in node else decoded.uuid
            of_type[owner].append(decoded)
            runs[node["id"]] = owner
        for owner, decoded in of_type.items():
            decoded.sort(key=lambda one: (len(one.moid), one.moid))
            found[owner][type_] = [global_id.encode(*one) for one in decoded[:PER_TYPE]]
    return found


def merged(ids: Ids) -> dict[str, list[str]]:
    """Return IDs by type, of all vCenters."""
    found: dict[str, list[str]] = defaultdict(list)
    for of_vcenter in ids.values():
        for type_, some in of_vcenter.items():
            found[type_] += some
    return found
