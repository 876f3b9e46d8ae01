"""vCenter in, JSON out: what the graph shows of hosts is what pyVmomi's own decoder reads."""

import asyncio

import pytest

from sync_agent.collector.target import Target
from tests.support.host_reader import SELECTION, read_hosts
from tests.support.reader import logged_in
from tests.support.storage_reader import in_any_order, without_zeros
from tests.support.system import System
from tests.support.vcsim import run_vcsim, vcsim_or_skip


def shown(system: System, name: str) -> dict[str, dict]:
    """Return every host the graph shows of a vCenter, by moid."""
    arguments = f', filter: {{vcenterId: {{eq: "{system.vcenter(name)["id"]}"}}}}'
    return {node["moid"]: node for node in system.pages("hosts", SELECTION, arguments)}


def test_every_simulated_host_is_in_the_graph_as_pyvmomi_reads_it(system: System) -> None:
    vcenter = system.vcenters[0]
    account = (vcenter.host, vcenter.port, vcenter.username, vcenter.password)
    with logged_in(*account, system.ca_certificates) as content:
        read = read_hosts(content)

    graph = shown(system, vcenter.name)

    assert len(read) > len(graph) * 0.9
    for moid, host in read.items():
        assert in_any_order(graph[moid]) == in_any_order(host)


def test_a_host_that_is_away_shows_no_hardware_and_no_guess(system: System) -> None:
    hosts = shown(system, system.vcenters[0].name).values()

    away = [host for host in hosts if host["connectionState"] != "connected"]

    assert away
    assert all(host["luns"] is None and host["ntpServers"] is None for host in away)
    assert all(host["hyperThreadingActive"] is None for host in away)


@pytest.mark.timeout(1200)  # the first run installs Go and compiles govmomi
def test_every_host_of_vcsim_is_in_the_graph_as_pyvmomi_reads_it(system: System) -> None:
    vcsim_or_skip()
    with run_vcsim(vms=20, seed=51) as vcenter:
        account = (vcenter.host, vcenter.port, vcenter.user, vcenter.password)
        target = Target(*account, vcenter.certificate)
        asyncio.run(system.register(target, "vcsim-hosts"))
        run = system.sync("vcsim-hosts")
        with logged_in(*account, vcenter.certificate) as content:
            read = read_hosts(content)

    graph = shown(system, "vcsim-hosts")

    assert run["state"] == "SUCCEEDED", run
    assert read
    assert in_any_order(without_zeros(graph)) == in_any_order(without_zeros(read))
