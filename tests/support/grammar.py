"""Filters and orders of lists, made up and evaluated in plain Python over rows as dictionaries.

A filter is what a client sends: `{"numCpus": {"gt": 2}, "host": {"name": {"eq": "esx"}}}`. A row is
shaped as the graph shows it, with what it leads to inside.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any

from hypothesis import strategies as st

Filter = dict[str, Any]
Row = Mapping[str, Any]


def _known(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda held, wanted: held is not None and compare(held, wanted)


OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda held, wanted: held == wanted,
    "ne": lambda held, wanted: held != wanted,
    "in": lambda held, wanted: held in wanted,
    "notIn": lambda held, wanted: held not in wanted,
    "lt": _known(lambda held, wanted: held < wanted),
    "lte": _known(lambda held, wanted: held <= wanted),
    "gt": _known(lambda held, wanted: held > wanted),
    "gte": _known(lambda held, wanted: held >= wanted),
    "contains": _known(lambda held, wanted: wanted.lower() in held.lower()),
    "startsWith": _known(lambda held, wanted: held.lower().startswith(wanted.lower())),
    "within": _known(lambda held, wanted: ip_address(held) in ip_network(wanted)),
    "olderThanDays": _known(lambda held, days: held < _days_ago(days)),
    "newerThanDays": _known(lambda held, days: held > _days_ago(days)),
    "isNull": lambda held, wanted: (held is None) == wanted,
}


def _days_ago(days: float) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).isoformat()


def holds(filter_: Filter, row: Row) -> bool:
    """Tell whether a row meets a filter."""
    return all(_holds(key, given, row) for key, given in filter_.items())


def _holds(key: str, given: Any, row: Row) -> bool:
    if key == "and":
        return all(holds(each, row) for each in given)
    if key == "or":
        return any(holds(each, row) for each in given)
    if key == "not":
        return not holds(given, row)
    held = row[key]
    if given.keys() & {"some", "none"}:
        found = held or ()
        some = "some" not in given or any(holds(given["some"], each) for each in found)
        return some and ("none" not in given or not any(holds(given["none"], e) for e in found))
    if isinstance(held, Mapping) or key in ("host", "cluster"):
        return held is not None and holds(given, held)
    return all(OPERATORS[name](held, wanted) for name, wanted in given.items())


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is compared: what it is compared with, and by which operators."""

    values: Sequence[Any]
    operators: Sequence[str]

    def operands(self) -> st.SearchStrategy[dict[str, Any]]:
        """Return one or two operators with values."""
        one = st.sampled_from(self.operators).flatmap(self._operand)
        return st.lists(one, min_size=1, max_size=2).map(lambda several: dict(several))

    def _operand(self, name: str) -> st.SearchStrategy[tuple[str, Any]]:
        if name == "isNull":
            return st.tuples(st.just(name), st.booleans())
        value = st.sampled_from(self.values)
        several = name in ("in", "notIn")
        return st.tuples(st.just(name), st.lists(value, max_size=3) if several else value)


NUMBER = ("eq", "ne", "in", "notIn", "lt", "lte", "gt", "gte", "isNull")
AGE = ("olderThanDays", "newerThanDays")
MOMENT = ("eq", "ne", "lt", "lte", "gt", "gte", "isNull")
TEXT = ("eq", "ne", "in", "notIn", "contains", "startsWith", "isNull")
STATE = ("eq", "ne", "in", "notIn", "isNull")
FLAG = ("eq", "ne", "isNull")


def filters(
    columns: Mapping[str, Column], inner: Mapping[str, st.SearchStrategy[Any]]
) -> st.SearchStrategy[Filter]:
    """Return filters over columns, over what is led to, and over both with and, or, not."""
    leaves = [st.fixed_dictionaries({name: c.operands()}) for name, c in columns.items()]
    leaves += [st.fixed_dictionaries({name: given}) for name, given in inner.items()]
    leaf = st.one_of(leaves)

    def joined(smaller: st.SearchStrategy[Filter]) -> st.SearchStrategy[Filter]:
        several = st.lists(smaller, max_size=3)
        return st.one_of(
            st.fixed_dictionaries({"and": several}),
            st.fixed_dictionaries({"or": several}),
            st.fixed_dictionaries({"not": smaller}),
            st.tuples(smaller, leaf).map(lambda two: two[0] | two[1]),
        )

    return st.recursive(leaf, joined, max_leaves=6)


def of_list(filter_: st.SearchStrategy[Filter]) -> st.SearchStrategy[Filter]:
    """Return conditions on a list."""
    either = st.one_of(st.just({}), filter_)
    return st.one_of(
        st.fixed_dictionaries({"some": either}), st.fixed_dictionaries({"none": either})
    )


def orders(fields: Sequence[str]) -> st.SearchStrategy[list[dict[str, str]]]:
    """Return orders by up to three fields."""
    one = st.fixed_dictionaries(
        {
            "field": st.sampled_from(fields),
            "direction": st.sampled_from(["ASC", "DESC"]),
            "nulls": st.sampled_from(["FIRST", "LAST"]),
        }
    )
    return st.lists(one, max_size=3, unique_by=lambda each: each["field"])


def ordered(rows: Sequence[Row], order: Sequence[Mapping[str, str]]) -> list[Row]:
    """Return rows in an order; by name where there is none."""
    if not order:
        return sorted(rows, key=lambda row: (row["name"], row["vcenter_id"], row["moid"]))
    is_descending = order[-1]["direction"] == "DESC"
    found = sorted(rows, key=lambda row: (row["vcenter_id"], row["moid"]), reverse=is_descending)
    for each in reversed(order):
        key = each["field"]
        known = [row for row in found if row[key] is not None]
        unknown = [row for row in found if row[key] is None]
        known.sort(key=lambda row: _comparable(row[key]), reverse=each["direction"] == "DESC")
        found = unknown + known if each["nulls"] == "FIRST" else known + unknown
    return found


def _comparable(value: Any) -> Any:
    return value.timestamp() if isinstance(value, datetime) else value
