"""A machine's volatile numbers: stable between two scans unless something moved them."""

from typing import TYPE_CHECKING

from vminer.simulator.inventory.hardware import disk_sizes_gb

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


def provisioned_bytes(machine: "Machine") -> int:
    """What its disks may grow to."""
    return sum(disk_sizes_gb(machine)) * 1024**3


def committed_bytes(machine: "Machine") -> int:
    """summary.storage.committed."""
    return provisioned_bytes(machine) // 256 * (64 + machine.dice[48] // 2)


def uncommitted_bytes(machine: "Machine") -> int:
    """summary.storage.uncommitted."""
    return provisioned_bytes(machine) - committed_bytes(machine)


def unshared_bytes(machine: "Machine") -> int:
    """summary.storage.unshared."""
    return committed_bytes(machine) // 20 * 19
