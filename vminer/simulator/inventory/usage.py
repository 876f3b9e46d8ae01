"""A machine's volatile numbers: stable between two scans unless something moved them."""

from typing import TYPE_CHECKING, NamedTuple

from vminer.simulator.inventory.hardware import disk_sizes_gb
from vminer.simulator.inventory.ref import Ref

if TYPE_CHECKING:
    from vminer.simulator.inventory.machine import Machine


def _shift(machine: "Machine") -> int:
    return 17 * (machine.change.usage_shift + machine.frame.overlay.tick)


def cpu_mhz(machine: "Machine") -> int:
    """summary.quickStats.overallCpuUsage."""
    if machine.power_state != "poweredOn":
        return 0
    return (machine.dice[42] * 9 + _shift(machine)) % (2_000 * machine.cpu_count)


def guest_memory_mb(machine: "Machine") -> int:
    """summary.quickStats.guestMemoryUsage."""
    if machine.power_state != "poweredOn":
        return 0
    return (machine.memory_mb * machine.dice[43] // 256 + _shift(machine)) % machine.memory_mb


def host_memory_mb(machine: "Machine") -> int:
    """summary.quickStats.hostMemoryUsage."""
    return machine.memory_mb - machine.dice[44] if machine.power_state == "poweredOn" else 0


def ballooned_mb(machine: "Machine") -> int:
    """summary.quickStats.balloonedMemory."""
    return (
        machine.dice[45] * 4 if machine.power_state == "poweredOn" and machine.dice[46] < 5 else 0
    )


def swapped_mb(machine: "Machine") -> int:
    """summary.quickStats.swappedMemory."""
    return machine.dice[47] if machine.power_state == "poweredOn" and machine.dice[46] < 3 else 0


def _running(machine: "Machine", number: int) -> int:
    return number if machine.power_state == "poweredOn" else 0


def _since(machine: "Machine", major: int, number: int) -> int | None:
    """Releases before `major` do not have the number."""
    is_known = int(machine.frame.identity.release.version.partition(".")[0]) >= major
    return _running(machine, number) if is_known else None


def cpu_demand_mhz(machine: "Machine") -> int:
    """summary.quickStats.overallCpuDemand."""
    return cpu_mhz(machine) + _running(machine, machine.dice[49])


def cpu_readiness(machine: "Machine") -> int | None:
    """summary.quickStats.overallCpuReadiness: vSphere 7 and later."""
    return _since(machine, 7, machine.dice[46] % 5)


def cpu_entitlement_mhz(machine: "Machine") -> int:
    """summary.quickStats.staticCpuEntitlement."""
    return _running(machine, 1_500 * machine.cpu_count)


def cpu_drs_entitlement_mhz(machine: "Machine") -> int:
    """summary.quickStats.distributedCpuEntitlement."""
    return _running(machine, 60 + machine.dice[42] * 3)


def memory_entitlement_mb(machine: "Machine") -> int:
    """summary.quickStats.staticMemoryEntitlement."""
    return _running(machine, machine.memory_mb)


def memory_drs_entitlement_mb(machine: "Machine") -> int:
    """summary.quickStats.distributedMemoryEntitlement."""
    return _running(machine, machine.memory_mb - machine.dice[43])


def granted_mb(machine: "Machine") -> int | None:
    """summary.quickStats.grantedMemory: vSphere 7 and later."""
    return _since(machine, 7, machine.memory_mb)


def private_mb(machine: "Machine") -> int:
    """summary.quickStats.privateMemory."""
    return host_memory_mb(machine) - shared_mb(machine)


def shared_mb(machine: "Machine") -> int:
    """summary.quickStats.sharedMemory."""
    return _running(machine, machine.dice[45])


def compressed_kb(machine: "Machine") -> int:
    """summary.quickStats.compressedMemory."""
    return _running(machine, machine.dice[47] * 12 * (machine.dice[46] < 3))


def overhead_mb(machine: "Machine") -> int:
    """summary.quickStats.consumedOverheadMemory."""
    return _running(machine, 20 + machine.dice[44] // 4)


def active_mb(machine: "Machine") -> int | None:
    """summary.quickStats.activeMemory: counted as from vSphere 7."""
    return _since(machine, 7, guest_memory_mb(machine))


def provisioned_bytes(machine: "Machine") -> int:
    """What its disks may grow to."""
    return sum(disk_sizes_gb(machine)) * 1024**3


def committed_bytes(machine: "Machine") -> int:
    """summary.storage.committed."""
    return provisioned_bytes(machine) // 256 * (64 + machine.dice[48] // 2)


def uncommitted_bytes(machine: "Machine") -> int:
    """summary.storage.uncommitted."""
    return provisioned_bytes(machine) - committed_bytes(machine)


class OnDatastore(NamedTuple):
    """An element of storage.perDatastoreUsage."""

    datastore: Ref
    committed: int
    uncommitted: int
    unshared: int


def by_datastore(machine: "Machine") -> list[OnDatastore]:
    """storage.perDatastoreUsage: the first datastore has what the others leave."""
    totals = (committed_bytes(machine), uncommitted_bytes(machine), unshared_bytes(machine))
    first, *others = machine.datastores
    shares = [OnDatastore(each, *(total // 4 for total in totals)) for each in others]
    left = [total - len(others) * (total // 4) for total in totals]
    return [OnDatastore(first, *left), *shares]


def unshared_bytes(machine: "Machine") -> int:
    """summary.storage.unshared."""
    return committed_bytes(machine) // 20 * 19
