"""DRS rules of clusters."""

import strawberry

from loaders.entity import VIRTUAL_MACHINE
from resolvers.declare import to_listed
from resolvers.part import entry
from resolvers.reference import VirtualMachineRef


@strawberry.type(description="A DRS rule: which VMs stay together, apart, or on which hosts.")
class ClusterRule:
    """One element of `clusters.rules`."""

    key: int | None = entry("key", "Number of the rule inside its cluster.")
    name: str | None = entry("name", "Name.")
    type: str | None = entry(
        "type",
        "Affinity (VMs together), AntiAffinity (apart), VmHost (on some hosts, or not there), "
        "Dependency (VMs restarted after others).",
    )
    enabled: bool | None = entry("enabled", "Whether it is on.")
    mandatory: bool | None = entry("mandatory", "Whether it must hold, not only should.")
    user_created: bool | None = entry("user_created", "Whether a person made it.")
    in_compliance: bool | None = entry("in_compliance", "Whether it holds now.")
    uuid: str | None = entry("uuid", "UUID of the rule.")
    virtual_machine_moids: list[strawberry.ID] | None = entry(
        "virtual_machine_moids", "Moids of the VMs of an Affinity or AntiAffinity rule."
    )
    vm_group: str | None = entry("vm_group", "Group of VMs that a VmHost rule is about.")
    affine_host_group: str | None = entry(
        "affine_host_group", "Group of hosts that those VMs are to run on."
    )
    anti_affine_host_group: str | None = entry(
        "anti_affine_host_group", "Group of hosts that those VMs are not to run on."
    )
    depends_on_vm_group: str | None = entry(
        "depends_on_vm_group", "Group of VMs that are restarted first."
    )
    virtual_machines: list[VirtualMachineRef] = to_listed(
        VIRTUAL_MACHINE, "virtual_machine_moids", "VMs of an Affinity or AntiAffinity rule."
    )
