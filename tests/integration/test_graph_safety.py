"""What the graph says of doubt: stale vCenters, unknown fields, approvals."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import insert, select, update

from models.enums import HoldReason, InventoryType, Tier
from models.tables import (
    CollectionState,
    Host,
    HostHardware,
    SuspectedMissing,
    VCenter,
    VirtualMachine,
    VmGuest,
    VmHardware,
)
from resolvers import global_id
from tests.support.graph import Graph

MINUTE = timedelta(minutes=1)
STALE = """{ vcenters(first: 1) { nodes {
  isStale datacenters(first: 1) { nodes { vcenter { isStale } } } } } }"""


def now() -> datetime:
    return datetime.now(UTC)


async def write(graph: Graph, *statements: object) -> None:
    async with graph.primary.begin() as connection:
        for statement in statements:
            await connection.execute(statement)  # type: ignore[call-overload]


def id_of(graph: Graph) -> str:
    return global_id.encode("VCenter", graph.vcenters[0].uuid)


@pytest.mark.parametrize(
    ("state", "age", "is_stale"),
    [
        ("CONNECTED", 14 * MINUTE, False),
        ("CONNECTED", 16 * MINUTE, True),
        ("UNREACHABLE", MINUTE, True),
        ("CREDENTIALS", MINUTE, True),
    ],
    ids=["three intervals", "more than three", "away", "locked out"],
)
async def test_a_vcenter_is_stale_when_it_is_away_or_was_not_read_for_long(
    graph: Graph, state: str, age: timedelta, is_stale: bool
) -> None:
    of_vcenter = CollectionState.vcenter_id == graph.vcenters[0].id
    await write(
        graph,
        update(VCenter)
        .where(VCenter.id == graph.vcenters[0].id)
        .values(state=state, interval_seconds=300),
        update(CollectionState).where(of_vcenter).values(as_of=now() - age),
        # devices are read once a day: their age says nothing
        update(CollectionState)
        .where(of_vcenter, CollectionState.tier == Tier.HEAVY)
        .values(as_of=now() - timedelta(days=1)),
    )

    (vcenter,) = (await graph.ask(STALE)).data["vcenters"]["nodes"]

    assert vcenter["isStale"] is is_stale
    assert vcenter["datacenters"]["nodes"] == [{"vcenter": {"isStale": is_stale}}]


async def test_one_old_collection_makes_a_vcenter_stale(graph: Graph) -> None:
    of_vcenter = CollectionState.vcenter_id == graph.vcenters[0].id
    await write(
        graph,
        update(CollectionState).where(of_vcenter).values(as_of=now()),
        update(CollectionState)
        .where(of_vcenter, CollectionState.type == InventoryType.Host)
        .values(as_of=now() - timedelta(hours=1)),
    )

    (vcenter,) = (await graph.ask(STALE)).data["vcenters"]["nodes"]

    assert vcenter["isStale"] is True


async def test_unknown_columns_are_named_as_the_fields_that_show_them(graph: Graph) -> None:
    since = datetime(2030, 1, 1, tzinfo=UTC)
    of_machine = ["host_moid", "folder_moid", "num_cpus", "cpu_usage_mhz", "resource_pool_moid"]
    first = graph.vcenters[0].id
    await write(
        graph,
        update(VirtualMachine)
        .where(VirtualMachine.vcenter_id == first, VirtualMachine.moid == "vm-1")
        .values(unknown_columns=of_machine, unknown_since=since),
        update(Host)
        .where(Host.vcenter_id == first, Host.moid == "host-1")
        .values(unknown_columns=["bios_uuid"], unknown_since=since),
    )
    document = """{
      virtualMachines(first: 500) { nodes { moid unknownFields unknownSince } }
      hosts(first: 100) { nodes { moid unknownFields } } }"""

    answer = (await graph.ask(document)).data

    vague = [node for node in answer["virtualMachines"]["nodes"] if node["unknownFields"]]
    assert vague == [
        {
            "moid": "vm-1",
            "unknownFields": ["cpuUsageMhz", "folder", "host", "numCpus", "resourcePoolMoid"],
            "unknownSince": since.isoformat(),
        }
    ]
    assert [n["unknownFields"] for n in answer["hosts"]["nodes"] if n["unknownFields"]] == [
        ["biosUuid"]
    ]
    certain = [n for n in answer["virtualMachines"]["nodes"] if not n["unknownFields"]]
    assert {node["unknownSince"] for node in certain} == {None}


async def test_a_slower_tier_that_could_not_be_read_again_says_since_when(graph: Graph) -> None:
    since = datetime(2030, 1, 1, tzinfo=UTC)
    first = graph.vcenters[0].id
    of_first = [
        update(table).where(table.vcenter_id == first, table.moid == moid)
        for table, moid in ((VmHardware, "vm-1"), (VmGuest, "vm-2"), (HostHardware, "host-1"))
    ]
    await write(graph, *(statement.values(unknown_since=since) for statement in of_first))
    document = """{
      virtualMachines(first: 500) { nodes {
        moid hardwareUnknownSince guestUnknownSince } }
      hosts(first: 100) { nodes { moid hardwareUnknownSince } } }"""

    answer = (await graph.ask(document)).data

    machines, hosts = answer["virtualMachines"]["nodes"], answer["hosts"]["nodes"]
    said = since.isoformat()
    unread = sorted(
        (n["moid"], n["hardwareUnknownSince"] or "", n["guestUnknownSince"] or "") for n in machines
    )
    assert [each for each in unread if any(each[1:])] == [
        ("vm-1", said, ""),
        ("vm-2", "", said),
    ]
    assert [n["moid"] for n in hosts if n["hardwareUnknownSince"] == said] == ["host-1"]


async def test_an_approval_counts_by_type_and_says_who_gave_it(graph: Graph) -> None:
    types = (InventoryType.Host, InventoryType.VirtualMachine, InventoryType.VirtualMachine)
    rows = [
        {
            "vcenter_id": graph.vcenters[0].id,
            "type": type_,
            "moid": f"gone-{number}",
            "reason": HoldReason.SHRUNK,
            "since": now(),
            "run_id": uuid4(),
        }
        for number, type_ in enumerate(types)
    ]
    await write(graph, insert(SuspectedMissing).values(rows))
    approve = "mutation($id: ID!) { approveMissing(vcenterId: $id) { type count } }"

    answer = await graph.ask(approve, id=id_of(graph))

    assert answer.data["approveMissing"] == [
        {"type": "Host", "count": 1},
        {"type": "VirtualMachine", "count": 2},
    ]
    async with graph.primary.connect() as connection:
        columns = select(SuspectedMissing.approved_by, SuspectedMissing.approved_at.is_not(None))
        assert (await connection.execute(columns.distinct())).all() == [("API", True)]


async def test_an_approval_for_a_vcenter_nobody_knows_is_refused(graph: Graph) -> None:
    approve = "mutation($id: ID!) { approveMissing(vcenterId: $id) { count } }"

    assert await graph.fail(approve, id=global_id.encode("VCenter", uuid4())) == ["NOT_FOUND"]
    assert await graph.fail(approve, id=global_id.encode("Host", uuid4(), "host-1")) == [
        "INVALID_ID"
    ]
