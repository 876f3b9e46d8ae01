"""vCenter in, JSON out: folders, datacenters, attribute definitions as pyVmomi reads them."""

import asyncio

import pytest

from sync_agent.collector.target import Target
from tests.support import place_reader
from tests.support.reader import logged_in
from tests.support.system import System
from tests.support.vcsim import run_vcsim, vcsim_or_skip


def assert_same_places(system: System, name: str, content) -> None:
    """Every folder and datacenter is the same in the graph, and so are the definitions."""
    vcenter = system.vcenter(name)
    arguments = f', filter: {{vcenterId: {{eq: "{vcenter["id"]}"}}}}'
    folders = system.pages("folders", place_reader.FOLDER, arguments)
    datacenters = system.pages("datacenters", place_reader.DATACENTER, arguments)
    asked = f"query ($id: ID!) {{ vcenter(id: $id) {{ {place_reader.DEFINITIONS} }} }}"
    known = system.query(asked, id=vcenter["id"])["vcenter"]["customAttributeDefinitions"]

    assert folders
    assert datacenters
    assert {each["moid"]: each for each in folders} == place_reader.read_folders(content)
    assert {each["moid"]: each for each in datacenters} == place_reader.read_datacenters(content)
    assert known == place_reader.read_definitions(content)


def test_simulated_places_are_in_the_graph_as_pyvmomi_reads_them(system: System) -> None:
    vcenter = system.vcenters[0]
    account = (vcenter.host, vcenter.port, vcenter.username, vcenter.password)
    with logged_in(*account, system.ca_certificates) as content:
        kinds = {each["objectType"] for each in place_reader.read_definitions(content)}
        assert kinds == {None, "VirtualMachine"}
        assert_same_places(system, vcenter.name, content)


@pytest.mark.timeout(1200)  # the first run installs Go and compiles govmomi
def test_places_of_vcsim_are_in_the_graph_as_pyvmomi_reads_them(system: System) -> None:
    vcsim_or_skip()
    with run_vcsim(vms=20, seed=53) as vcenter:
        account = (vcenter.host, vcenter.port, vcenter.user, vcenter.password)
        asyncio.run(system.register(Target(*account, vcenter.certificate), "vcsim-places"))
        run = system.sync("vcsim-places")
        with logged_in(*account, vcenter.certificate) as content:
            assert run["state"] == "SUCCEEDED", run
            assert_same_places(system, "vcsim-places", content)
