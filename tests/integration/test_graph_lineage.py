"""Moves of VMs in the graph: both ends, one statement for each direction."""

from datetime import UTC, datetime

from sqlalchemy import insert

from models.tables import VmLineage
from tests.support.graph import Graph

WENT, CAME = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
NAMED = "moid vcenter { name }"
MOVES = f"""{{ virtualMachines(first: 900) {{ nodes {{ {NAMED}
    movedFrom {{ formerName wentAt cameAt evidence former {{ {NAMED} }} }}
    movedTo {{ virtualMachine {{ {NAMED} }} }} }} }} }}"""


async def move(graph: Graph, moid: str, former_moid: str, **more: object) -> None:
    """Let a VM of the second vCenter be what one of the first was."""
    alpha, beta, _ = graph.vcenters
    link = {
        "vcenter_id": beta.id,
        "moid": moid,
        "generation": 1,
        "former_vcenter_id": alpha.id,
        "former_moid": former_moid,
        "former_generation": 1,
        "former_name": f"once {former_moid}",
        "went_at": WENT,
        "came_at": CAME,
        "evidence": ["INSTANCE_UUID", "MAC_ADDRESS"],
    }
    async with graph.primary.begin() as connection:
        await connection.execute(insert(VmLineage), [link | more])


async def test_moves_lead_both_ways_in_one_statement_each(graph: Graph) -> None:
    alpha, beta, _ = graph.vcenters
    await move(graph, "vm-3", "vm-1")
    await move(graph, "vm-4", "vm-2")
    await move(graph, "vm-5", "vm-no-more")

    answer = await graph.ask(MOVES)

    assert answer.statements == 6, "VMs, moves by either end, their VMs, vCenters"
    nodes = {
        (node["vcenter"]["name"], node["moid"]): node
        for node in answer.data["virtualMachines"]["nodes"]
    }
    came = nodes[beta.name, "vm-3"]
    assert came["movedFrom"] == {
        "formerName": "once vm-1",
        "wentAt": WENT.isoformat(),
        "cameAt": CAME.isoformat(),
        "evidence": ["INSTANCE_UUID", "MAC_ADDRESS"],
        "former": {"moid": "vm-1", "vcenter": {"name": alpha.name}},
    }
    went = nodes[alpha.name, "vm-2"]
    assert went["movedTo"] == [{"virtualMachine": {"moid": "vm-4", "vcenter": {"name": beta.name}}}]
    assert nodes[beta.name, "vm-5"]["movedFrom"]["former"] is None
    stayed = nodes[alpha.name, "vm-3"]
    assert (stayed["movedFrom"], stayed["movedTo"]) == (None, [])


async def test_whoever_has_taken_the_moid_since_did_not_move(graph: Graph) -> None:
    await move(graph, "vm-6", "vm-6", generation=2)
    await move(graph, "vm-7", "vm-7", former_generation=2)

    answer = await graph.ask(MOVES)

    alpha, beta, _ = graph.vcenters
    nodes = {
        (node["vcenter"]["name"], node["moid"]): node
        for node in answer.data["virtualMachines"]["nodes"]
    }
    assert nodes[beta.name, "vm-6"]["movedFrom"] is None
    assert nodes[alpha.name, "vm-6"]["movedTo"] == [{"virtualMachine": None}]
    assert nodes[alpha.name, "vm-7"]["movedTo"] == []
    came = nodes[beta.name, "vm-7"]["movedFrom"]
    assert (came["former"], came["formerName"]) == (None, "once vm-7")
