"""When a field may be null, and when never (docs/schema.md): checked over the whole schema."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    get_named_type,
    get_nullable_type,
    is_enum_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from graphql_api.schema import core_schema
from loaders.entity import Entity
from models.enums import InventoryType
from resolvers.declare import COLUMN, EDGE, Arity
from resolvers.node import TYPES
from resolvers.unknown import _names
from sync_agent.writer.layout import OBJECTS, USAGE

NEVER_NULL_THOUGH_COMPUTED = {
    "unknownFields": "empty where all is known",
    "isStale": "a comparison, false or true",
}
ENDS_THAT_MAY_BE_GONE = {
    "Change.vcenter": "changes outlive the vCenter they tell of",
}
ENUMERATIONS_OF_THE_SERVER = {
    "ApprovedMissing.type": "counted here, from this version's own list",
    "Duplicate.kind": "repeats the argument",
    "SearchHit.match": "how this server found it",
    "VirtualMachineMove.evidence": "found here, from this version's own list",
}
PARTS_THAT_ALWAYS_HOLD = {
    "CustomAttribute.name": "written by the collector, a number in place of a name",
    "CustomAttribute.value": "an attribute without a value is not set",
    "RunEpoch.epoch": "written by the run itself",
}
ROWS_OF_THEIR_OWN = {"Collection", "VirtualMachineMove"}
LISTS_WITH_GAPS = {
    "Query._entities": "so does the federation's specification",
    "Query.nodes": "null stands for what is not there, in the order of the IDs",
}


class Shown(NamedTuple):
    """A field of an object type, as GraphQL and as Strawberry have it."""

    path: str
    graphql: GraphQLField
    declared: StrawberryField
    entity: Entity | None

    @property
    def is_required(self) -> bool:
        return is_non_null_type(self.graphql.type)


def objects() -> Iterator[GraphQLObjectType]:
    for name, type_ in core_schema.type_map.items():
        if is_object_type(type_) and not name.startswith("__"):
            yield type_


def fields() -> Iterator[Shown]:
    entities = {entity.name: entity for entity in TYPES}
    for type_ in objects():
        definition = type_.extensions["strawberry-definition"]
        declared = {core_schema_name(field): field for field in definition.fields}
        for name, field in type_.fields.items():
            path = f"{type_.name}.{name}"
            yield Shown(path, field, declared[name], entities.get(type_.name))


def core_schema_name(field: StrawberryField) -> str:
    return field.graphql_name or to_camel_case(field.python_name)


FIELDS = list(fields())
OF_ENTITIES = [each for each in FIELDS if each.entity]
EDGES = [each for each in OF_ENTITIES if EDGE in each.declared.metadata]
COLUMNS = [each for each in OF_ENTITIES if COLUMN in each.declared.metadata and each not in EDGES]


def named(all_of: list[Shown]) -> object:
    return pytest.mark.parametrize("field", all_of, ids=[each.path for each in all_of])


@named(COLUMNS)
def test_a_column_is_never_null_in_the_graph_exactly_where_the_database_says_so(
    field: Shown,
) -> None:
    assert field.entity is not None
    column = field.entity.table.c.get(field.declared.metadata[COLUMN].key)
    is_stored = column is not None and not column.nullable

    if field.path.partition(".")[2] in NEVER_NULL_THOUGH_COMPUTED:
        assert field.is_required
    elif is_enum_type(get_named_type(field.graphql.type)):
        assert not field.is_required, "a newer vSphere may say what this version does not know"
    else:
        assert field.is_required == is_stored


@named(EDGES)
def test_an_edge_is_null_only_where_there_may_be_no_such_end(field: Shown) -> None:
    edge = field.declared.metadata[EDGE]

    if edge.arity is Arity.ONE:
        is_always_there = edge.keys == ("vcenter_id",) and field.path not in ENDS_THAT_MAY_BE_GONE
        assert field.is_required == is_always_there
    elif edge.arity in (Arity.CONNECTION, Arity.LIST):
        assert field.is_required
    elif COLUMN in field.declared.metadata:
        assert not field.is_required, "a slower tier may never have been read"


def test_parts_kept_as_json_may_lack_everything_but_what_is_listed() -> None:
    entries = [
        each
        for each in FIELDS
        if each.entity is None
        and COLUMN in each.declared.metadata
        and each.declared.base_resolver is None
        and each.path.partition(".")[0] not in ROWS_OF_THEIR_OWN
    ]

    assert {each.path for each in entries if each.is_required} == set(PARTS_THAT_ALWAYS_HOLD)


def test_an_enumeration_may_be_null_unless_the_server_itself_made_the_value() -> None:
    required = {
        each.path
        for each in FIELDS
        if is_enum_type(get_named_type(each.graphql.type)) and each.is_required
    }

    assert required == set(ENUMERATIONS_OF_THE_SERVER)


def test_no_list_has_gaps_but_those_that_are_listed() -> None:
    assert {each.path for each in FIELDS if _has_gaps(each.graphql.type)} == set(LISTS_WITH_GAPS)


def _has_gaps(type_: GraphQLOutputType) -> bool:
    plain = get_nullable_type(type_)
    return is_list_type(plain) and not is_non_null_type(plain.of_type)


def test_a_root_that_finds_one_object_may_be_null_and_a_root_that_lists_may_not() -> None:
    roots = core_schema.query_type
    assert roots is not None
    one = {name for name, field in roots.fields.items() if set(field.args) >= {"id"}}

    assert {name for name, field in roots.fields.items() if not is_non_null_type(field.type)} == one


@pytest.mark.parametrize("kind", InventoryType)
def test_whatever_may_be_unknown_is_named_by_a_field_that_is_there(kind: InventoryType) -> None:
    (cls,) = (cls for entity, cls in TYPES.items() if entity.name == kind)
    columns = [*OBJECTS[kind].columns, *(USAGE[kind].columns if kind in USAGE else ())]
    shown = set(core_schema.type_map[kind].fields)  # type: ignore[attr-defined]

    assert {_names(cls).get(column, to_camel_case(column)) for column in columns} <= shown


def test_exceptions_are_of_fields_that_exist() -> None:
    paths = {each.path for each in FIELDS}
    exceptions = (ENUMERATIONS_OF_THE_SERVER, PARTS_THAT_ALWAYS_HOLD, LISTS_WITH_GAPS)

    assert {*ENDS_THAT_MAY_BE_GONE}.union(*exceptions) <= paths
    assert set(NEVER_NULL_THOUGH_COMPUTED) <= {path.partition(".")[2] for path in paths}
