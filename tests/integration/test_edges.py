"""Edges against a real primary: what ties objects follows the scan that lists it."""

from models.enums import InventoryType
from tests.integration.test_writer import VM, pool, rows, sync, vcenter
from tests.support.records import datastore, mounted, pages, vm

__all__ = ["pool", "vcenter"]

MOUNTS = """
    SELECT host_moid, datastore_moid, access_mode, accessible FROM host_datastores
    WHERE vcenter_id = $1 ORDER BY 1, 2"""


async def test_edges_follow_the_object_and_stay_where_they_are_unknown(engine, pool, vcenter):
    query = "SELECT datastore_moid FROM vm_datastores WHERE vcenter_id = $1 ORDER BY 1"
    await sync(engine, pool, vcenter, pages(vm(1, datastores=("datastore-1", "datastore-2"))))

    await sync(engine, pool, vcenter, pages(vm(1, datastores=None)))
    kept = await rows(pool, query, vcenter)
    await sync(engine, pool, vcenter, pages(vm(1, datastores=("datastore-2", "datastore-3"))))

    assert kept == [("datastore-1",), ("datastore-2",)]
    assert await rows(pool, query, vcenter) == [("datastore-2",), ("datastore-3",)]


async def test_edges_to_several_kinds_change_apart(engine, pool, vcenter):
    networks = "SELECT network_moid FROM vm_networks WHERE vcenter_id = $1 ORDER BY 1"
    datastores = "SELECT xmin, datastore_moid FROM vm_datastores WHERE vcenter_id = $1"
    await sync(engine, pool, vcenter, pages(vm(1, networks=("network-1", "network-2"))))
    before = await rows(pool, datastores, vcenter)

    moved = vm(1, networks=("network-2", "network-3"), unknown=("guest_hostname",))
    outcome = await sync(engine, pool, vcenter, pages(moved))

    assert outcome.types[VM].updated == 1
    assert await rows(pool, networks, vcenter) == [("network-2",), ("network-3",)]
    assert await rows(pool, datastores, vcenter) == before


async def test_mounts_follow_the_datastore_and_stay_where_they_are_unknown(engine, pool, vcenter):
    await sync(engine, pool, vcenter, pages(datastore(1, mounts=mounted(1, 2))))

    changed = mounted(2, accessible=False) | mounted(3, access_mode="readOnly")
    await sync(engine, pool, vcenter, pages(datastore(1, mounts=changed)))
    expected = [
        ("host-2", "datastore-1", "readWrite", False),
        ("host-3", "datastore-1", "readOnly", True),
    ]
    assert await rows(pool, MOUNTS, vcenter) == expected

    await sync(engine, pool, vcenter, pages(datastore(1, mounts=None)))
    assert await rows(pool, MOUNTS, vcenter) == expected


async def test_a_vague_datastore_whose_mounts_moved_is_written(engine, pool, vcenter):
    await sync(engine, pool, vcenter, pages(datastore(1, mounts=mounted(1))))

    vague = datastore(1, unknown=("capacity_bytes",), mounts=mounted(1, accessible=False))
    outcome = await sync(engine, pool, vcenter, pages(vague))

    assert outcome.types[InventoryType.Datastore].updated == 1
    assert await rows(pool, MOUNTS, vcenter) == [("host-1", "datastore-1", "readWrite", False)]


async def test_a_deleted_datastore_takes_its_mounts_along(engine, pool, vcenter):
    many = tuple(datastore(number, mounts=mounted(1)) for number in range(30))
    await sync(engine, pool, vcenter, pages(*many))

    for _ in range(2):
        await sync(engine, pool, vcenter, pages(*many[1:]))

    assert len(await rows(pool, MOUNTS, vcenter)) == 29
