"""`_entities` and `_service` in answers: what a router asks of a subgraph."""

from typing import Any
from uuid import uuid4

import pytest

from resolvers import global_id
from resolvers.federation import MOST_REPRESENTATIONS
from tests.support.graph import Graph

ENTITIES = """query($of: [_Any!]!) { _entities(representations: $of) {
  __typename ... on InventoryObject { id name } ... on VCenter { id vcenterName: name } } }"""


def of(graph: Graph, name: str, moid: str = "", *, vcenter: int = 0) -> dict[str, Any]:
    id_ = global_id.encode(name, graph.vcenters[vcenter].uuid, moid)
    return {"__typename": name, "id": id_}


async def test_entities_come_in_the_order_of_their_representations_a_statement_for_each_type(
    graph: Graph,
) -> None:
    wanted = [
        *(of(graph, "VirtualMachine", f"vm-{n}", vcenter=n % 3) for n in range(60)),
        *(of(graph, "Host", f"host-{n}") for n in range(5)),
        of(graph, "VCenter", vcenter=1),
        of(graph, "Host", "host-1"),
    ]

    answer = await graph.ask(ENTITIES, of=wanted)

    found = answer.data["_entities"]
    assert answer.statements == 3
    assert [{"__typename": e["__typename"], "id": e["id"]} for e in found] == wanted
    assert found[-2]["vcenterName"] == "beta"


async def test_what_is_not_there_is_null(graph: Graph) -> None:
    stranger = {"__typename": "Host", "id": global_id.encode("Host", uuid4(), "host-1")}

    answer = await graph.ask(ENTITIES, of=[of(graph, "Host", "host-999"), stranger])

    assert answer.data["_entities"] == [None, None]


@pytest.mark.parametrize(
    ("representation", "code"),
    [
        ({"__typename": "Toaster", "id": "x"}, "INVALID_REPRESENTATION"),
        ({"__typename": "PageInfo", "id": "x"}, "INVALID_REPRESENTATION"),
        ({"__typename": "Host"}, "INVALID_REPRESENTATION"),
        ({"__typename": "Host", "id": 7}, "INVALID_REPRESENTATION"),
        ({"id": "x"}, "INVALID_REPRESENTATION"),
        ({"__typename": ["Host"], "id": "x"}, "INVALID_REPRESENTATION"),
        ("Host", "INVALID_REPRESENTATION"),
        ([], "INVALID_REPRESENTATION"),
        ({"__typename": "Host", "id": "nonsense"}, "INVALID_ID"),
        (
            {"__typename": "Host", "id": global_id.encode("VCenter", uuid4())},
            "INVALID_ID",
        ),
    ],
    ids=lambda value: str(value)[:50],
)
async def test_what_is_no_reference_costs_the_others_nothing(
    graph: Graph, representation: Any, code: str
) -> None:
    wanted = [of(graph, "Host", "host-1"), representation]

    data, errors, _ = await graph._execute(ENTITIES, {"of": wanted})

    assert errors == [code]
    assert data is not None
    assert data["_entities"][0]["id"] == wanted[0]["id"]
    assert data["_entities"][1] is None


async def test_so_many_and_no_more(graph: Graph) -> None:
    most = [of(graph, "Host", "host-1")] * MOST_REPRESENTATIONS

    answer = await graph.ask(ENTITIES, of=most)
    beyond = await graph.fail(ENTITIES, of=[*most, most[0]])

    assert (answer.statements, len(answer.data["_entities"])) == (1, MOST_REPRESENTATIONS)
    assert beyond == ["PAGE_SIZE"]


async def test_the_subgraph_shows_its_schema_without_reading_anything(graph: Graph) -> None:
    answer = await graph.ask("{ _service { sdl } }")

    assert (
        'type Host implements InventoryObject & Node @key(fields: "id"'
        in (answer.data["_service"]["sdl"])
    )
    assert answer.statements == 0
