"""vCenter in, JSON out: what the graph shows is what pyVmomi's own decoder reads."""

import asyncio
from random import Random

import pytest

from sync_agent.collector.target import Target
from tests.support import network_reader, pool_reader
from tests.support.reader import SELECTION, comparable, logged_in, read_machines
from tests.support.system import System
from tests.support.vcsim import run_vcsim, vcsim_or_skip

SAMPLE = 50
FILTER = ", filter: {vcenterId: {eq: %s}}"


def shown(system: System, name: str) -> dict[str, dict]:
    """Return every VM the graph shows of a vCenter, by moid."""
    arguments = FILTER % f'"{system.vcenter(name)["id"]}"'
    found = system.pages("virtualMachines", SELECTION, arguments, first=20)
    return {node["moid"]: comparable(node) for node in found}


def assert_same(read: dict[str, dict], graph: dict[str, dict]) -> None:
    """Fifty machines, chosen at random, are the same in both."""
    for moid in Random(50).sample(sorted(read), SAMPLE):
        assert graph[moid] == read[moid]


def surroundings(content) -> dict[str, dict[str, dict]]:
    """Return every network, switch and resource pool of a vCenter, by root and moid."""
    return {
        "networks": network_reader.read_networks(content),
        "distributedSwitches": network_reader.read_switches(content),
        "resourcePools": pool_reader.read_pools(content),
    }


def assert_surroundings(system: System, name: str, read: dict[str, dict[str, dict]]) -> None:
    """All of them are the same in the graph."""
    selections = {
        "networks": network_reader.NETWORK,
        "distributedSwitches": network_reader.SWITCH,
        "resourcePools": pool_reader.POOL,
    }
    arguments = FILTER % f'"{system.vcenter(name)["id"]}"'
    for root, expected in read.items():
        found = system.pages(root, selections[root], arguments)
        assert expected, root
        assert {node["moid"]: network_reader.plain(node) for node in found} == expected


@pytest.mark.timeout(600)  # pyVmomi reads 150 whole machines, on a machine that may be busy
def test_every_simulated_machine_is_in_the_graph_as_pyvmomi_reads_it(system: System) -> None:
    vcenter = system.vcenters[1]
    account = (vcenter.host, vcenter.port, vcenter.username, vcenter.password)
    with logged_in(*account, system.ca_certificates) as content:
        read = read_machines(content)

    graph = shown(system, vcenter.name)

    assert len(graph) == vcenter.vms
    assert len(read) > vcenter.vms / 2
    for moid, machine in read.items():
        assert graph[moid] == machine


def test_simulated_networks_switches_and_pools_are_in_the_graph_as_pyvmomi_reads_them(
    system: System,
) -> None:
    vcenter = system.vcenters[0]
    account = (vcenter.host, vcenter.port, vcenter.username, vcenter.password)
    with logged_in(*account, system.ca_certificates) as content:
        read = surroundings(content)

    kinds = {network["type"] for network in read["networks"].values()}
    assert kinds == {"Network", "DistributedVirtualPortgroup", "OpaqueNetwork"}
    assert {True, False} <= {network["isUplink"] for network in read["networks"].values()}
    assert any(network["primaryVlanId"] for network in read["networks"].values())
    assert_surroundings(system, vcenter.name, read)


@pytest.mark.timeout(1200)  # the first run installs Go and compiles govmomi
def test_fifty_machines_of_vcsim_are_in_the_graph_as_pyvmomi_reads_them(system: System) -> None:
    vcsim_or_skip()
    with run_vcsim(vms=120, seed=50) as vcenter:
        target = Target(
            vcenter.host, vcenter.port, vcenter.user, vcenter.password, vcenter.certificate
        )
        asyncio.run(system.register(target, "vcsim"))
        run = system.sync("vcsim")
        account = (vcenter.host, vcenter.port, vcenter.user, vcenter.password)
        with logged_in(*account, vcenter.certificate) as content:
            read = read_machines(content)
            around = surroundings(content)

    graph = shown(system, "vcsim")

    assert run["state"] == "SUCCEEDED", run
    assert len(graph) == 120
    assert_same(read, graph)
    assert_surroundings(system, "vcsim", around)
