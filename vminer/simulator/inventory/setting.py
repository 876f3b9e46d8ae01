"""What a machine's owner chose for it: allocation, hot plugging, boot, Tools, security."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from vminer.simulator.inventory.machine import Machine


class Allocation(NamedTuple):
    """Of CPU, in MHz, or of memory, in MiB; -1: no limit."""

    reservation: int
    limit: int
    level: str
    shares: int


_LEVELS = {"low": 1, "normal": 2, "high": 4}


def cpu_allocation(machine: "Machine") -> Allocation:
    """Shares grow with the number of CPUs; few machines have anything of their own."""
    die = machine.more_dice[2]
    level = _level(die)
    shares = 7_777 if level == "custom" else 500 * _LEVELS[level] * machine.cpu_count
    return Allocation(die * 4 if die % 9 == 0 else 0, 2_000 if die % 11 == 0 else -1, level, shares)


def memory_allocation(machine: "Machine") -> Allocation:
    """All of it is reserved where the reservation is locked."""
    die = machine.more_dice[3]
    level = _level(die)
    shares = 9_999 if level == "custom" else 5 * _LEVELS[level] * machine.memory_mb
    reservation = machine.memory_mb if is_reservation_locked(machine) else die * (die % 8 == 0)
    return Allocation(reservation, machine.memory_mb if die % 13 == 0 else -1, level, shares)


def _level(die: int) -> str:
    return {0: "low", 1: "high", 2: "custom"}.get(die % 32, "normal")


def is_reservation_locked(machine: "Machine") -> bool:
    """config.memoryReservationLockedToMax: one in sixteen."""
    return machine.more_dice[4] % 16 == 1


def cpu_hot_add(machine: "Machine") -> bool:
    """config.cpuHotAddEnabled."""
    return bool(machine.more_dice[5] & 1)


def cpu_hot_remove(machine: "Machine") -> bool:
    """config.cpuHotRemoveEnabled."""
    return machine.more_dice[5] % 16 == 3


def memory_hot_add(machine: "Machine") -> bool:
    """config.memoryHotAddEnabled."""
    return bool(machine.more_dice[5] & 2)


def latency_sensitivity(machine: "Machine") -> str:
    """config.latencySensitivity.level."""
    return "high" if machine.more_dice[6] % 64 == 1 else "normal"


def nested_virtualization(machine: "Machine") -> bool:
    """config.nestedHVEnabled."""
    return machine.more_dice[6] % 32 == 2


def change_tracking(machine: "Machine") -> bool:
    """config.changeTrackingEnabled: whatever is backed up has it."""
    return machine.more_dice[7] < 180


def disk_uuids(machine: "Machine") -> bool:
    """config.flags.diskUuidEnabled."""
    return machine.more_dice[8] % 8 == 1


def encryption_key(machine: "Machine") -> str | None:
    """config.keyId.keyId: one in fifty is encrypted."""
    return machine.more_dice[16:32].hex() if machine.more_dice[9] % 50 == 7 else None


def cpu_affinity(machine: "Machine") -> list[int]:
    """config.cpuAffinity.affinitySet: one in sixteen is bound to some logical CPUs."""
    return (
        [2 * each for each in range(machine.cpu_count)] if machine.more_dice[40] % 16 == 1 else []
    )


def boot_order(machine: "Machine") -> list[tuple[str, int]]:
    """config.bootOptions.bootOrder: kind and key; most leave it to the firmware."""
    disk, card = ("Disk", machine.disks[0].key), ("Ethernet", machine.nics[0].key)
    chosen = {1: [("Cdrom", 0), disk], 2: [card, disk], 3: [("Floppy", 0), disk]}
    return chosen.get(machine.more_dice[41] % 16, [])


def secure_boot(machine: "Machine") -> bool:
    """config.bootOptions.efiSecureBootEnabled: EFI only."""
    return machine.firmware == "efi" and machine.more_dice[10] < 128


def has_tpm(machine: "Machine") -> bool:
    """Windows 11 wants one."""
    return machine.firmware == "efi" and machine.more_dice[10] < 64


def boot_delay(machine: "Machine") -> int:
    """config.bootOptions.bootDelay, in milliseconds."""
    return 5_000 if machine.more_dice[11] % 10 == 1 else 0


def boot_retry(machine: "Machine") -> bool:
    """config.bootOptions.bootRetryEnabled."""
    return machine.more_dice[11] % 20 == 2


def bios_setup(machine: "Machine") -> bool:
    """config.bootOptions.enterBIOSSetup."""
    return machine.more_dice[11] % 40 == 3


def tools_policy(machine: "Machine") -> str:
    """config.tools.toolsUpgradePolicy."""
    return "upgradeAtPowerCycle" if machine.more_dice[12] < 64 else "manual"


def tools_sync_time(machine: "Machine") -> bool:
    """config.tools.syncTimeWithHost."""
    return machine.more_dice[12] % 8 == 1
