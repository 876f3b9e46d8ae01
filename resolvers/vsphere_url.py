"""Links back to the vSphere Client, made of what every row has: no statement reads anything for it.

    https://vc.example/ui/app/vm;nav=v/urn:vmomi:VirtualMachine:vm-42:<instanceUuid>/summary

VMware documents no form of these links; they are what the Client's address bar shows. Addresses of
7.0 and 8.0 that people published show the pages `vm` (documentation of Salt's `vmc_sddc`), `host`,
`cluster`, `datacenter`, `folder` (the vCenter itself is the root folder, group-d1), `vapp`,
`datastore` (nav=s) and `dvportgroup` (nav=n). Of the other kinds none was found: they get the older
form, which takes an object of any kind (6.7 and later lead on from it; VMware's own plug-in,
github.com/vmware/vic-ui, used it so, and github.com/Icinga/icingaweb2-module-vspheredb still does).
"""

from typing import Any, NamedTuple
from urllib.parse import quote, urlencode
from uuid import UUID

import strawberry

from resolvers.declare import NEEDS

HTTPS = "443"
ROOT_FOLDER = "group-d1"
LINKED = ("deleted_at", "vcenter_address", "moid", "vcenter_uuid", "is_vapp", "type")
"""What a link is made of; of the last two each kind of object has one or none."""
OLDER = "vsphere.core.inventory.serverObjectViewsExtension"


class Place(NamedTuple):
    """How the Client calls one kind of object, and where it shows it."""

    kind: str
    """vSphere's own name of it."""
    page: str | None
    """None: no page of its own is known."""
    tree: str
    """The tree beside it: hosts, VMs, storage or networks."""


TREES = {
    "h": "hostsAndClustersView",
    "v": "vmsAndTemplatesView",
    "s": "storageView",
    "n": "networkingView",
}
PLACES = {
    "Datacenter": Place("Datacenter", "datacenter", "h"),
    "Folder": Place("Folder", "folder", "h"),
    "Cluster": Place("ClusterComputeResource", "cluster", "h"),
    "Host": Place("HostSystem", "host", "h"),
    "Datastore": Place("Datastore", "datastore", "s"),
    "VirtualMachine": Place("VirtualMachine", "vm", "v"),
    "StoragePod": Place("StoragePod", None, "s"),
    "ResourcePool": Place("ResourcePool", None, "h"),
    "Network": Place("Network", None, "n"),
    "DistributedSwitch": Place("VmwareDistributedVirtualSwitch", None, "n"),
}
VAPP = Place("VirtualApp", "vapp", "h")
PORT_GROUP = Place("DistributedVirtualPortgroup", "dvportgroup", "n")
OPAQUE = Place("OpaqueNetwork", None, "n")


def link(address: str, place: Place, moid: str, uuid: UUID) -> str:
    """Return the link to one object; the address is host and port, joined by a colon.

    >>> link("vc.example:443", PLACES["Host"], "host-7", UUID(int=7))
    'https://vc.example/ui/app/host;nav=h/urn:vmomi:HostSystem:host-7:00000000-0000-0000-0000-000000000007/summary'
    >>> link("2001:db8::1:8443", PLACES["Network"], "network-1", UUID(int=7)).partition("&")[0]
    'https://[2001:db8::1]:8443/ui/#?extensionId=vsphere.core.inventory.serverObjectViewsExtension'
    """
    host, _, port = address.rpartition(":")
    host = f"[{host}]" if ":" in host else host
    client = f"https://{host}/ui/" if port == HTTPS else f"https://{host}:{port}/ui/"
    urn = f"urn:vmomi:{place.kind}:{quote(moid, safe='')}:{uuid}"
    if place.page is not None:
        return f"{client}app/{place.page};nav={place.tree}/{urn}/summary"
    tree = f"vsphere.core.viTree.{TREES[place.tree]}"
    query = urlencode({"extensionId": OLDER, "objectId": urn, "navigator": tree}, safe=":%")
    return f"{client}#?{query}"


def place_of(row: Any) -> Place:
    """Return where the Client shows a row; some kinds of ours are several of vSphere's."""
    name = type(row).__name__
    if name == "ResourcePool" and row.is_vapp:
        return VAPP
    if name == "Network" and row.type == "DistributedVirtualPortgroup":
        return PORT_GROUP
    if name == "Network" and row.type == "OpaqueNetwork":
        return OPAQUE
    return PLACES[name]


def vsphere_url(description: str) -> Any:
    """Show the link to an object of the inventory; null where it is gone from its vCenter."""

    def resolve(root: strawberry.Parent[Any]) -> str | None:
        if root.deleted_at is not None:
            return None
        return link(root.vcenter_address, place_of(root), root.moid, root.vcenter_uuid)

    return strawberry.field(resolver=resolve, description=description, metadata={NEEDS: LINKED})


def vcenter_url(description: str) -> Any:
    """Show the link to a vCenter."""

    def resolve(root: strawberry.Parent[Any]) -> str:
        address = f"{root.host}:{root.port}"
        return link(address, PLACES["Folder"], ROOT_FOLDER, root.instance_uuid)

    needs = {NEEDS: ("host", "port", "instance_uuid")}
    return strawberry.field(resolver=resolve, description=description, metadata=needs)
