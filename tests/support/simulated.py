"""Simulated vCenters in another process, as their simulator describes them."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import orjson


@dataclass(frozen=True, slots=True)
class Simulated:
    """One simulated vCenter as its simulator describes it."""

    name: str
    host: str
    port: int
    username: str
    password: str
    instance_uuid: UUID
    vms: int


def described_in(path: Path) -> tuple[str, list[Simulated]]:
    """Return the address of the simulator's control endpoint, and its vCenters."""
    content = orjson.loads(path.read_bytes())
    vcenters = [
        Simulated(**each | {"instance_uuid": UUID(each["instance_uuid"])})
        for each in content["vcenters"]
    ]
    return content["control"], vcenters
