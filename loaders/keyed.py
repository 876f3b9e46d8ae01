"""Narrowing a SELECT to rows of given keys, so that partitions prune under generic plans.

A vCenter that is a parameter of its own prunes when the plan starts; `= ANY` of several would not,
while a join does, row by row.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    any_,
    func,
)

from loaders.given import parameter

KEY = ("vcenter_id", "moid")
"""The columns of a key."""
VCENTER_ID = parameter("of_vcenter", Integer)
VCENTER_IDS = parameter("of_vcenters", ARRAY(Integer))
MOIDS = parameter("moids", ARRAY(Text))
PARENTS_VCENTERS = "parents_vcenters"
VCENTER_PARAMETERS = frozenset({str(VCENTER_ID.key), str(VCENTER_IDS.key), PARENTS_VCENTERS})
"""The parameters that hold numbers of vCenters: one, or a list."""


def of_keys(
    statement: Select[Any],
    vcenter_id: ColumnElement[int],
    moid: ColumnElement[str],
    keys: Sequence[tuple[int, str]],
) -> Select[Any]:
    """Return the statement for rows whose two columns make one of the keys."""
    one_vcenter = is_of_one_vcenter(keys)
    rows = by_keys(statement, vcenter_id, moid, one_vcenter=one_vcenter)
    return rows.params(parameters(keys, one_vcenter=one_vcenter))


def by_keys(
    statement: Select[Any],
    vcenter_id: ColumnElement[int],
    moid: ColumnElement[str],
    *,
    one_vcenter: bool,
) -> Select[Any]:
    """Return the statement with `parameters` for the keys: of one vCenter, or of any."""
    if one_vcenter:
        return statement.where(vcenter_id == VCENTER_ID, moid == any_(MOIDS))
    columns = func.unnest(VCENTER_IDS, MOIDS).table_valued("vcenter_id", "moid")
    wanted = columns.render_derived(name="wanted")
    return statement.join(wanted, and_(vcenter_id == wanted.c.vcenter_id, moid == wanted.c.moid))


def is_of_one_vcenter(keys: Sequence[tuple[int, str]]) -> bool:
    """Tell whether all keys are of one vCenter."""
    return len({key[0] for key in keys}) == 1


def parameters(keys: Sequence[tuple[int, str]], *, one_vcenter: bool) -> dict[str, Any]:
    """Return what the parameters of `by_keys` are for these keys."""
    moids = [key[1] for key in keys]
    if one_vcenter:
        return {"of_vcenter": keys[0][0], "moids": moids}
    return {"of_vcenters": [key[0] for key in keys], "moids": moids}
