"""Look-up by a BIOS UUID, whichever byte order the one who asks has it in."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.support.estate import vm_bios_uuid
from tests.support.fetched import Fetched
from tests.support.graph import Graph

DOCUMENT = """query ($what: String!) {
    virtualMachines(first: 9, identifier: $what) { nodes { moid vcenter { name } } } }"""
LOOK_UP = "FROM identifiers"


def as_guests_print_it(uuid: UUID) -> str:
    """Return what dmidecode shows: the first three groups read as little-endian numbers."""
    groups = str(uuid).upper().split("-")
    turned = ["".join(reversed([group[i : i + 2] for i in range(0, len(group), 2)]))
              for group in groups[:3]]  # fmt: skip
    return "-".join([*turned, *groups[3:]])


async def plan(graph: Graph, sql: str, parameters: Any) -> str:
    """Return PostgreSQL's plan where the table is too big to be read whole."""
    async with graph.primary.begin() as connection:
        await connection.execute(text("ANALYZE identifiers, virtual_machines"))
    async with graph.reads.connect() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None
        async with raw.transaction():
            await raw.execute("SET LOCAL enable_seqscan = off")
            return "\n".join(row[0] for row in await raw.fetch(f"EXPLAIN {sql}", *parameters))


@pytest.mark.parametrize("spell", [str, as_guests_print_it], ids=["vSphere's", "the guest's"])
async def test_a_bios_uuid_finds_its_machine_in_either_byte_order(graph: Graph, spell: Any) -> None:
    beta = graph.vcenters[1]

    answer = await graph.ask(DOCUMENT, what=spell(vm_bios_uuid(beta, 7)))

    found = [{"moid": "vm-7", "vcenter": {"name": "beta"}}]
    assert answer.data["virtualMachines"]["nodes"] == found


async def test_the_look_up_in_both_orders_goes_by_the_index(graph: Graph, seen: Fetched) -> None:
    await graph.ask(DOCUMENT, what=as_guests_print_it(vm_bios_uuid(graph.vcenters[0], 3)))

    ((sql, parameters),) = [each for each in seen if LOOK_UP in each[0].replace("\n", " ")]
    found = await plan(graph, sql, parameters)

    assert "Seq Scan on identifiers" not in found
    assert found.count("ix_identifiers_value") >= 2, found  # once for each order
