"""How managed object ids are spelled; the same ones occur in every vCenter, as in life."""

from vminer.simulator.inventory.layout import OPAQUE_NETWORK, STANDARD_NETWORK
from vminer.simulator.inventory.ref import Ref

FIRST_MACHINE = 1001
FIRST_HOST = 11
FIRST_CLUSTER = 8
FIRST_DATASTORE = 11
FIRST_NETWORK = 12
FIRST_PORTGROUP = 1000
PORTGROUP_BLOCK = 1000
FIRST_SWITCH = 20
FIRST_DATACENTER = 2
FOLDER_BLOCK = 100  # numbers per datacenter
POOL_LETTERS = ("", "p", "q")  # a root pool, one in it, one in that


def machine_ref(index: int) -> Ref:
    """vm-1001, vm-1002, …"""
    return Ref("VirtualMachine", f"vm-{FIRST_MACHINE + index}")


def host_ref(index: int) -> Ref:
    """host-11, …"""
    return Ref("HostSystem", f"host-{FIRST_HOST + index}")


def compute_ref(cluster: int | None) -> Ref:
    """domain-c8, …; the host that stands alone is in domain-s7."""
    if cluster is None:
        return Ref("ComputeResource", "domain-s7")
    return Ref("ClusterComputeResource", f"domain-c{FIRST_CLUSTER + cluster}")


def pool_ref(cluster: int | None, level: int = 0) -> Ref:
    """The root resource pool of a cluster or of the lone host, or one so far below it."""
    number = 7 if cluster is None else FIRST_CLUSTER + cluster
    return Ref("ResourcePool", f"resgroup-{POOL_LETTERS[level]}{number}")


def vapp_ref(cluster: int) -> Ref:
    """Each cluster has one vApp."""
    return Ref("VirtualApp", f"resgroup-v{FIRST_CLUSTER + cluster}")


def datastore_ref(index: int) -> Ref:
    """datastore-11, …"""
    return Ref("Datastore", f"datastore-{FIRST_DATASTORE + index}")


def storage_pod_ref(datacenter: int) -> Ref:
    """Each datacenter has one storage pod."""
    return Ref("StoragePod", f"group-p{3 + datacenter * FOLDER_BLOCK}")


def datacenter_ref(index: int) -> Ref:
    """datacenter-2, …"""
    return Ref("Datacenter", f"datacenter-{FIRST_DATACENTER + index}")


def network_ref(datacenter: int, network: int) -> Ref:
    """A datacenter's standard or opaque network, or one of its distributed port groups."""
    if network == STANDARD_NETWORK:
        return Ref("Network", f"network-{FIRST_NETWORK + datacenter}")
    if network == OPAQUE_NETWORK:
        return Ref("OpaqueNetwork", f"network-o{FIRST_NETWORK + datacenter}")
    number = FIRST_PORTGROUP + datacenter * PORTGROUP_BLOCK + network
    return Ref("DistributedVirtualPortgroup", f"dvportgroup-{number}")


def switch_ref(datacenter: int) -> Ref:
    """Each datacenter has one distributed switch."""
    return Ref("VmwareDistributedVirtualSwitch", f"dvs-{FIRST_SWITCH + datacenter}")


def top_folder_ref(letter: str, datacenter: int) -> Ref:
    """A datacenter's folder of machines (v), hosts (h), datastores (s) or networks (n)."""
    return Ref("Folder", f"group-{letter}{3 + datacenter * FOLDER_BLOCK}")


def environment_folder_ref(datacenter: int, environment: int) -> Ref:
    """vm/prod, vm/test, …"""
    return Ref("Folder", f"group-v{3 + datacenter * FOLDER_BLOCK + 10 * (environment + 1)}")


def leaf_folder_ref(datacenter: int, environment: int, child: int) -> Ref:
    """vm/prod/front, …: where machines are."""
    number = 3 + datacenter * FOLDER_BLOCK + 10 * (environment + 1) + 1 + child
    return Ref("Folder", f"group-v{number}")
