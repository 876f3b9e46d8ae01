"""Plans: which columns they read, what they join, and what they cost to keep."""

from types import SimpleNamespace
from typing import Any

import pytest
from graphql import get_variable_values, parse

from graphql_api.documents import Document, Documents
from graphql_api.plan.compiler import compile_plan
from graphql_api.plan.edges import Beside, ToOne
from graphql_api.plan.execute import MOST_VARIANTS, Plans
from graphql_api.plan.objects import ById
from graphql_api.plan.pages import Nodes, Pages
from graphql_api.plan.rows import Rows
from graphql_api.plan.run import Plan, Run
from graphql_api.plan.shape import GivesUpError, objects_in
from graphql_api.plan.switches import switches_of
from graphql_api.schema import core_schema
from graphql_api.settings import GatewaySettings
from loaders import build_loaders
from loaders.along import MOST_LEVELS
from loaders.scope import EVERYTHING

NO_SESSION: Any = None
CONTEXT: Any = SimpleNamespace(loaders=build_loaders(NO_SESSION, EVERYTHING))
"""Of requests that read nothing."""


def run_of(text: str, **variables: Any) -> Run:
    document = parse(text)
    operation: Any = document.definitions[0]
    declared = operation.variable_definitions or ()
    values: Any = get_variable_values(core_schema, declared, variables)
    return Run(compile_plan(core_schema, document, operation, values), values, CONTEXT)


def plan_of(text: str, **variables: Any) -> Plan:
    return run_of(text, **variables).plan


def machine(selection: str) -> ById:
    (by_id,) = plan_of(f'{{ virtualMachine(id: "x") {{ {selection} }} }}').root.by_id
    return by_id


def nodes_of(selection: str) -> Rows:
    (field,) = plan_of(f"{{ virtualMachines {{ nodes {{ {selection} }} }} }}").root.resolved.fields
    assert isinstance(field.shape, Pages)
    (nodes,) = field.shape.lists
    assert isinstance(nodes, Nodes)
    return nodes.shape


def test_columns_are_those_that_are_selected_in_the_order_of_the_answer() -> None:
    rows = nodes_of("name numCpus moid")

    assert rows.columns == ("name", "num_cpus", "moid")
    assert rows.keys == ("name", "numCpus", "moid")
    assert rows.steps == () == rows.conversions


def test_what_a_field_needs_beside_itself_stands_behind() -> None:
    rows = nodes_of("host { name } name vsphereUrl")

    assert rows.columns[:3] == ("vcenter_id", "name", "vcenter_id")
    assert set(rows.columns[3:]) == {
        *("host_moid", "deleted_at", "vcenter_address", "moid", "vcenter_uuid")
    }


def test_an_alias_is_a_key_and_never_a_column() -> None:
    rows = nodes_of("__init__: name constructor: name class: moid")

    assert rows.keys == ("__init__", "constructor", "class")
    assert rows.columns == ("name", "name", "moid")


def test_details_of_one_table_are_read_together_with_their_columns_alone() -> None:
    (step,) = nodes_of("disks { key } diskCount snapshots { name }").steps

    assert isinstance(step, Beside)
    assert [part.column for part in step.parts] == ["disks", "disk_count", "snapshots"]


def test_one_row_is_read_with_what_it_leads_to() -> None:
    by_id = machine("name host { name cluster { name } } vcenter { name }")

    assert [each.entity.name for each in by_id.joined] == ["Host", "VCenter"]
    assert [each.entity.name for each in by_id.joined[0].joined] == ["Cluster"]
    assert run_of('{ virtualMachine(id: "x") { host { cluster { name } } } }').is_single


def test_the_ends_of_lists_are_read_by_themselves() -> None:
    (step,) = nodes_of("host { name }").steps

    assert isinstance(step, ToOne)
    assert step.joined_at is None


@pytest.mark.parametrize(
    "text",
    [
        '{ virtualMachine(id: "x") { datastores { name } } }',
        '{ virtualMachine(id: "x") { disks { key } } }',
        '{ virtualMachine(id: "x") { name } host(id: "x") { name } }',
        "{ hosts { nodes { name } totalCount } }",
        "{ hosts(first: 51) { nodes { vcenter { name } } } }",
        "{ clusters { nodes { hosts { nodes { vcenter { name } } } } } }",
        "{ hosts { nodes { cluster { datastores { nodes { name } } } } } }",
        "{ hosts { a: nodes { vcenter { name } } b: nodes { name } } }",
        """{ hosts(orderBy: {field: version, direction: ASC}) {
            nodes { vcenter { name } } pageInfo { endCursor } } }""",
        "{ hosts { aggregates { count } totalCount } }",
        "{ hosts { nodes { name } aggregates { count } } }",
        "{ hosts { aggregates(groupBy: [cluster]) { group { cluster { name } } } } }",
        '{ search(text: "x") { matched } }',
    ],
)
def test_what_takes_several_statements_is_read_in_a_transaction(text: str) -> None:
    assert not run_of(text).is_single


