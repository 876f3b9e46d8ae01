"""Scalars and enumerations: what a column holds, as an answer shows it.

Most of what PostgreSQL's driver gives is right as it is. The rest is converted as Strawberry's own
executor does it, by the type's `coerce_output_value`.
"""

from collections.abc import Callable
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from uuid import UUID

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLString,
    is_leaf_type,
)

from graphql_api.plan.shape import GivesUpError
from loaders.held import Held, Kind
from resolvers.scalar import SCALARS, BigInt

AS_IT_IS = frozenset(
    {
        (Kind.TEXT, GraphQLString.name),
        (Kind.TEXT, GraphQLID.name),
        (Kind.INTEGER, GraphQLInt.name),
        (Kind.SMALL, GraphQLInt.name),
        (Kind.LONG, SCALARS[BigInt].name),
        (Kind.FLAG, GraphQLBoolean.name),
        (Kind.MOMENT, SCALARS[datetime].name),
        (Kind.UUID, SCALARS[UUID].name),
    }
)
"""What needs no conversion; moments are written by orjson, and UUIDs are wanted as text."""
SPELLED = (Kind.UUID, Kind.ADDRESS)
WHOLE_SECONDS = len("2026-11-27 04:17:00+00")

Convert = Callable[[Any], Any]


def converter_of_column(type_: Any, held: Held) -> Convert | None:
    """Return how a column's values, null apart, are shown; None: as they are.

    >>> from graphql import GraphQLInt, GraphQLString
    >>> converter_of_column(GraphQLString, Held(Kind.TEXT))
    >>> converter_of_column(GraphQLInt, Held(Kind.LONG))(7)
    7
    """
    if isinstance(type_, GraphQLList):
        return _converter_of_list(type_, held.kind)
    if isinstance(type_, GraphQLEnumType):
        names = {str(value.value): name for name, value in type_.values.items()}
        return names.get  # a newer vSphere may know more values: they are unknown here
    if held.kind is Kind.ADDRESS:
        return _address
    assert is_leaf_type(type_)
    return None if (held.kind, type_.name) in AS_IT_IS else converter(type_)


def as_it_is(type_: Any) -> frozenset[Any]:
    """Return the values of an enumeration that are shown by themselves; of other types none."""
    if not isinstance(type_, GraphQLEnumType):
        return frozenset()
    return frozenset(name for name, value in type_.values.items() if value.value == name)


def wanted_as_text(type_: Any, held: Held) -> bool:
    """Tell whether PostgreSQL spells values of a column as an answer shows them, or nearly."""
    return (held.kind in SPELLED or held.kind is Kind.MOMENT) and is_leaf_type(type_)


def converter_of_text(type_: Any, held: Held) -> Convert | None:
    """Return how a column is shown that is wanted as text."""
    return _moment if held.kind is Kind.MOMENT else converter_of_column(type_, held)


def is_spelled(type_: Any, held: Held) -> bool:
    """Tell whether the driver gives objects whose text is shown."""
    return held.kind in SPELLED and is_leaf_type(type_)


def converter(type_: GraphQLLeafType) -> Convert:
    """Return how any value of a leaf type is shown."""
    convert: Convert = type_.coerce_output_value
    return convert


def _address(text: str) -> str:
    """Return an address as Python spells it: PostgreSQL spells those of IPv4 inside of IPv6 apart.

    >>> _address("10.0.0.1"), _address("::ffff:10.0.0.1")
    ('10.0.0.1', '::ffff:a00:1')
    """
    return str(ip_address(text)) if ":" in text and "." in text else text


def _moment(text: str) -> str:
    """Return a moment as orjson writes it: the driver and orjson would take four times as long.

    >>> _moment("2026-11-27 04:17:00+00"), _moment("2026-11-27 04:17:00.5+00")
    ('2026-11-27T04:17:00+00:00', '2026-11-27T04:17:00.500000+00:00')
    """
    if len(text) == WHOLE_SECONDS and text.endswith("+00"):
        return f"{text[:10]}T{text[11:]}:00"
    return datetime.fromisoformat(text).isoformat()


def _converter_of_list(type_: GraphQLList[Any], kind: Kind) -> Convert:
    of = type_.of_type
    is_required = isinstance(of, GraphQLNonNull)
    item = of.of_type if is_required else of
    held = Held(kind)
    convert = converter(item) if is_spelled(item, held) else converter_of_column(item, held)

    def shown(items: list[Any]) -> list[Any]:
        if is_required and None in items:
            raise GivesUpError("a list holds null")
        if convert is None:
            return items
        return [None if item is None else convert(item) for item in items]

    return shown
