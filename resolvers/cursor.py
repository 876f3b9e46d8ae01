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

from loaders.entity import Entity, Long
from loaders.listing import ListKey
from resolvers.opaque import seal, unseal
from runtime.errors import InvalidCursorError

LONGEST = 4000
INT_MAX = 2**31 - 1
LONG_MAX = 2**63 - 1


def list_hash(key: ListKey) -> str:
    """Return what distinguishes a list, whichever of its pages is asked for."""
    conditions = sorted((c.column, c.operator, repr(c.value)) for c in key.page.conditions)
    what = (key.relation.name, key.parent, conditions, key.page.include_deleted)
    return sha256(repr(what).encode()).hexdigest()[:12]


def encode(list_id: str, values: Sequence[Any]) -> str:
    """Return the cursor of a row whose order columns hold these values."""
    texts = [v if isinstance(v, int | str) else _text(v) for v in values]
    raw = json.dumps([list_id, *texts], ensure_ascii=False, separators=(",", ":"))
    return seal(raw.encode())


def decode(text: str, list_id: str, entity: Entity) -> tuple[Any, ...]:
    """Return the values of the order columns.

    Raises:
        InvalidCursorError: it is no cursor of ours, or of another list.
    """
    try:
        issued_for, *texts = json.loads(unseal(text, longest=LONGEST))
        values = tuple(_value(o.type, v) for o, v in zip(entity.order, texts, strict=True))
    except (ValueError, TypeError, RecursionError):
        raise InvalidCursorError from None
    if issued_for != list_id:
        raise InvalidCursorError
    return values


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _value(wanted: type, value: object) -> object:
    if issubclass(wanted, int):
        if type(value) is int and 0 <= value <= (LONG_MAX if wanted is Long else INT_MAX):
            return value
    elif isinstance(value, str) and "\0" not in value:
        if wanted is UUID:
            return UUID(value)
        return datetime.fromisoformat(value) if wanted is datetime else value
    raise ValueError("not a value of this order")
