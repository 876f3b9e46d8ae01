"""A small estate, written straight into the tables: three vCenters alike but for their names.

Each has one datacenter, 3 clusters, 10 hosts (one alone), 4 datastores, 3 networks, one switch,
5 resource pools (one a vApp), 300 VMs. What is written
where can be computed from the numbers, so tests state expectations without reading back.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from models.base import Base
from models.enums import InventoryType, Tier
from models.tables import (
    Cluster,
    CollectionState,
    Datacenter,
    Datastore,
    DatastoreUsage,
    DistributedSwitch,
    Folder,
    Host,
    HostDatastore,
    HostHardware,
    HostNetwork,
    HostUsage,
    Identifier,
    Network,
    ResourcePool,
    ResourcePoolUsage,
    StoragePod,
    StoragePodUsage,
    SwitchHost,
    SyncRun,
    VCenter,
    VirtualMachine,
    VmDatastore,
    VmGuest,
    VmHardware,
    VmNetwork,
    VmUsage,
)

AS_OF = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
FIRST_SEEN = AS_OF - timedelta(days=30)
GIB = 2**30
CLUSTERS, HOSTS, DATASTORES, NETWORKS, POOLS, VMS = 3, 10, 4, 3, 5, 300
STATES = ("poweredOn",) * 7 + ("poweredOff",) * 2 + ("suspended",)

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Written:
    """One vCenter of the estate."""

    id: int
    uuid: UUID
    name: str


def vm_name(vcenter: Written, number: int) -> str:
    """Return the name of a VM; numbers are spread so that moid order is not name order."""
    return f"{vcenter.name}-web-{(number * 7) % VMS:04}"


def vm_address(vcenter: Written, number: int) -> str:
    """Return the IP address of a VM, unlike any other."""
    return str(ipaddress.ip_address("10.0.0.0") + vcenter.id * 65536 + number)


def vm_mac(vcenter: Written, number: int) -> str:
    """Return the MAC address of a VM, unlike any other."""
    digits = f"005056{vcenter.id % 256:02x}{number:04x}"
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2))


def vm_bios_uuid(vcenter: Written, number: int) -> UUID:
    """Return the BIOS UUID of a VM."""
    return uuid5(vcenter.uuid, f"bios-{number}")


async def write_estate(engine: AsyncEngine, *names: str) -> list[Written]:
    """Write one vCenter for each name, in one transaction."""
    vcenters = []
    async with engine.begin() as connection:
        for name in names:
            uuid = uuid4()
            row = {
                "name": name,
                "host": f"{name}.test",
                "username": "reader",
                "sealed_credentials": b"sealed",
                "instance_uuid": uuid,
                "version": "8.0.3",
                "state": "CONNECTED",
            }
            number = await connection.scalar(insert(VCenter).values(row).returning(VCenter.id))
            assert number is not None
            vcenters.append(Written(number, uuid, name))
        for vcenter in vcenters:
            for table, rows in _rows(vcenter):
                await connection.execute(insert(table), rows)
    return vcenters


def _rows(vcenter: Written) -> Sequence[tuple[type[Base], list[Row]]]:
    return (
        *_places(vcenter),
        *_hosts(vcenter),
        *_datastores(vcenter),
        *_networks(vcenter),
        *_resource_pools(vcenter),
        *_virtual_machines(vcenter),
        *_state(vcenter),
    )


def _object(vcenter: Written, moid: str, name: str, **columns: object) -> Row:
    return {
        "vcenter_id": vcenter.id,
        "moid": moid,
        "name": name,
        "row_hash": b"hash",
        "first_seen": FIRST_SEEN,
        "changed_at": FIRST_SEEN,
        **columns,
    }


def _places(vcenter: Written) -> Sequence[tuple[type[Base], list[Row]]]:
    inside = {"datacenter_moid": "datacenter-1"}
    folders = [
        _object(vcenter, "group-d1", "Datacenters", path="Datacenters"),
        _object(vcenter, "group-v1", "vm", path="Datacenters/east/vm", **inside),
        *(
            _object(vcenter, f"group-v{n}", f"team-{n}", parent_folder_moid="group-v1", **inside)
            for n in (2, 3)
        ),
    ]
    for folder in folders:
        folder |= {
            key: folder.get(key) for key in ("path", "parent_folder_moid", "datacenter_moid")
        }
    datacenter = _object(vcenter, "datacenter-1", "east", folder_moid="group-d1")
    clusters = [
        _object(
            vcenter,
            f"domain-c{n}",
            f"{vcenter.name}-cluster-{n}",
            num_hosts=3,
            rules=[_rule(n)],
            groups=[],
            **inside,
        )
        for n in range(CLUSTERS)
    ]
    return (Folder, folders), (Datacenter, [datacenter]), (Cluster, clusters)


def _rule(cluster: int) -> Row:
    return {
        "key": 1,
        "name": "apart",
        "type": "AntiAffinity",
        "enabled": True,
        "virtual_machine_moids": [f"vm-{cluster}", f"vm-{cluster + HOSTS}", "vm-gone"],
    }


def _hosts(vcenter: Written) -> Sequence[tuple[type[Base], list[Row]]]:
    hosts = [
        _object(
            vcenter,
            f"host-{n}",
            f"{vcenter.name}-esx-{n:02}",
            cluster_moid=None if n == HOSTS - 1 else f"domain-c{n % CLUSTERS}",
            datacenter_moid="datacenter-1",
            power_state="poweredOn",
            connection_state="connected",
            memory_bytes=512 * GIB,
            ip_address=ipaddress.ip_address(f"192.168.0.{n + 1}"),
        )
        for n in range(HOSTS)
    ]
    usage = [
        {"vcenter_id": vcenter.id, "moid": f"host-{n}", "cpu_usage_mhz": 1000 + n}
        for n in range(HOSTS)
    ]
    mounts = [
        {
            "vcenter_id": vcenter.id,
            "host_moid": f"host-{n}",
            "datastore_moid": f"datastore-{d}",
            "access_mode": "readOnly" if n == 0 else "readWrite",
            "mounted": True,
            "accessible": True,
        }
        for n in range(HOSTS)
        for d in range(DATASTORES)
        if d == 0 or n % DATASTORES == d
    ]
    hardware = [
        {"vcenter_id": vcenter.id, "moid": f"host-{n}", **_host_hardware(n)} for n in range(HOSTS)
    ]
    return (
        (Host, hosts),
        (HostUsage, usage),
        (HostHardware, hardware),
        (HostDatastore, mounts),
    )


def _host_hardware(number: int) -> Row:
    path = {"name": "vmhba1:C0:T0:L1", "adapter": "vmhba1", "state": "active", "is_working": True}
    parts = {
        key: []
        for key in (
            "vmkernel_adapters",
            "standard_switches",
            "standard_port_groups",
            "proxy_switches",
            "bus_adapters",
            "services",
        )
    }
    return parts | {
        "row_hash": b"hash",
        "physical_nics": [{"device": "vmnic0", "mac_address": f"b0:26:28:00:00:{number:02x}"}],
        "luns": [{"canonical_name": "naa.1", "capacity_bytes": 4096 * GIB, "paths": [path]}],
        "lun_count": 1,
        "dead_path_count": 0,
        "ntp_servers": ["ntp1.test", "ntp2.test"],
        "default_gateway": ipaddress.ip_address("192.168.0.254"),
        "certificate_not_after": AS_OF + timedelta(days=100 + number),
    }


def _datastores(vcenter: Written) -> Sequence[tuple[type[Base], list[Row]]]:
    datastores = [
        _object(
            vcenter,
            f"datastore-{n}",
            f"{vcenter.name}-ds-{n}",
            datacenter_moid="datacenter-1",
            type="VMFS",
            capacity_bytes=4096 * GIB,
            storage_pod_moid="group-p1" if n < 2 else None,
            extents=[{"disk_name": f"naa.{n}", "partition": 1}],
        )
        for n in range(DATASTORES)
    ]
    pod = _object(
        vcenter,
        "group-p1",
        f"{vcenter.name}-pod",
        datacenter_moid="datacenter-1",
        folder_moid="group-v1",
        capacity_bytes=8192 * GIB,
    )
    usage = [
        {"vcenter_id": vcenter.id, "moid": f"datastore-{n}", "free_space_bytes": n * GIB}
        for n in range(DATASTORES)
    ]
    free = {"vcenter_id": vcenter.id, "moid": "group-p1", "free_space_bytes": GIB}
    return (
        (Datastore, datastores),
        (DatastoreUsage, usage),
        (StoragePod, [pod]),
        (StoragePodUsage, [free]),
    )


def _networks(vcenter: Written) -> Sequence[tuple[type[Base], list[Row]]]:
    inside = {"datacenter_moid": "datacenter-1"}
    shaping = {"enabled": True, "average_bits_per_second": 10**10, "burst_bytes": 2**20}
    port_group: Row = {
        "type": "DistributedVirtualPortgroup",
        "switch_moid": "dvs-1",
        "is_uplink": False,
        "active_uplinks": ["Uplink 1"],
        "ingress_shaping": shaping,
    }
    ranges = [{"start": 1, "end": 9}, {"start": 20, "end": 20}]
    kinds: list[Row] = [
        {"type": "Network"},
        port_group | {"vlan_id": 120, "vlan_ranges": None},
        port_group | {"vlan_id": None, "vlan_ranges": ranges},
    ]
    networks = [
        _object(vcenter, f"network-{n}", f"{vcenter.name}-net-{n}", **inside)
        | dict.fromkeys((*port_group, "vlan_id", "vlan_ranges"))
        | kind
        for n, kind in enumerate(kinds)
    ]
    lacp = [{"name": "lag1", "mode": "active", "num_uplinks": 2}]
    switch = _object(vcenter, "dvs-1", f"{vcenter.name}-dvs", mtu=9000, lacp_groups=lacp, **inside)
    hosts = [{"vcenter_id": vcenter.id, "host_moid": f"host-{n}"} for n in range(HOSTS)]
    attached = [host | {"network_moid": f"network-{n}"} for host in hosts for n in range(NETWORKS)]
    members = [host | {"switch_moid": "dvs-1"} for host in hosts[:8]]
    cards = [
        {"vcenter_id": vcenter.id, "vm_moid": f"vm-{n}", "network_moid": f"network-{network}"}
        for n in range(VMS)
        for network in {1, n % NETWORKS}
    ]
    return (
        (Network, networks),
        (DistributedSwitch, [switch]),
        (HostNetwork, attached),
        (SwitchHost, members),
        (VmNetwork, cards),
    )


def _resource_pools(vcenter: Written) -> Sequence[tuple[type[Base], list[Row]]]:
    """A root pool for each cluster; below the first one a pool with a vApp in it."""
    below = ["resgroup-0", "resgroup-3"]
    pools = [
        _object(
            vcenter,
            f"resgroup-{n}",
            f"{vcenter.name}-pool-{n}",
            datacenter_moid="datacenter-1",
            folder_moid="group-v1" if n == POOLS - 1 else None,
            cluster_moid=f"domain-c{n}" if n < CLUSTERS else "domain-c0",
            parent_moid=None if n < CLUSTERS else below[n - CLUSTERS],
            is_vapp=n == POOLS - 1,
            cpu_shares_level="normal",
        )
        for n in range(POOLS)
    ]
    usage = [
        {"vcenter_id": vcenter.id, "moid": f"resgroup-{n}", "cpu_usage_mhz": 100 * n}
        for n in range(POOLS)
    ]
    return (ResourcePool, pools), (ResourcePoolUsage, usage)


def _virtual_machines(vcenter: Written) -> Sequence[tuple[type[Base], list[Row]]]:
    machines, usage, disks, hardware, guests, identifiers = [], [], [], [], [], []
    for n in range(VMS):
        key = {"vcenter_id": vcenter.id, "moid": f"vm-{n}"}
        host = n % HOSTS
        machines.append(
            _object(
                vcenter,
                f"vm-{n}",
                vm_name(vcenter, n),
                host_moid=f"host-{host}",
                cluster_moid=None if host == HOSTS - 1 else f"domain-c{host % CLUSTERS}",
                datacenter_moid="datacenter-1",
                folder_moid=f"group-v{2 + n % 2}",
                resource_pool_moid=f"resgroup-{n % POOLS}",
                power_state=STATES[n % len(STATES)],
                connection_state="connected",
                bios_uuid=vm_bios_uuid(vcenter, n),
                num_cpus=4,
                memory_bytes=8 * GIB,
                ip_address=ipaddress.ip_address(vm_address(vcenter, n)),
                ip_addresses=[ipaddress.ip_address(vm_address(vcenter, n))],
                custom_attributes=[{"name": "Owner", "value": f"team-{n % 7}"}],
            )
        )
        usage.append(key | {"storage_committed_bytes": n * GIB})
        places = {0, n % DATASTORES}
        edge = {"vcenter_id": vcenter.id, "vm_moid": f"vm-{n}"}
        disks += [edge | {"datastore_moid": f"datastore-{d}"} for d in places]
        hardware.append(key | _devices(vcenter, n))
        guests += [key | _guest(vcenter, n)] if n % 2 == 0 else []
        identifiers += _identifiers(vcenter, n)
    return (
        (VirtualMachine, machines),
        (VmUsage, usage),
        (VmDatastore, disks),
        (VmHardware, hardware),
        (VmGuest, guests),
        (Identifier, identifiers),
    )


def _devices(vcenter: Written, number: int) -> Row:
    disk = {
        "key": 2000,
        "label": "Hard disk 1",
        "capacity_bytes": 40 * GIB,
        "file_name": f"[ds] vm-{number}/vm-{number}.vmdk",
        "datastore_moid": "datastore-0",
        "uuid": str(uuid5(vcenter.uuid, f"disk-{number}")),
        "thin_provisioned": True,
        "disk_mode": "persistent",
        "controller_key": 1000,
        "unit_number": 0,
    }
    nic = {
        "key": 4000,
        "label": "Network adapter 1",
        "type": "VirtualVmxnet3",
        "mac_address": vm_mac(vcenter, number),
        "address_type": "assigned",
        "network_name": "prod",
        "network_moid": "network-1",
        "portgroup_key": None,
        "connected": True,
        "start_connected": True,
    }
    snapshot = {
        "moid": f"snapshot-{number}",
        "id": 1,
        "name": "before upgrade",
        "description": "",
        "created_at": "2026-10-01T08:00:00+00:00",
        "power_state": "poweredOff",
        "quiesced": False,
        "parent_moid": None,
        "is_current": True,
    }
    return {
        "row_hash": b"hash",
        "disk_count": 1,
        "nic_count": 1,
        "disk_capacity_bytes": 40 * GIB,
        "disks": [disk],
        "nics": [nic],
        "snapshots": [snapshot] if number % 10 == 0 else [],
    }


def _guest(vcenter: Written, number: int) -> Row:
    partition = {"path": "/", "capacity_bytes": 40 * GIB, "free_bytes": GIB, "disk_keys": [2000]}
    address = {
        "address": vm_address(vcenter, number),
        "prefix_length": 24,
        "origin": "manual",
        "state": "preferred",
    }
    return {
        "row_hash": b"hash",
        "partitions": [partition],
        "nics": [
            {"device_key": -1, "mac_address": None, "addresses": []},
            {"device_key": 4000, "mac_address": vm_mac(vcenter, number), "addresses": [address]},
        ],
        "ip_stacks": [{"host_name": f"vm-{number}", "gateways": ["10.0.0.254"]}],
        "operations_ready": True,
    }


def _identifiers(vcenter: Written, number: int) -> list[Row]:
    about = {"vcenter_id": vcenter.id, "type": "VirtualMachine", "moid": f"vm-{number}"}
    address = vm_address(vcenter, number)
    values = {
        "IP": address,
        "MAC": vm_mac(vcenter, number),
        "BIOS_UUID": str(vm_bios_uuid(vcenter, number)),
        "FQDN": f"vm-{number}.{vcenter.name}.test",
    }
    return [
        about
        | {"kind": kind, "value": value}
        | {"address": ipaddress.ip_address(address) if kind == "IP" else None}
        for kind, value in values.items()
    ]


def _state(vcenter: Written) -> Sequence[tuple[type[Base], list[Row]]]:
    counts = {
        InventoryType.Datacenter: 1,
        InventoryType.Folder: 4,
        InventoryType.Cluster: CLUSTERS,
        InventoryType.Host: HOSTS,
        InventoryType.Datastore: DATASTORES,
        InventoryType.Network: NETWORKS,
        InventoryType.DistributedSwitch: 1,
        InventoryType.ResourcePool: POOLS,
        InventoryType.VirtualMachine: VMS,
        InventoryType.StoragePod: 1,
    }
    run_id = uuid4()
    runs = [
        {
            "id": run_id if n == 0 else uuid4(),
            "vcenter_id": vcenter.id,
            "state": "SUCCEEDED",
            "requested_by": "schedule",
            "requested_at": AS_OF - timedelta(minutes=5 * n),
        }
        for n in range(5)
    ]
    states = [
        {
            "vcenter_id": vcenter.id,
            "type": kind.value,
            "tier": Tier.LIGHT.value,
            "as_of": AS_OF,
            "run_id": run_id,
            "row_count": count,
        }
        for kind, count in counts.items()
    ]
    return (SyncRun, runs), (CollectionState, states)
