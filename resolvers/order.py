"""How lists are ordered: by declared columns, completed to a total order, unknown values placed."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from strawberry import UNSET

from loaders.entity import Entity
from loaders.order import Order
from loaders.page import Page
from loaders.relation import Relation
from resolvers.enums import publish
from runtime.errors import InvalidArgumentError, OrderNeedsVCenterError

MOST_COLUMNS = 3


class OrderDirection(StrEnum):
    """Direction of one column."""

    ASC = "ASC"
    DESC = "DESC"


class NullsPlacement(StrEnum):
    """Place of unknown values."""

    FIRST = "FIRST"
    LAST = "LAST"


publish(
    OrderDirection,
    "Direction of an order.",
    ASC="From small to large, from old to new.",
    DESC="From large to small, from new to old.",
)
publish(
    NullsPlacement,
    "Where rows stand whose value is unknown or unset.",
    FIRST="Before all others.",
    LAST="Behind all others.",
)


def order_of(entity: Entity, given: Sequence[Any] | None) -> tuple[Order, ...]:
    """Return the total order that `orderBy` asks for; empty: the entity's own.

    What is equal is ordered by the key of its kind, in the direction of the last column.

    Raises:
        InvalidArgumentError: too many columns, or one of them twice.
    """
    if given is None or given is UNSET or not given:
        return ()
    if len(given) > MOST_COLUMNS:
        raise InvalidArgumentError(f"A list is ordered by at most {MOST_COLUMNS} columns.")
    orders = [_order(entity, each) for each in given]
    columns = [order.column for order in orders]
    if len(set(columns)) < len(columns):
        raise InvalidArgumentError("A list is ordered by each column once.")
    is_descending = orders[-1].is_descending
    key = [order for order in entity.key_order if order.column not in columns]
    orders += [order.reversed if is_descending else order for order in key]
    return tuple(orders)


def refuse_costly(relation: Relation, page: Page) -> None:
    """Let an order that no index gives be asked for inside of few vCenters only.

    Raises:
        OrderNeedsVCenterError: it would sort all VMs of the estate.
    """
    entity = relation.target
    if not (page.order and entity.is_vast and relation.is_root):
        return
    is_narrow = page.in_one_vcenter or page.scope is not None
    if not is_narrow and not entity.has_index(page.order[0].column):
        raise OrderNeedsVCenterError(
            f"Ordering all {entity.plural.replace('_', ' ')} of the estate by this column would"
            " sort them all: give `filter: {vcenterId: …}`, or order by a column with an index"
            " (docs/lists.md)."
        )


def _order(entity: Entity, given: Any) -> Order:
    """Return one column of an order; Strawberry hands over the bare values of enumerations."""
    return entity.ordered_by(
        given.field,
        is_descending=given.direction == OrderDirection.DESC,
        nulls_first=given.nulls == NullsPlacement.FIRST,
    )
