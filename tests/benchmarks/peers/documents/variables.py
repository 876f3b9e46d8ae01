"""Variables of requests, each made of a VM that was drawn."""

from typing import Any

from resolvers.global_id import encode
from tests.benchmarks.peers.drawn import Drawn
from tests.benchmarks.queries import SCALARS

POWERED_ON = "poweredOn"


def scalars(count: int) -> str:
    """Return the selection of that many columns of a VM."""
    return " ".join(list(SCALARS)[:count])


def global_id(drawn: Drawn) -> dict[str, Any]:
    """Name the VM as vMiner does."""
    return {"id": encode("VirtualMachine", drawn.vcenter_uuid, drawn.moid)}


def vcenter(drawn: Drawn) -> dict[str, Any]:
    """Name its vCenter as vMiner does."""
    return {"vcenter": encode("VCenter", drawn.vcenter_uuid)}


def part(drawn: Drawn) -> dict[str, Any]:
    """Take a part of its name."""
    return {"part": drawn.part}


def pattern(drawn: Drawn) -> dict[str, Any]:
    """Take a part of its name, for ILIKE."""
    return {"pattern": f"%{drawn.part}%"}


def key(drawn: Drawn) -> dict[str, Any]:
    """Name the VM by its primary key."""
    return {"vcenterId": drawn.vcenter_id, "moid": drawn.moid}


def number(drawn: Drawn) -> dict[str, Any]:
    """Name its vCenter by its primary key."""
    return {"vcenterId": drawn.vcenter_id}


def number_and_state(drawn: Drawn) -> dict[str, Any]:
    """Name its vCenter by its primary key, and ask for what runs."""
    return {"vcenterId": drawn.vcenter_id, "powerState": POWERED_ON}


def address(drawn: Drawn) -> dict[str, Any]:
    """Take its address."""
    return {"address": drawn.ip_address}


def cluster(drawn: Drawn) -> dict[str, Any]:
    """Name its cluster as vMiner does."""
    assert drawn.cluster_moid is not None
    return {"id": encode("Cluster", drawn.vcenter_uuid, drawn.cluster_moid)}


def cluster_key(drawn: Drawn) -> dict[str, Any]:
    """Name its cluster by its primary key."""
    return {"vcenterId": drawn.vcenter_id, "moid": drawn.cluster_moid}
