"""ResourcePool and VirtualApp."""

from collections.abc import Callable, Mapping
from typing import Any

from vminer.simulator.inventory.pool import MIB, Allocation, Usage
from vminer.simulator.render.entity import ENTITY
from vminer.simulator.render.node import (
    Link,
    Links,
    Node,
    Struct,
    boolean,
    enum,
    integer,
    long,
    text,
)


def _allocation(of: Callable[[Any], Allocation]) -> Struct:
    return Struct(
        "ResourceAllocationInfo",
        {
            "reservation": long(lambda pool: of(pool).reservation),
            "expandableReservation": boolean(lambda pool: of(pool).expandable),
            "limit": long(lambda pool: of(pool).limit),
            "shares": Struct(
                "SharesInfo",
                {
                    "shares": integer(lambda pool: of(pool).shares),
                    "level": enum("SharesLevel", lambda pool: of(pool).level),
                },
            ),
        },
    )


def _usage(of: Callable[[Any], Usage]) -> Struct:
    return Struct(
        "ResourcePoolResourceUsage",
        {
            "reservationUsed": long(lambda pool: of(pool).reserved),
            "reservationUsedForVm": long(lambda pool: of(pool).reserved // 2),
            "unreservedForPool": long(lambda pool: of(pool).available),
            "unreservedForVm": long(lambda pool: of(pool).available - 1),
            "overallUsage": long(lambda pool: of(pool).used),
            "maxUsage": long(lambda pool: of(pool).available + of(pool).reserved),
        },
    )


_CONFIG = Struct(
    "ResourceConfigSpec",
    {
        "entity": Link(lambda pool: pool.ref),
        "cpuAllocation": _allocation(lambda pool: pool.cpu),
        "memoryAllocation": _allocation(lambda pool: pool.memory),
    },
)

_RUNTIME = Struct(
    "ResourcePoolRuntimeInfo",
    {
        "memory": _usage(lambda pool: pool.memory_usage),
        "cpu": _usage(lambda pool: pool.cpu_usage),
        "overallStatus": enum("ManagedEntityStatus", lambda pool: pool.overall_status),
    },
)

_QUICK_STATS = Struct(
    "ResourcePoolQuickStats",
    {
        "overallCpuUsage": long(lambda pool: pool.cpu_usage.used),
        "overallCpuDemand": long(lambda pool: pool.cpu_usage.used + 40),
        "guestMemoryUsage": long(lambda pool: pool.memory_usage.used // MIB // 2),
        "hostMemoryUsage": long(lambda pool: pool.memory_usage.used // MIB),
        "distributedCpuEntitlement": long(lambda pool: pool.cpu_usage.used + 50),
        "distributedMemoryEntitlement": long(lambda pool: pool.memory_usage.used // MIB + 60),
        "staticCpuEntitlement": integer(lambda pool: pool.cpu_usage.available),
        "staticMemoryEntitlement": integer(lambda pool: pool.memory_usage.available // MIB),
        "privateMemory": long(lambda pool: pool.memory_usage.used // MIB - 20),
        "sharedMemory": long(lambda _: 20),
        "swappedMemory": long(lambda pool: pool.dice[6]),
        "balloonedMemory": long(lambda pool: pool.dice[7]),
        "overheadMemory": long(lambda pool: 64 + pool.dice[8]),
        "consumedOverheadMemory": long(lambda pool: 32 + pool.dice[8] // 2),
        "compressedMemory": long(lambda pool: 100 * pool.dice[9]),
    },
)

_SUMMARY: Mapping[str, Node] = {
    "name": text(lambda pool: pool.name),
    "config": _CONFIG,
    "runtime": _RUNTIME,
    "quickStats": _QUICK_STATS,
    "configuredMemoryMB": integer(lambda pool: pool.configured_memory_mb),
}

RESOURCE_POOL: Mapping[str, Node] = {
    **ENTITY,
    "summary": Struct("ResourcePoolSummary", _SUMMARY),
    "runtime": _RUNTIME,
    "owner": Link(lambda pool: pool.owner),
    "resourcePool": Links(lambda pool, _: pool.pools),
    "vm": Links(lambda pool, inventory: inventory.machines(pool.ref)),
    "config": _CONFIG,
}

VIRTUAL_APP: Mapping[str, Node] = {
    **RESOURCE_POOL,
    "parentFolder": Link(lambda pool: pool.folder),
    "summary": Struct(
        "VirtualAppSummary",
        {
            **_SUMMARY,
            "vAppState": enum("VirtualAppVAppState", lambda pool: pool.state),
            "suspended": boolean(lambda _: False),
            "installBootRequired": boolean(lambda _: False),
        },
    ),
}
