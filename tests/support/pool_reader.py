"""Reads resource pools and vApps with pyVmomi's own decoder; says what a graph shows.

Like `reader`, it shares no code with the collector.
"""

from typing import Any

from pyVmomi import vim

from tests.support.network_reader import moids_of
from tests.support.reader import MIB, _decoded, attribute_names, read_all
from tests.support.reader_parts import attributes_of

POOL = """
  moid name isVapp vappState overallStatus path configuredMemoryBytes
  cpuReservationMhz cpuLimitMhz cpuExpandableReservation cpuShares cpuSharesLevel
  memoryReservationBytes memoryLimitBytes memoryExpandableReservation memoryShares
  memorySharesLevel cpuUsageMhz cpuReservationUsedMhz memoryUsageBytes memoryMaxUsageBytes
  customAttributes { name value }
  parent { moid } cluster { moid } host { moid } virtualMachines(first: 1000) { nodes { moid } }
"""


def read_pools(content: Any) -> dict[str, dict[str, Any]]:
    """Return, by moid, what the graph must show of every resource pool and vApp."""
    kinds = (vim.ResourcePool, vim.Folder, vim.Datacenter, vim.ComputeResource)
    named: dict[str, tuple[str, Any]] = {}
    for kind in kinds:
        for moid, found in read_all(content, kind, ["name", "parent"]).items():
            named[moid] = (_decoded(found["name"]), found.get("parent"))
    wanted = ["config", "customValue", "name", "overallStatus", "owner", "parent", "runtime", "vm"]
    pools = read_all(content, vim.ResourcePool, [*wanted, "summary.configuredMemoryMB"])
    vapps = read_all(content, vim.VirtualApp, ["summary"])
    clusters = read_all(content, vim.ClusterComputeResource, ["name"])
    alone = {
        moid: {"moid": found["host"][0]._moId}
        for moid, found in read_all(content, vim.ComputeResource, ["host"]).items()
        if moid not in clusters
    }
    attributes = attribute_names(content)
    return {
        moid: _pool(moid, found, named)
        | {
            "isVapp": moid in vapps,
            "vappState": vapps[moid]["summary"].vAppState if moid in vapps else None,
            "customAttributes": attributes_of(found, attributes),
            "host": alone.get(found["owner"]._moId),
        }
        for moid, found in pools.items()
    }


def _pool(moid: str, found: dict[str, Any], named: dict[str, Any]) -> dict[str, Any]:
    names, above = [_decoded(found["name"])], found["parent"]
    while above is not None and above._moId in named:
        names.append(named[above._moId][0])
        above = named[above._moId][1]
    cpu, memory = found["config"].cpuAllocation, found["config"].memoryAllocation
    is_root = not isinstance(found["parent"], vim.ResourcePool)
    is_clustered = isinstance(found["owner"], vim.ClusterComputeResource)
    runtime, configured = found["runtime"], found.get("summary.configuredMemoryMB")
    return {
        "moid": moid,
        "name": names[0],
        "overallStatus": found["overallStatus"],
        "path": "/" + "/".join(reversed(names)),
        "configuredMemoryBytes": None if configured is None else configured * MIB,
        "cpuReservationMhz": cpu.reservation,
        "cpuLimitMhz": None if cpu.limit == -1 else cpu.limit,
        "cpuExpandableReservation": cpu.expandableReservation,
        "cpuShares": cpu.shares.shares,
        "cpuSharesLevel": cpu.shares.level,
        "memoryReservationBytes": memory.reservation * MIB,
        "memoryLimitBytes": None if memory.limit == -1 else memory.limit * MIB,
        "memoryExpandableReservation": memory.expandableReservation,
        "memoryShares": memory.shares.shares,
        "memorySharesLevel": memory.shares.level,
        "cpuUsageMhz": runtime.cpu.overallUsage,
        "cpuReservationUsedMhz": runtime.cpu.reservationUsed,
        "memoryUsageBytes": runtime.memory.overallUsage,
        "memoryMaxUsageBytes": runtime.memory.maxUsage,
        "parent": None if is_root else {"moid": found["parent"]._moId},
        "cluster": {"moid": found["owner"]._moId} if is_clustered else None,
        "virtualMachines": moids_of(found["vm"]),
    }
