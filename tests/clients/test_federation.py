"""The graph in a supergraph: composed with another subgraph, and both asked through a gateway.

Composition and gateway are Apollo's own, which others are measured by. Their licence (Elastic 2.0)
allows to use them; nothing of them is shipped.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest

from tests.clients.cost_centers import served
from tests.support import node
from tests.support.cookbook import statements
from tests.support.demo_estate import DemoEstate

PROJECT = Path(__file__).parent / "federation"
COUNT = 40
IDS = f"{{ virtualMachines(first: {COUNT}) {{ nodes {{ id name host {{ name }} }} }} }}"
WHO_PAYS = f"""{{ virtualMachines(first: {COUNT}) {{ nodes {{ id costCenter {{ code }} }} }} }}"""
FOR_WHAT = "{ costCenters { code virtualMachines { id name host { name } } } }"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the gateway answered, and what it asked of the subgraphs."""

    data: dict[str, Any]
    requests: list[tuple[str, str]]
    trace_id: str

    @property
    def subgraphs(self) -> list[str]:
        """In the order in which they were asked."""
        return [subgraph for subgraph, _ in self.requests]


@dataclass(frozen=True, slots=True)
class Supergraph:
    """What Apollo's composition and gateway made of both."""

    errors: list[Any]
    asked: dict[str, Asked]
    machines: dict[str, dict[str, Any]]
    """VMs by their IDs, as our graph shows them."""
    payers: dict[str, frozenset[str]]
    """IDs by the code of a cost center."""


@pytest.fixture(scope="module")
def supergraph(demo_estate: DemoEstate) -> Supergraph:
    """Both queries, asked through one gateway."""
    found = demo_estate.system.query(IDS)["virtualMachines"]["nodes"]
    ids = [machine["id"] for machine in found]
    payers = {"CC-1": frozenset(ids[::2]), "CC-2": frozenset(ids[1::2])}
    traces = {"who pays": token_hex(16), "for what": token_hex(16)}
    queries = {
        name: {"query": query, "traceparent": f"00-{traces[name]}-{token_hex(8)}-01"}
        for name, query in (("who pays", WHO_PAYS), ("for what", FOR_WHAT))
    }
    with served(payers) as costs:
        subgraphs = {"vminer": f"{demo_estate.system.url}/graphql", "costs": costs}
        given = {"VMINER_SUBGRAPHS": json.dumps(subgraphs), "VMINER_QUERIES": json.dumps(queries)}
        printed = json.loads(node.run(node.installed(PROJECT), "gateway.mjs", environment=given))
    return Supergraph(
        printed["errors"],
        {
            name: Asked(
                each["answer"]["data"],
                [(request["to"], request["query"]) for request in each["requests"]],
                traces[name],
            )
            for name, each in printed["found"].items()
        },
        {machine["id"]: machine for machine in found},
        payers,
    )


def test_the_schema_composes_with_another_subgraph(supergraph: Supergraph) -> None:
    assert supergraph.errors == []
    assert set(supergraph.asked) == {"who pays", "for what"}


def test_a_gateway_finds_who_pays_for_our_machines(supergraph: Supergraph) -> None:
    asked = supergraph.asked["who pays"]

    nodes = asked.data["virtualMachines"]["nodes"]
    assert {each["id"]: each["costCenter"]["code"] for each in nodes} == {
        id_: code for code, ids in supergraph.payers.items() for id_ in ids
    }
    assert asked.subgraphs == ["vminer", "costs"]


def test_a_gateway_finds_what_another_subgraph_refers_to(supergraph: Supergraph) -> None:
    asked = supergraph.asked["for what"]

    for center in asked.data["costCenters"]:
        ids = sorted(supergraph.payers[center["code"]])
        assert center["virtualMachines"] == [supergraph.machines[id_] for id_ in ids]


def test_all_that_another_subgraph_refers_to_is_one_request_and_a_statement_a_level(
    demo_estate: DemoEstate, supergraph: Supergraph
) -> None:
    asked = supergraph.asked["for what"]

    assert asked.subgraphs == ["costs", "vminer"]
    assert "_entities" in asked.requests[1][1]
    assert statements(demo_estate, asked.trace_id) == 2
