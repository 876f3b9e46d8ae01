"""Links to the vSphere Client, by kind of object."""

from dataclasses import dataclass
from uuid import UUID

import pytest

from loaders.entity import ENTITIES
from models.enums import NetworkType
from resolvers.node import TYPES
from resolvers.vsphere_url import PLACES, link, place_of

UUID_7 = UUID(int=7)


@dataclass
class ResourcePool:
    is_vapp: bool | None


@dataclass
class Network:
    type: NetworkType | None


def test_every_kind_of_object_has_its_place() -> None:
    inventory = {entity.name for entity in ENTITIES.values() if entity.is_inventory}

    assert set(PLACES) == inventory
    assert {cls.__name__ for entity, cls in TYPES.items() if entity.is_inventory} == inventory


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (ResourcePool(None), "ResourcePool"),
        (ResourcePool(True), "VirtualApp"),
        (Network(None), "Network"),
        (Network(NetworkType.Network), "Network"),
        (Network(NetworkType.DistributedVirtualPortgroup), "DistributedVirtualPortgroup"),
        (Network(NetworkType.OpaqueNetwork), "OpaqueNetwork"),
    ],
    ids=str,
)
def test_what_is_several_kinds_to_vsphere_is_told_apart(
    row: ResourcePool | Network, kind: str
) -> None:
    assert place_of(row).kind == kind


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("vc.example:443", "https://vc.example/ui/"),
        ("vc.example:8443", "https://vc.example:8443/ui/"),
        ("2001:db8::1:443", "https://[2001:db8::1]/ui/"),
    ],
    ids=["the usual port", "another port", "IPv6"],
)
def test_a_link_leads_to_where_the_vcenter_is(address: str, client: str) -> None:
    assert link(address, PLACES["VirtualMachine"], "vm-42", UUID_7).startswith(f"{client}app/vm;")


def test_a_moid_cannot_lead_elsewhere() -> None:
    odd = link("vc.example:443", PLACES["VirtualMachine"], "../#?&:", UUID_7)

    assert odd == (
        "https://vc.example/ui/app/vm;nav=v/urn:vmomi:VirtualMachine:..%2F%23%3F%26%3A:"
        f"{UUID_7}/summary"
    )


def test_a_kind_without_a_page_of_its_own_is_opened_by_its_reference() -> None:
    pool = link("vc.example:443", PLACES["ResourcePool"], "resgroup-8", UUID_7)

    assert pool == (
        "https://vc.example/ui/#?extensionId=vsphere.core.inventory.serverObjectViewsExtension"
        f"&objectId=urn:vmomi:ResourcePool:resgroup-8:{UUID_7}"
        "&navigator=vsphere.core.viTree.hostsAndClustersView"
    )
