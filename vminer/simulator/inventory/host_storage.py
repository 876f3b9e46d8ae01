"""What a host sees of storage: adapters, LUNs, and the paths that lead to them."""

from typing import TYPE_CHECKING, NamedTuple

from vminer.simulator.inventory.dice import roll
from vminer.simulator.inventory.moid import FIRST_DATASTORE
from vminer.simulator.inventory.storage import Datastore

if TYPE_CHECKING:
    from vminer.simulator.inventory.host import Host

BLOCK = 512
TARGETS = 2
BOOT_BYTES = 480 * 10**9
LOW_WWN = 0x2100_0024_0000_0000
HIGH_WWN = -0x6FFF_FFDC_0000_0000
"""Above 2^63, which xsd:long shows as negative: 90:00:00:24:…"""


class Adapter(NamedTuple):
    """A host bus adapter."""

    device: str
    kind: str
    """Type of the API: HostBlockHba, HostFibreChannelHba, HostInternetScsiHba."""
    model: str
    driver: str
    pci: str
    status: str
    bus: int
    port_wwn: int = 0
    """Signed, as xsd:long is."""
    node_wwn: int = 0
    speed_gbit: int = 0
    iscsi_name: str = ""

    @property
    def key(self) -> str:
        return f"key-vim.host.{self.kind.removeprefix('Host')}-{self.device}"


class Path(NamedTuple):
    """One way to a LUN."""

    name: str
    adapter: Adapter
    state: str
    is_working: bool


class Lun(NamedTuple):
    """A disk, local or shared."""

    canonical_name: str
    display_name: str
    vendor: str
    model: str
    revision: str
    serial: str
    bytes: int
    ssd: bool
    local: bool
    policy: str
    array_policy: str
    queue_depth: int
    paths: tuple[Path, ...]

    @property
    def key(self) -> str:
        return f"key-vim.host.ScsiDisk-{self.uuid}"

    @property
    def uuid(self) -> str:
        return "02000000" + roll(self.canonical_name)[:18].hex()

    @property
    def blocks(self) -> int:
        return self.bytes // BLOCK


def adapters(host: "Host") -> tuple[Adapter, ...]:
    """One for the boot disk; the others Fibre Channel, or iSCSI in one cluster of three."""
    boot = Adapter(
        device="vmhba0",
        kind="HostBlockHba",
        model="Lewisburg SATA AHCI Controller",
        driver="vmw_ahci",
        pci="0000:00:17.0",
        status="unknown",
        bus=0,
    )
    makes = _iscsi if (host.cluster or 0) % 3 == 1 else _fibre
    return (boot, *(makes(host, number) for number in range(1, host.hba_count)))


def luns(host: "Host") -> tuple[Lun, ...]:
    """The boot disk, and the disks under each VMFS datastore."""
    boot, *others = adapters(host)
    indexes = (int(ref.moid.rpartition("-")[2]) - FIRST_DATASTORE for ref in host.datastores)
    stores = [Datastore(host.frame, index) for index in indexes]
    shared = [
        _shared(store, extent.disk, _paths(host, others, number))
        for number, store in enumerate(stores, start=1)
        for extent in store.extents
    ]
    return (_boot_disk(host, boot), *shared)


def _boot_disk(host: "Host", adapter: Adapter) -> Lun:
    serial = roll(host.dice, "boot")[:6].hex().upper()
    name = f"t10.ATA_____INTEL_SSDSC2KB480G8_{serial}"
    return Lun(
        canonical_name=name,
        display_name=f"Local ATA Disk ({name})",
        vendor="ATA     ",
        model="INTEL SSDSC2KB48",
        revision="0132",
        serial=serial,
        bytes=BOOT_BYTES,
        ssd=True,
        local=True,
        policy="VMW_PSP_FIXED",
        array_policy="VMW_SATP_LOCAL",
        queue_depth=31,
        paths=(Path("vmhba0:C0:T0:L0", adapter, "active", is_working=True),),
    )


def _shared(store: Datastore, disk: str, paths: tuple[Path, ...]) -> Lun:
    return Lun(
        canonical_name=disk,
        display_name=f"NETAPP Fibre Channel Disk ({disk})",
        vendor="NETAPP  ",
        model="LUN C-Mode      ",
        revision="9131",
        serial=disk[-12:],
        bytes=store.capacity_bytes,
        ssd=store.is_ssd,
        local=False,
        policy="VMW_PSP_RR",
        array_policy="VMW_SATP_ALUA",
        queue_depth=64,
        paths=paths,
    )


def _paths(host: "Host", over: list[Adapter], lun: int) -> tuple[Path, ...]:
    """Two targets each; one host in fifteen has lost the second target of the first adapter."""
    found = []
    for place, adapter in enumerate(over):
        for target in range(TARGETS):
            is_dead = host.index % 15 == 3 and (place, target) == (0, 1)
            name = f"{adapter.device}:C0:T{target}:L{lun}"
            state = "dead" if is_dead else "active"
            found.append(Path(name, adapter, state, is_working=not is_dead))
    return tuple(found)


def _fibre(host: "Host", number: int) -> Adapter:
    low = int.from_bytes(roll(host.dice, "vmhba", number)[:5])
    return Adapter(
        device=f"vmhba{number}",
        kind="HostFibreChannelHba",
        model="QLE2692 Dual Port 16Gb Fibre Channel to PCIe",
        driver="qlnativefc",
        pci=f"0000:3b:00.{number - 1}",
        status="offline" if host.index % 15 == 3 and number == 1 else "online",
        bus=number,
        port_wwn=LOW_WWN + low if number % 2 else HIGH_WWN + low,
        node_wwn=LOW_WWN - 2**56 + low,
        speed_gbit=16,
    )


def _iscsi(host: "Host", number: int) -> Adapter:
    return Adapter(
        device=f"vmhba{63 + number}",
        kind="HostInternetScsiHba",
        model="iSCSI Software Adapter",
        driver="iscsi_vmk",
        pci="",
        status="online",
        bus=number,
        iscsi_name=f"iqn.1998-01.com.vmware:{host.name}:{number}",
    )
