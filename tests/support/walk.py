"""Documents that follow everything a schema offers, made from the schema itself.

A field that is added is walked from then on; an argument of a type that nobody has a value for here
stops the tests until somebody gives it one.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)

Samples = Mapping[str, Sequence[str]]
"""IDs of objects, by type."""

VALUES = {
    "String": '"a"',
    "Int": "1",
    "BigInt": "1",
    "Float": "1.5",
    "Boolean": "true",
    "DateTime": '"2026-01-01T00:00:00Z"',
    "UUID": '"4237909a-6c1e-0a3b-9f0e-0025b5a10a1f"',
    "IPAddress": '"10.0.0.1"',
    "MACAddress": '"00:50:56:00:00:01"',
    "JSON": "{}",
}
REFERENCE = "_Any"
"""What other graphs of a federation refer to objects by."""
PLACES = {"first", "after", "last", "before", "cursor"}
"""Arguments that say which part of a list is wanted; not what is in it."""
DEEPEST = 4
"""Input objects inside of each other, in one value."""


@dataclass(frozen=True, slots=True)
class Walk:
    """Walks a schema with real IDs."""

    schema: GraphQLSchema
    samples: Samples
    texts: Sequence[str] = ()
    """Texts that stand for something real, as identifiers; tried where any text may stand."""

    def roots(self, *, every_value: bool = True) -> Iterator[tuple[str, str]]:
        """Yield (field, document) for every root field with every argument it takes.

        Of lists that stand together below a root, each with a value for each argument: how such an
        argument narrows a list, the list at the root tells. So do all lists without `every_value`.
        """
        query = self._object("Query")
        for name, field in query.fields.items():
            for inner, one in self._below(field).items():
                for arguments in self._some_calls(one):
                    selection = self.selection(one.type)
                    yield name, f"{{ {name} {{ {inner}{arguments} {selection} }} }}"
            if self._below(field):
                continue
            for arguments in self.calls(field, every_value=every_value):
                yield name, f"{{ {name}{arguments} {self.selection(field.type)} }}"

    def mutations(self) -> Iterator[tuple[str, str, str]]:
        """Yield (field, type of ID, document) for every mutation with every kind of ID."""
        for name, field in self._object("Mutation").fields.items():
            for type_, ids in self.samples.items():
                for id_ in ids:
                    arguments = ", ".join(f"{key}: {json.dumps(id_)}" for key in field.args)
                    selection = self.selection(field.type)
                    yield name, type_, f"mutation {{ {name}({arguments}) {selection} }}"

    def edges(self, type_name: str) -> Iterator[tuple[str, str]]:
        """Yield (field, document) for what a type leads to, and one document for all its values.

        `$ids` are of objects of this type.
        """
        fields = self._object(type_name).fields
        values = [
            name for name, field in fields.items() if is_leaf_type(get_named_type(field.type))
        ]
        chosen = {"values": " ".join(values)} | {
            name: f"{name} {self.selection(field.type)}"
            for name, field in fields.items()
            if name not in values
        }
        for name, selection in chosen.items():
            of_nodes = f"... on {type_name} {{ {selection} }}"
            yield name, f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ {of_nodes} }} }}"

    def lists(self) -> Iterator[tuple[str, str]]:
        """Yield (type, field) for every root list of objects that have IDs."""
        types = {f"{name}Connection": name for name in self.node_types()}
        for name, field in self._object("Query").fields.items():
            if (connection := get_named_type(field.type).name) in types:
                yield types[connection], name

    def node_types(self) -> list[str]:
        """Return every type whose objects have IDs."""
        node = self.schema.type_map["Node"]
        assert isinstance(node, GraphQLInterfaceType)
        return sorted(each.name for each in self.schema.get_possible_types(node))

    def selection(self, type_: Any, alias: str = "") -> str:
        """Return a selection of everything that is to be had without leaving the next object.

        `alias`: begins the names of fields in an answer; types of a union may hold fields of the
        same name and another type.
        """
        named = get_named_type(type_)
        if is_leaf_type(named):
            return ""
        if isinstance(named, GraphQLUnionType):
            each = [
                f"... on {one.name} {self.selection(one, f'{one.name}_')}" for one in named.types
            ]
            return "{ __typename " + " ".join(each) + " }"
        is_end = "Node" in {named.name, *(each.name for each in named.interfaces)}
        chosen = ["__typename"]
        for name, field in named.fields.items():
            if any(is_required_argument(argument) for argument in field.args.values()):
                continue
            shown = f"{alias}{name}: {name}" if alias else name
            if is_leaf_type(get_named_type(field.type)):
                chosen.append(shown)
            elif not is_end:
                chosen.append(f"{shown} {self.selection(field.type)}")
        return "{ " + " ".join(chosen) + " }"

    def calls(self, field: GraphQLField, *, every_value: bool = True) -> Iterator[str]:
        """Yield ways to call a field: what is required, then with each other argument in turn."""
        required = {k: a for k, a in field.args.items() if is_required_argument(a)}
        for given in self._required(field, required):
            yield _call(given)
            for name, argument in field.args.items():
                if name in required or name in PLACES:
                    continue
                kind = get_named_type(argument.type).name
                own = map(json.dumps, self._ids(field)) if kind == "ID" else None
                values = own or self._values(argument.type, 0)
                is_whole = every_value or kind in ("ID", "String")
                for value in values if is_whole else islice(values, 1):
                    yield _call({**given, name: value})

    def _below(self, field: GraphQLField) -> Mapping[str, GraphQLField]:
        """Return the lists that stand together below a root; of other roots nothing."""
        named = get_named_type(field.type)
        if field.args or not isinstance(named, GraphQLObjectType):
            return {}
        return named.fields if all(inner.args for inner in named.fields.values()) else {}

    def _some_calls(self, field: GraphQLField) -> Iterator[str]:
        yield ""
        for name, argument in field.args.items():
            value = None if name in PLACES else next(self._values(argument.type, 0), None)
            if value is not None:
                yield _call({name: value})

    def _required(
        self, field: GraphQLField, arguments: Mapping[str, GraphQLArgument]
    ) -> Iterator[dict[str, str]]:
        """Yield values for what must be given; IDs are of what the field leads to."""
        if not arguments:
            yield {}
            return
        ((name, argument),) = arguments.items()
        inner = get_named_type(argument.type)
        if inner.name != "ID":
            yield from ({name: value} for value in self._values(argument.type, 0))
            return
        ids = self._ids(field)
        if isinstance(_nullable(argument.type), GraphQLList):
            yield {name: json.dumps(ids)}
        else:
            yield from ({name: json.dumps(id_)} for id_ in ids)

    def _ids(self, field: GraphQLField) -> list[str]:
        """Return IDs of what a field leads to."""
        leads_to = get_named_type(field.type)
        ids = [
            id_
            for type_, found in self.samples.items()
            if leads_to.name in (type_, "Node")
            for id_ in found
        ]
        assert ids, f"no sample of a {leads_to}"
        return ids

    def _values(self, type_: Any, depth: int) -> Iterator[str]:
        """Yield literals of an input type: for input objects one for each of their fields.

        Of what stands inside of an input object the first that can be given is enough: filters lead
        to each other, and all that they could say together would take hours.
        """
        type_ = _nullable(type_)
        if isinstance(type_, GraphQLList):
            yield from (f"[{value}]" for value in self._values(type_.of_type, depth))
        elif isinstance(type_, GraphQLEnumType):
            yield from type_.values
        elif isinstance(type_, GraphQLInputObjectType):
            yield from self._conditions(type_, depth)
        elif type_.name == REFERENCE:
            for name, ids in self.samples.items():
                yield from (f"{{__typename: {json.dumps(name)}, id: {json.dumps(i)}}}" for i in ids)
        elif type_.name == "ID":
            yield json.dumps(self.samples["VCenter"][0])
        elif type_.name == "String" and depth == 0:
            yield from map(json.dumps, self.texts)
        else:
            yield VALUES[type_.name]

    def _conditions(self, type_: GraphQLInputObjectType, depth: int) -> Iterator[str]:
        if depth >= DEEPEST:
            return
        required = {
            name: next(self._values(field.type, depth + 1))
            for name, field in type_.fields.items()
            if is_required_input_field(field)
        }
        if required:
            yield _literal(required)
        for name, field in type_.fields.items():
            value = next(self._values(field.type, depth + 1), None)
            if name not in required and value is not None:
                yield _literal({**required, name: value})

    def _object(self, name: str) -> GraphQLObjectType:
        found = self.schema.type_map[name]
        assert isinstance(found, GraphQLObjectType)
        return found


def something(value: Any, *at: str) -> Iterator[tuple[str, ...]]:
    """Yield where an answer holds anything: not null, no, zero, empty, or the name of a type."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name != "__typename":
                yield from something(inner, *at, name)
    elif isinstance(value, list):
        for inner in value:
            yield from something(inner, *at)
    elif value not in (None, False, 0, ""):
        yield at


def _nullable(type_: Any) -> Any:
    return type_.of_type if isinstance(type_, GraphQLNonNull) else type_


def _literal(fields: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{name}: {value}" for name, value in fields.items()) + "}"


def _call(arguments: Mapping[str, str]) -> str:
    given = ", ".join(f"{name}: {value}" for name, value in arguments.items())
    return f"({given})" if given else ""
