"""The slower tiers, read over SOAP from a simulated vCenter: what is asked of whom."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from unittest import mock

import pytest

from models.enums import InventoryType, Tier
from sync_agent.collector import bulk
from sync_agent.collector.hardware import LAYOUT_PATHS
from sync_agent.collector.scan import Scan
from sync_agent.collector.session import open_session
from sync_agent.collector.settings import CollectorSettings
from sync_agent.collector.target import Target
from sync_agent.records import DetailRecord, Record
from vminer.simulator.background import simulated
from vminer.simulator.inventory.attribute import DEFINITIONS
from vminer.simulator.inventory.guest import partitions
from vminer.simulator.simulation import Simulation
from vminer.simulator.trouble import TroubleKind

VM, HOST = InventoryType.VirtualMachine, InventoryType.Host
SETTINGS = CollectorSettings(collector_detail_page_size=40, collector_host_page_size=5)


@pytest.fixture(scope="module")
def simulation() -> Iterator[Simulation]:
    with simulated([120], seed=23) as simulation:
        yield simulation


@asynccontextmanager
async def scanning(
    simulation: Simulation, of_type: InventoryType = VM
) -> AsyncIterator[tuple[Scan, dict[str, Record]]]:
    """Lend a scan that has read LIGHT, and the objects of a type that it found."""
    facts = simulation.listening[0].facts()
    account = (facts["host"], facts["port"], facts["username"], facts["password"])
    async with open_session(Target(*account, simulation.ca_pem), SETTINGS, agent="test") as session:
        scan = Scan(session, SETTINGS)
        await scan.begin()
        found = [record async for page in scan.pages() for record in page.records]
        yield scan, {record.moid: record for record in found if record.type is of_type}


async def read(
    scan: Scan, tier: Tier, moids: list[str], of_type: InventoryType = VM
) -> dict[str, DetailRecord]:
    pages = [page async for page in scan.details(of_type, tier, moids)]
    assert not [odd for page in pages for odd in page.quarantined]
    return {record.moid: record for page in pages for record in page.records}


async def test_files_are_asked_of_machines_with_snapshots_and_size_every_snapshot(simulation):
    vcenter = simulation.vcenters[0]
    async with scanning(simulation) as (scan, machines):
        found = await read(scan, Tier.HEAVY, sorted(machines))

    snapshots = [each for record in found.values() for each in record.columns["snapshots"]]
    written = {
        moid: sum(file.size for file in vcenter.inventory.find(moid).files.files)
        for moid, record in found.items()
        if record.columns["snapshots"]
    }
    assert written
    assert all(each["size_bytes"] >= each["state_size_bytes"] > 0 for each in snapshots)
    assert all(
        each["size_bytes"] > each["state_size_bytes"] for each in snapshots if each["is_current"]
    )
    for moid, every_file in written.items():
        sizes = [each["size_bytes"] for each in found[moid].columns["snapshots"]]
        assert sum(sizes) < every_file


async def test_a_detail_page_is_one_call_for_many_machines(simulation):
    vcenter = simulation.vcenters[0]
    async with scanning(simulation) as (scan, machines):
        before = dict(vcenter.calls)
        await read(scan, Tier.GUEST, sorted(machines))
        after = dict(vcenter.calls)

    assert len(machines) == 120
    assert after["RetrievePropertiesEx"] - before["RetrievePropertiesEx"] == 3


@pytest.mark.parametrize("of_type", [VM, HOST])
async def test_what_is_too_large_at_once_is_asked_for_in_halves(simulation, of_type):
    async with scanning(simulation, of_type) as (scan, objects):
        moids = sorted(objects)[:8]
        expected = await read(scan, Tier.HEAVY, moids, of_type)
        largest = max([await size_of(scan, of_type, moid) for moid in moids])
        scan._settings = SETTINGS.model_copy(update={"collector_max_reply_bytes": largest + 1})

        assert await read(scan, Tier.HEAVY, moids, of_type) == expected


async def test_what_is_too_large_alone_is_quarantined_and_the_others_are_read(simulation):
    async with scanning(simulation) as (scan, machines):
        sizes = {moid: await size_of(scan, VM, moid) for moid in sorted(machines)[:8]}
        largest = max(sizes, key=lambda moid: sizes[moid])
        below = {"collector_max_reply_bytes": sizes[largest] - 1}
        scan._settings = SETTINGS.model_copy(update=below)
        pages = [page async for page in scan.details(VM, Tier.HEAVY, list(sizes))]

    odd = [each for page in pages for each in page.quarantined]
    assert [each.moid for each in odd] == [m for m in sizes if sizes[m] == sizes[largest]]
    assert "answered with more than" in odd[0].reason
    found = {record.moid for page in pages for record in page.records}
    assert found == sizes.keys() - {each.moid for each in odd}


async def size_of(scan: Scan, of_type: InventoryType, moid: str) -> int:
    """Return the bytes of the answer about one object."""
    with mock.patch.object(bulk, "parse_page", wraps=bulk.parse_page) as parse_page:
        await read(scan, Tier.HEAVY, [moid], of_type)
    return max(len(call.args[0]) for call in parse_page.call_args_list)


async def test_a_guest_tells_its_file_systems_and_gateways(simulation):
    vcenter = simulation.vcenters[0]
    async with scanning(simulation) as (scan, machines):
        found = await read(scan, Tier.GUEST, sorted(machines))

    for moid, record in found.items():
        machine = vcenter.inventory.find(moid)
        told = [(each["path"], each["free_bytes"]) for each in record.columns["partitions"]]
        assert told == [(each.path, each.free) for each in partitions(machine)]
    assert any(stack["gateways"] for each in found.values() for stack in each.columns["ip_stacks"])
    lost = {m for m, r in machines.items() if r.columns["connection_state"] != "connected"}
    assert lost
    assert found.keys() == machines.keys() - lost


async def test_attributes_go_by_name(simulation):
    async with scanning(simulation) as (_, machines):
        pass

    names = {
        each["name"]
        for machine in machines.values()
        for each in machine.columns.get("custom_attributes", ())
    }
    assert names == {name for _, name, _ in DEFINITIONS[:3]}


async def test_where_vcenter_keeps_files_back_what_is_stored_stays(simulation):
    vcenter = simulation.vcenters[0]
    async with scanning(simulation) as (scan, machines):
        chosen = next(m for m, r in machines.items() if r.columns.get("snapshot_count"))
        vcenter.switch_on(TroubleKind.MISSING_PROPERTY, moid=chosen, path=LAYOUT_PATHS[0])
        found = await read(scan, Tier.HEAVY, sorted(machines))
        vcenter.troubles.clear()

    assert chosen not in found
    assert len(found) > 100


async def test_hosts_are_read_a_few_at_a_time_and_tell_nothing_where_they_are_out_of_reach(
    simulation,
):
    vcenter = simulation.vcenters[0]
    async with scanning(simulation, HOST) as (scan, hosts):
        before = dict(vcenter.calls)
        found = await read(scan, Tier.HEAVY, sorted(hosts), HOST)
        after = dict(vcenter.calls)

    lost = {m for m, r in hosts.items() if r.columns["connection_state"] != "connected"}
    calls = after["RetrievePropertiesEx"] - before["RetrievePropertiesEx"]
    assert calls == -(-len(hosts) // 5)
    assert found.keys() == hosts.keys() - lost
    assert all(record.columns["luns"] for record in found.values())


async def test_a_storage_pod_is_a_record_of_its_own_kind_alone(simulation):
    async with scanning(simulation, InventoryType.StoragePod) as (_, pods):
        pass
    async with scanning(simulation, InventoryType.Folder) as (_, folders):
        pass
    async with scanning(simulation, InventoryType.Datastore) as (_, datastores):
        pass

    assert pods
    assert not pods.keys() & folders.keys()
    assert {each.columns["storage_pod_moid"] for each in datastores.values()} - {None} == set(pods)
