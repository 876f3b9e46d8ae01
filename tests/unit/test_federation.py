"""The graph as a subgraph: what a router composes, and what clients see of it."""

import pytest
from graphql import (
    build_client_schema,
    build_schema,
    get_named_type,
    introspection_from_schema,
    is_union_type,
    parse,
    print_ast,
    validate_schema,
)
from graphql.language import ObjectTypeDefinitionNode, SchemaDefinitionNode

from graphql_api.pages import SCHEMA
from graphql_api.schema import core_schema, schema
from resolvers.federation import _sdl
from resolvers.node import TYPES

WITH_ID = {entity.name for entity in TYPES if entity.identity}
DEFINITIONS = parse(_sdl(schema)).definitions
TYPES_OF_SDL = (node for node in DEFINITIONS if isinstance(node, ObjectTypeDefinitionNode))
OBJECTS = {node.name.value: node for node in TYPES_OF_SDL}


def directives(name: str) -> list[str]:
    """Return what is applied to a type, as the SDL spells it."""
    return [print_ast(each) for each in OBJECTS[name].directives or ()]


@pytest.mark.parametrize("name", sorted(WITH_ID))
def test_a_type_with_an_id_is_an_entity_by_it(name: str) -> None:
    assert directives(name) == ['@key(fields: "id", resolvable: true)']


def test_nothing_else_is_an_entity() -> None:
    keyed = {name for name in OBJECTS if any("@key" in each for each in directives(name))}

    assert keyed == WITH_ID
    assert directives("PageInfo") == ["@shareable"]


def test_the_entities_a_router_may_ask_for_are_those_with_a_key() -> None:
    union = core_schema.type_map["_Entity"]
    assert is_union_type(union)
    query = core_schema.query_type
    assert query is not None

    assert {member.name for member in union.types} == WITH_ID
    entities = query.fields["_entities"]
    assert str(entities.type) == "[_Entity]!"
    assert str(entities.args["representations"].type) == "[_Any!]!"
    assert get_named_type(query.fields["_service"].type).name == "_Service"


def test_the_subgraph_says_which_version_of_the_federation_it_speaks() -> None:
    (definition,) = (node for node in DEFINITIONS if isinstance(node, SchemaDefinitionNode))

    (link,) = definition.directives or ()
    assert print_ast(link) == (
        '@link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key", "@shareable"])'
    )


def test_what_clients_get_is_a_sound_schema_without_applied_directives() -> None:
    published = SCHEMA.read_text()

    assert validate_schema(build_schema(published)) == []
    assert '@key(fields: "id"' not in published
    assert validate_schema(build_client_schema(introspection_from_schema(core_schema))) == []
