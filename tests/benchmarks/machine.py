"""The machine and its processes as /proc knows them: CPU seconds, memory, who else was busy."""

import os
import platform
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from vminer.stack.stack import Stack

MIB = 2**20
LOOP = 1_000_000


def described() -> str:
    """Return a line about the machine, with a yardstick for its speed at this moment."""
    memory = psutil.virtual_memory().total / 2**30
    load = ", ".join(f"{value:.1f}" for value in psutil.getloadavg())
    return (
        f"{psutil.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()};"
        f" load {load}; yardstick {yardstick() * 1000:.1f} ms"
    )


def yardstick() -> float:
    """Return the CPU seconds that a fixed loop takes now, the best of five.

    Figures of two runs can be compared only as far as their yardsticks agree.
    """
    return min(_loop() for _ in range(5))


def _loop() -> float:
    began = time.process_time()
    total = 0
    for number in range(LOOP):
        total += number
    return time.process_time() - began


def cpu_seconds(pid: int) -> float:
    """Return the CPU seconds of a process, its children, and those of them that ended."""
    process = psutil.Process(pid)
    total = 0.0
    for each in (process, *process.children(recursive=True)):
        try:
            total += sum(each.cpu_times()[:4])
        except psutil.NoSuchProcess:
            continue  # by now its parent counts it
    return total


def on_cpu_seconds(pid: int) -> float:
    """Return the seconds that a process of one thread was on a CPU, to the nanosecond."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def postgres_pids(stack: Stack) -> list[int]:
    """Return the parent process of each PostgreSQL server of a stack."""
    files = (stack.directory / "servers" / "postgres").glob("*/postmaster.pid")
    return [int(file.read_text().splitlines()[0]) for file in files]


def postgres_seconds(stack: Stack) -> float:
    """Return the CPU seconds of all PostgreSQL servers of a stack."""
    return sum(cpu_seconds(pid) for pid in postgres_pids(stack))


def rabbitmq_seconds(stack: Stack) -> float:
    """Return the CPU seconds of the message broker of a stack."""
    return sum(
        cpu_seconds(process.pid)
        for process in psutil.process_iter(["name", "cmdline"])
        if process.info["name"] == "beam.smp"
        and any(str(stack.directory) in argument for argument in process.info["cmdline"] or ())
    )


def pin(pid: int, cores: Sequence[int]) -> None:
    """Keep a process, its children and all their threads on some cores."""
    process = psutil.Process(pid)
    for each in (process, *process.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):  # PostgreSQL's workers come and go
            for thread in each.threads():
                with suppress(ProcessLookupError):
                    os.sched_setaffinity(thread.id, cores)


def rss_bytes(pid: int) -> int:
    """Return the memory a process holds now."""
    return int(psutil.Process(pid).memory_info().rss)


def peak_rss_bytes(pid: int) -> int:
    """Return the most memory a process has held since it began, or since `forget_peak`."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def forget_peak(pid: int) -> None:
    """Let the peak begin anew."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


@dataclass(frozen=True, slots=True)
class Busy:
    """CPU seconds of the whole machine at one moment."""

    seconds: float
    at: float

    @classmethod
    def now(cls) -> "Busy":
        """Read them."""
        times = psutil.cpu_times()
        idle = times.idle + times.iowait
        busy = sum(times[:8]) - idle  # stolen time is busy; guest time is user time already
        return cls(busy, time.monotonic())

    def others(self, since: "Busy", ours: float) -> float:
        """Return the share of the machine that others took, or the hypervisor, since a moment."""
        capacity = (self.at - since.at) * (psutil.cpu_count() or 1)
        return max(0.0, self.seconds - since.seconds - ours) / capacity
