"""gql, the Python client: it fetches the schema, checks documents against it, and asks."""

from collections.abc import Iterator

import pytest
from gql import Client, gql
from gql.transport.httpx import HTTPXTransport
from graphql import GraphQLError

from tests.support.cookbook import ask
from tests.support.demo_estate import DemoEstate
from tests.support.pages import GUIDE, blocks
from tests.support.recipe import named

ASKED = (
    "02-largest-machines",
    "08-who-has-this-address",
    "19-chargeback",
    "20-follow-the-changes",
    "25-how-the-sync-ended",
)


@pytest.fixture(scope="module")
def client(demo_estate: DemoEstate) -> Iterator[Client]:
    transport = HTTPXTransport(url=f"{demo_estate.system.url}/graphql", timeout=30)
    made = Client(transport=transport, fetch_schema_from_transport=True)
    made.connect_sync()
    yield made
    made.close_sync()


@pytest.mark.parametrize("name", ASKED)
def test_gql_is_answered_as_any_other_client(
    demo_estate: DemoEstate, client: Client, name: str
) -> None:
    recipe = named(name)
    request = gql(recipe.document)
    request.variable_values = demo_estate.unmasked(recipe.variables)

    answer = client.session.execute(request)

    assert client.schema is not None
    assert demo_estate.mask().masked(answer) == ask(demo_estate, recipe).data


def test_gql_refuses_what_the_schema_does_not_have(client: Client) -> None:
    with pytest.raises(GraphQLError, match="Cannot query field 'colour'"):
        client.session.execute(gql("{ hosts(first: 1) { nodes { colour } } }"))


def test_the_guides_program_prints_machines(
    demo_estate: DemoEstate, capsys: pytest.CaptureFixture[str]
) -> None:
    (program,) = [block for block in blocks(GUIDE, "python") if "import Client" in block]

    exec(program.replace("http://localhost:8000", demo_estate.system.url), {})

    assert len(capsys.readouterr().out.splitlines()) == 10
