"""Groups that DRS rules speak of."""

import strawberry

from loaders.entity import HOST, VIRTUAL_MACHINE
from resolvers.declare import to_listed
from resolvers.part import entry
from resolvers.reference import HostRef, VirtualMachineRef


@strawberry.type(description="A group of VMs or of hosts that DRS rules speak of.")
class ClusterGroup:
    """One element of `clusters.groups`."""

    name: str | None = entry("name", "Name.")
    type: str | None = entry("type", "Vm or Host.")
    user_created: bool | None = entry("user_created", "Whether a person made it.")
    virtual_machine_moids: list[strawberry.ID] | None = entry(
        "virtual_machine_moids", "Moids of its VMs."
    )
    host_moids: list[strawberry.ID] | None = entry("host_moids", "Moids of its hosts.")
    virtual_machines: list[VirtualMachineRef] = to_listed(
        VIRTUAL_MACHINE, "virtual_machine_moids", "Its VMs."
    )
    hosts: list[HostRef] = to_listed(HOST, "host_moids", "Its hosts.")