@pytest.mark.parametrize(
    "text",
    [
        "{ hosts(first: 1000) { nodes { name } pageInfo { hasNextPage } } }",
        "{ hosts { nodes { vcenter { name } cluster { datacenter { name } } } } }",
        "{ hosts(last: 50) { edges { cursor node { cluster { name } } } pageInfo { endCursor } } }",
        '{ hosts(first: 1000, identifier: "10.0.0.1") { nodes { vcenter { name } } } }',
        "{ hosts(orderBy: {field: version, direction: ASC}) { nodes { vcenter { name } } } }",
        '{ hosts(filter: {name: {contains: "esx"}}) { totalCount } }',
        "{ hosts { aggregates(groupBy: [version]) { group { version } sum { memoryBytes } } } }",
    ],
    ids=[
        *("a page", "few rows", "with cursors", "an identifier", "in another order"),
        *("a count", "groups"),
    ],
)
def test_what_one_statement_reads_needs_no_transaction(text: str) -> None:
    assert run_of(text).is_single


def test_how_many_rows_a_page_has_is_known_when_it_is_asked_for() -> None:
    document = "query($n: Int) { hosts(first: $n) { nodes { vcenter { name } } } }"

    assert run_of(document, n=50).is_single
    assert not run_of(document, n=51).is_single


@pytest.mark.parametrize(
    ("selection", "entities", "is_all"),
    [
        ("host { name cluster { name } }", ["Host"], True),
        ("host { oemStrings } vcenter { name }", ["VCenter"], False),
        ("disks { key } datastores { name }", ["Datastore"], False),
        (" ".join(f"n{n}: datastores {{ name }}" for n in range(9)), ["Datastore"] * 5, False),
    ],
    ids=["two levels", "a list in a column", "parts beside", "too many"],
)
def test_what_goes_along_with_a_page_is_bounded(
    selection: str, entities: list[str], *, is_all: bool
) -> None:
    along, is_whole = nodes_of(selection).taken_along()

    assert [each.entity.name for each in along] == entities
    assert sum(each.levels for each in along) <= MOST_LEVELS
    assert is_whole is is_all


def test_the_same_selection_is_made_once_however_many_types_share_it() -> None:
    inner = "id"
    for _ in range(3):
        inner = f"vcenter {{ syncRuns {{ nodes {{ id {inner} }} }} }}"
    document = f'{{ node(id: "x") {{ ... on InventoryObject {{ {inner} }} }} }}'
    (field,) = plan_of(document).root.resolved.fields

    ends = {
        id(step.end)
        for shape in field.shape.shapes.values()  # type: ignore[attr-defined]
        if isinstance(shape, Rows)
        for step in shape.steps
        if isinstance(step, ToOne)
    }
    assert len(ends) == 1


def test_objects_count_as_often_as_they_stand_in_an_answer() -> None:
    shared: Any = {"name": "x", "tags": ["a", "b"]}
    for _ in range(5):
        shared = {"nodes": [{"host": shared} for _ in range(10)]}

    assert objects_in(shared) == 10 + 10 * (10 + 10 * (10 + 10 * (10 + 10 * 10)))


@pytest.mark.parametrize(
    ("text", "is_shared"),
    [
        ("{ hosts { nodes { vcenter { name } virtualMachines { nodes { name } } } } }", False),
        ("{ hosts { nodes { vcenter { hosts { nodes { name } } } } } }", True),
        ("{ virtualMachines { nodes { datastores { hosts { nodes { name } } } } } }", True),
        ("{ virtualMachines { nodes { host { cluster { tags: name vcenter { id } } } } } }", False),
        ('{ virtualMachine(id: "x") { host { virtualMachines { nodes { name } } } } }', True),
    ],
)
def test_lists_below_what_many_rows_lead_to_are_counted(text: str, *, is_shared: bool) -> None:
    assert plan_of(text).shares_lists is is_shared


@pytest.mark.parametrize("text", ["{ __schema { types { name } } }", "mutation { __typename }"])
def test_what_plans_are_not_made_of_is_told(text: str) -> None:
    with pytest.raises(GivesUpError):
        plan_of(text)


def test_the_variables_of_directives_decide_and_no_others() -> None:
    document = parse(
        "query($a: Boolean!, $b: Boolean!, $c: Int) { hosts(first: $c) { nodes @skip(if: $a)"
        " { ... @include(if: $b) { name } } } }"
    )

    assert switches_of(document) == ("a", "b")


def prepared(text: str) -> Document:
    return Documents(core_schema, GatewaySettings()).prepare(text)


def test_each_value_of_a_directives_variable_has_a_plan_of_its_own() -> None:
    document = prepared("query($a: Boolean!) { hosts { nodes { name moid @skip(if: $a) } } }")
    plans = Plans(core_schema)

    keys = [
        plans.run(document, {"a": value}, None, CONTEXT).plan.root for value in (True, False, True)
    ]

    assert keys[0] is keys[2] is not keys[1]


def test_no_more_than_some_plans_of_a_document_are_kept() -> None:
    names = [f"v{n}" for n in range(6)]
    declared = ", ".join(f"${name}: Boolean!" for name in names)
    fields = " ".join(f"{name}: name @skip(if: ${name})" for name in names)
    document = prepared(f"query({declared}) {{ hosts {{ nodes {{ id {fields} }} }} }}")
    plans = Plans(core_schema)

    for number in range(2 ** len(names)):
        given = {name: bool(number >> place & 1) for place, name in enumerate(names)}
        plans.run(document, given, None, CONTEXT)

    assert len(document.plans.known) == MOST_VARIANTS
