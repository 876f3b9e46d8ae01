"""Narrowing a SELECT to rows of given keys, so that partitions prune under generic plans."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Integer, Select, Text, and_, any_, func, literal


def of_keys(
    statement: Select[Any],
    vcenter_id: ColumnElement[int],
    moid: ColumnElement[str],
    keys: Sequence[tuple[int, str]],
) -> Select[Any]:
    """Return the statement for rows whose two columns make one of the keys.

    A vCenter that is a parameter of its own prunes when the plan starts; `= ANY` of several would
    not, while a join does, row by row.
    """
    numbers, moids = [key[0] for key in keys], [key[1] for key in keys]
    if len(set(numbers)) == 1:
        return statement.where(vcenter_id == numbers[0], moid == any_(literal(moids, ARRAY(Text))))
    arrays = literal(numbers, ARRAY(Integer)), literal(moids, ARRAY(Text))
    wanted = func.unnest(*arrays).table_valued("vcenter_id", "moid").render_derived(name="wanted")
    return statement.join(wanted, and_(vcenter_id == wanted.c.vcenter_id, moid == wanted.c.moid))
