"""Keyset cursors: where a row stands in its list's order, bound to that very list.

A cursor carries the values of the list's order columns in its row, and a hash of the list: its
name, its parent, its filter. Used with another list it is refused rather than misread.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from loaders.listing import ListKey
from loaders.order import Long, Order
from resolvers.opaque import seal, unseal
from runtime.errors import InvalidCursorError

LONGEST = 4000
INT_MAX = 2**31 - 1
LONG_MAX = 2**63 - 1


def list_hash(key: ListKey) -> str:
    """Return what distinguishes a list, its order too, whichever of its pages is asked for."""
    page = key.page
    conditions = sorted(repr(condition) for condition in page.conditions)
    order = [(o.column, o.is_descending, o.nulls_first) for o in page.order]
    what = (key.relation.name, key.parent, conditions, page.include_deleted, order)
    return sha256(repr(what).encode()).hexdigest()[:12]


def encode(list_id: str, values: Sequence[Any]) -> str:
    """Return the cursor of a row whose order columns hold these values."""
    texts = [v if v is None or isinstance(v, int | str) else _text(v) for v in values]
    raw = json.dumps([list_id, *texts], ensure_ascii=False, separators=(",", ":"))
    return seal(raw.encode())


def decode(text: str, list_id: str, order: Sequence[Order]) -> tuple[Any, ...]:
    """Return the values of the order's columns.

    Raises:
        InvalidCursorError: it is no cursor of ours, or of another list.
    """
    try:
        issued_for, *texts = json.loads(unseal(text, longest=LONGEST))
        values = tuple(_value(o, v) for o, v in zip(order, texts, strict=True))
    except (ValueError, TypeError, RecursionError):
        raise InvalidCursorError from None
    if issued_for != list_id:
        raise InvalidCursorError
    return values


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _value(order: Order, value: object) -> object:
    wanted = order.type
    if value is None and order.nulls_first is not None:
        return None
    if wanted is bool:
        if isinstance(value, bool):
            return value
    elif issubclass(wanted, int):
        if type(value) is int and abs(value) <= (LONG_MAX if wanted is Long else INT_MAX):
            return value
    elif isinstance(value, str) and "\0" not in value:
        if wanted is UUID:
            return UUID(value)
        return datetime.fromisoformat(value) if wanted is datetime else value
    raise ValueError("not a value of this order")
