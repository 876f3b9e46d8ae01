"""vCenter in, JSON out: clusters, datastores and pods as pyVmomi's own decoder reads them."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from sync_agent.collector.target import Target
from tests.support import storage_reader
from tests.support.reader import logged_in
from tests.support.system import System
from tests.support.vcsim import run_vcsim, vcsim_or_skip

Read = Callable[[Any], dict[str, dict[str, Any]]]
KINDS: dict[str, tuple[Read, str]] = {
    "clusters": (storage_reader.read_clusters, storage_reader.CLUSTERS),
    "datastores": (storage_reader.read_datastores, storage_reader.DATASTORES),
    "storagePods": (storage_reader.read_pods, storage_reader.PODS),
}


def shown(system: System, name: str, kind: str) -> dict[str, dict]:
    """Return every object of a kind that the graph shows of a vCenter, by moid."""
    arguments = f', filter: {{vcenterId: {{eq: "{system.vcenter(name)["id"]}"}}}}'
    found = {node["moid"]: node for node in system.pages(kind, KINDS[kind][1], arguments)}
    for node in found.values():
        if "datastores" in node:
            node["datastores"]["nodes"].sort(key=lambda each: each["moid"])
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_simulated_object_is_in_the_graph_as_pyvmomi_reads_it(
    system: System, kind: str
) -> None:
    vcenter = system.vcenters[0]
    account = (vcenter.host, vcenter.port, vcenter.username, vcenter.password)
    with logged_in(*account, system.ca_certificates) as content:
        read = KINDS[kind][0](content)

    graph = shown(system, vcenter.name, kind)

    assert graph
    assert storage_reader.in_any_order(graph) == storage_reader.in_any_order(read)


@pytest.mark.timeout(1200)  # the first run installs Go and compiles govmomi
def test_the_cluster_and_the_datastore_of_vcsim_are_as_pyvmomi_reads_them(system: System) -> None:
    vcsim_or_skip()
    with run_vcsim(vms=20, seed=52) as vcenter:
        account = (vcenter.host, vcenter.port, vcenter.user, vcenter.password)
        asyncio.run(system.register(Target(*account, vcenter.certificate), "vcsim-storage"))
        run = system.sync("vcsim-storage")
        with logged_in(*account, vcenter.certificate) as content:
            read = {kind: KINDS[kind][0](content) for kind in ("clusters", "datastores")}

    graph = {kind: shown(system, "vcsim-storage", kind) for kind in read}

    assert run["state"] == "SUCCEEDED", run
    comparable = [storage_reader.without_zeros(each) for each in (graph, read)]
    assert storage_reader.in_any_order(comparable[0]) == storage_reader.in_any_order(comparable[1])
