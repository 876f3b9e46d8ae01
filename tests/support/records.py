"""Records as a collector would make them, small and complete enough to be stored."""

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from ipaddress import ip_address
from uuid import UUID

from models.enums import IdentifierKind, InventoryType
from sync_agent.records import (
    About,
    Columns,
    DetailPage,
    DetailRecord,
    Ends,
    Page,
    Quarantined,
    Record,
)

ABOUT = About(
    instance_uuid=UUID(int=7),
    version="8.0.3",
    build="24022515",
    api_version="8.0.3.0",
    full_name="VMware vCenter Server 8.0.3 build-24022515",
)


def digest(*parts: object) -> bytes:
    return blake2b(repr(parts).encode(), digest_size=16).digest()


def bare(moids: Iterable[str]) -> Ends:
    """Return the ends of edges that hold nothing beside."""
    return {moid: {} for moid in moids}


def vm(
    number: int,
    *,
    unknown: Iterable[str] = (),
    unseen: Iterable[str] = (),
    usage: Columns | None = None,
    datastores: tuple[str, ...] | None = ("datastore-1",),
    networks: tuple[str, ...] | None = None,
    identifiers: Mapping[IdentifierKind, tuple[str, ...]] | None = None,
    **columns: object,
) -> Record:
    address = ip_address("10.0.0.0") + number
    unread = frozenset(unknown)
    out_of_sight = frozenset(unseen)
    filled: dict[str, object] = {
        "name": f"vm {number}",
        "host_moid": "host-1",
        "cluster_moid": "domain-c1",
        "power_state": "poweredOn",
        "is_template": False,
        "bios_uuid": UUID(int=number),
        "instance_uuid": UUID(int=2**100 + number),
        "change_version": "1",
        "guest_full_name": "Debian GNU/Linux 12 (64-bit)",
        "num_cpus": 4,
        "memory_bytes": 2**34,
        "guest_hostname": f"vm{number}.example.org",
        "ip_address": address,
        "ip_addresses": [address],
        "snapshot_count": 0,
        "oldest_snapshot_at": None,
    }
    left_out = unread | out_of_sight
    read = {name: value for name, value in (filled | columns).items() if name not in left_out}
    tied = {InventoryType.Datastore: datastores, InventoryType.Network: networks}
    carried = {
        IdentifierKind.IP: (str(address),),
        IdentifierKind.BIOS_UUID: (str(UUID(int=number)),),
    }
    return Record(
        type=InventoryType.VirtualMachine,
        moid=f"vm-{number}",
        columns=read,
        hash=digest(read, sorted(unread), datastores, networks, identifiers),
        unknown=unread,
        unseen=out_of_sight,
        usage=usage if usage is not None else {"cpu_usage_mhz": 100, "uptime_seconds": 60},
        edges={kind: bare(ends) for kind, ends in tied.items() if ends is not None},
        identifiers=carried if identifiers is None else identifiers,
    )


def host(number: int, *, unknown: Iterable[str] = (), **columns: object) -> Record:
    unread = frozenset(unknown)
    read = {"name": f"esx{number}", "connection_state": "connected", "num_cpu_cores": 32, **columns}
    return Record(
        type=InventoryType.Host,
        moid=f"host-{number}",
        columns=read,
        hash=digest(read, sorted(unread)),
        unknown=unread,
        usage={"cpu_usage_mhz": 4000},
    )


def mounted(*hosts: int, **seen: object) -> dict[str, Columns]:
    """Return how hosts see a datastore."""
    whole = {"access_mode": "readWrite", "mounted": True, "accessible": True, **seen}
    return {f"host-{number}": whole for number in hosts}


def datastore(
    number: int,
    *,
    unknown: Iterable[str] = (),
    mounts: Mapping[str, Columns] | None = None,
    **columns: object,
) -> Record:
    filled = {"name": f"store {number}", "type": "VMFS", "capacity_bytes": 2**42, **columns}
    unread = frozenset(unknown)
    read = {name: value for name, value in filled.items() if name not in unread}
    return Record(
        type=InventoryType.Datastore,
        moid=f"datastore-{number}",
        columns=read,
        hash=digest(read, sorted(unread), mounts),
        unknown=unread,
        usage={"free_space_bytes": 2**40},
        edges={} if mounts is None else {InventoryType.Host: mounts},
    )


def network(number: int, **columns: object) -> Record:
    read = {"name": f"net {number}", "type": "Network", "vlan_ranges": None, **columns}
    return Record(InventoryType.Network, f"network-{number}", read, digest(read))


def switch(number: int, *hosts: str, **columns: object) -> Record:
    read = {"name": f"switch {number}", "mtu": 9000, **columns}
    edges = {InventoryType.Host: bare(hosts)}
    return Record(
        InventoryType.DistributedSwitch, f"dvs-{number}", read, digest(read, hosts), edges=edges
    )


def hardware(
    number: int, *, change_version: str = "1", macs: tuple[str, ...] = (), **columns: object
) -> DetailRecord:
    read: dict[str, object] = {
        "change_version": change_version,
        "disk_count": 1,
        "nic_count": len(macs),
        "disk_capacity_bytes": 2**35,
        "disks": [{"key": 2000, "label": "Hard disk 1", "capacity_bytes": 2**35}],
        "nics": [{"key": 4000, "mac": mac} for mac in macs],
        "snapshots": [],
        **columns,
    }
    return DetailRecord(
        moid=f"vm-{number}",
        columns=read,
        hash=digest(read),
        identifiers={IdentifierKind.MAC: macs},
    )


def host_hardware(number: int, **columns: object) -> DetailRecord:
    parts: dict[str, object] = {
        key: []
        for key in (
            "physical_nics",
            "vmkernel_adapters",
            "standard_switches",
            "standard_port_groups",
            "proxy_switches",
            "bus_adapters",
            "luns",
            "services",
        )
    }
    read = parts | {"ntp_servers": ["ntp.test"], **columns}
    macs = {IdentifierKind.MAC: (f"b0:{number}",)}
    return DetailRecord(f"host-{number}", read, digest(read), macs)


def pages(
    *records: Record, quarantined: tuple[Quarantined, ...] = (), at_once: int = 100
) -> list[Page]:
    """Return the records as pages of one type each, quarantined objects on a page of their own."""
    made = []
    for type_ in InventoryType:
        several = [record for record in records if record.type is type_]
        made += [
            Page(type_, tuple(several[start : start + at_once]))
            for start in range(0, len(several), at_once)
        ]
    return made + [Page(odd.type, (), (odd,)) for odd in quarantined]


def guest(number: int, *, free: int = 2**30) -> DetailRecord:
    read: dict[str, object] = {
        "partitions": [{"path": "/", "capacity_bytes": 2**32, "free_bytes": free}],
        "nics": [],
        "ip_stacks": [],
        "app_state": "none",
    }
    return DetailRecord(moid=f"vm-{number}", columns=read, hash=digest(read))


def detail_page(*records: DetailRecord) -> DetailPage:
    return DetailPage(records)
