"""Bytes of a bulk reply to records: our decoder against pyVmomi's, on the very same bytes.

Both run in one process, round after round in turn, so that what disturbs one disturbs the other.
pyVmomi makes its own objects of the bytes; ours makes finished records, hashes included.
"""

import asyncio
import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from statistics import median

from pyVmomi import vmodl
from pyVmomi.SoapAdapter import SoapResponseDeserializer, SoapStubAdapter
from pyVmomi.VmomiSupport import newestVersions

from models.enums import InventoryType, Tier
from runtime.collection import collect_seldom
from sync_agent.collector.detail import READINGS, detail_page
from sync_agent.collector.reply import parse_page
from sync_agent.collector.target import Target
from sync_agent.collector.tree import Tree
from sync_agent.records import DetailPage, Page
from tests.benchmarks.in_process import InProcessVCenter, Reading, Reply, read
from tests.benchmarks.place import Place
from tests.benchmarks.same_values import assert_same_hardware, assert_same_machines
from tests.benchmarks.table import Table, figure
from vminer.simulator.inventory.identity import identities

MACHINES = 1000
ROUNDS = 5
TARGET = Target("simulated", 443, "", "")
RESULT = vmodl.query.PropertyCollector.RetrieveResult


@dataclass(frozen=True, slots=True)
class Times:
    """CPU seconds of each round."""

    ours: list[float]
    pyvmomi: list[float]

    @property
    def ratios(self) -> list[float]:
        """How many times longer pyVmomi took, in each round."""
        return [theirs / ours for ours, theirs in zip(self.ours, self.pyvmomi, strict=True)]


def run(place: Place) -> list[Table]:
    """Compare both on the LIGHT and the HEAVY tier of one vCenter."""
    (identity,) = identities(7, [MACHINES])
    reading = asyncio.run(read(InProcessVCenter(identity, MACHINES)))
    assert_same_machines(light_pages(reading), _decoded(reading.light))
    assert_same_hardware(heavy_pages(reading), _decoded(reading.heavy))
    collect_seldom()  # as a worker does
    light = _timed(lambda: light_pages(reading), reading.light)
    heavy = _timed(lambda: heavy_pages(reading), reading.heavy)
    rows = (_row("LIGHT", reading.light, light), _row("HEAVY", reading.heavy, heavy))
    columns = (
        "tier",
        "KB/VM",
        "VMs/CPU s",
        "best",
        "MB/CPU s",
        "pyVmomi",
        "best",
        "ratio",
        "range",
    )
    notes = (
        f"{MACHINES} VMs in replies of 100, {ROUNDS} rounds in turn, medians unless it says best.",
        "HEAVY is devices and snapshots. All values of both decoders were compared first.",
        "Both look for reference cycles as seldom as a worker does: pyVmomi gains more by that.",
    )
    return [Table("decode: bytes to records", columns, rows, notes)]


def light_pages(reading: Reading) -> list[Page]:
    """Decode the replies about VMs as the agent does."""
    return [
        reading.scan._page(InventoryType.VirtualMachine, parse_page(body, TARGET, method).objects)
        for method, body in reading.light
    ]


def heavy_pages(reading: Reading) -> list[DetailPage]:
    """Decode the replies about devices as the agent does."""
    type_ = InventoryType.VirtualMachine
    build = partial(READINGS[type_, Tier.HEAVY].build, Tree())
    return [
        detail_page(type_, build, parse_page(body, TARGET, method).objects)
        for method, body in reading.heavy
    ]


def _decoded(replies: list[Reply]) -> list:
    """Return what pyVmomi makes of the replies."""
    stub = SoapStubAdapter(host="simulated", version=newestVersions.GetName("vim"))
    return [SoapResponseDeserializer(stub).Deserialize(body, RESULT) for _, body in replies]


def _timed(ours: Callable[[], object], replies: list[Reply]) -> Times:
    times = Times([], [])
    for _ in range(ROUNDS):
        times.ours.append(cpu_of(ours))
        times.pyvmomi.append(cpu_of(lambda: _decoded(replies)))
    return times


def cpu_of(work: Callable[[], object]) -> float:
    """Return the CPU seconds of some work in this process."""
    gc.collect()
    began = time.process_time()
    work()
    return time.process_time() - began


def _row(tier: str, replies: list[Reply], times: Times) -> tuple[str, ...]:
    size = sum(len(body) for _, body in replies)
    return (
        tier,
        figure(size / MACHINES / 1000, digits=2),
        figure(MACHINES / median(times.ours)),
        figure(MACHINES / min(times.ours)),
        figure(size / median(times.ours) / 1e6),
        figure(MACHINES / median(times.pyvmomi)),
        figure(MACHINES / min(times.pyvmomi)),
        f"{median(times.ratios):.1f}",
        f"{min(times.ratios):.1f}–{max(times.ratios):.1f}",
    )
