"""Whether two systems gave the same answer, whatever each writes numbers and times like."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any


def _time(value: str | None) -> str | None:
    return None if value is None else datetime.fromisoformat(value).astimezone(UTC).isoformat()


def _whole(value: str | int | None) -> int | None:
    return None if value is None else int(value)


WRITTEN: dict[str, Callable[[Any], Any]] = {
    "bootTime": _time,
    "capacityBytes": _whole,
    "freeSpaceBytes": _whole,
    "memoryBytes": _whole,
    "numCpus": _whole,
}
LEFT_OUT = frozenset({"endCursor"})
AROUND = frozenset({"datastore", "virtualMachine"})
"""What stands alone in an item of a list: the end of an edge."""
ANY_ORDER = {"datastores": "name", "aggregates": "group"}
"""Lists that each sorts in its own way, and what tells their items apart."""


def plain(value: Any) -> Any:
    """Return data as all systems would write it; cursors are left out."""
    if isinstance(value, list):
        return [plain(_of_edge(item)) for item in value]
    if isinstance(value, dict):
        return {
            key: _written(key, item) for key, item in _flat(value).items() if key not in LEFT_OUT
        }
    return value


def _written(key: str, value: Any) -> Any:
    if isinstance(value, list) and key in ANY_ORDER:
        return sorted(plain(value), key=lambda item: str(item[ANY_ORDER[key]]))
    return WRITTEN[key](value) if key in WRITTEN else plain(value)


def _of_edge(item: Any) -> Any:
    """Take an item out of its edge."""
    if isinstance(item, dict) and len(item) == 1 and item.keys() <= AROUND:
        (item,) = item.values()
    return item


def _flat(value: dict[str, Any]) -> dict[str, Any]:
    """Undo how PostGraphile shows a second table and a group."""
    if "usage" in value:
        return {**{key: item for key, item in value.items() if key != "usage"}, **value["usage"]}
    if "keys" in value:
        (power_state,) = value["keys"]
        count = int(value["distinctCount"]["moid"])
        return {"group": {"powerState": power_state}, "count": count, "sum": value["sum"]}
    return value


def assert_same(found: Any, expected: Any, where: str) -> None:
    """Compare the data of two answers and say where they differ.

    Raises:
        AssertionError: they do.
    """
    _compare(plain(found), plain(expected), where)


def _compare(found: Any, expected: Any, where: str) -> None:
    if isinstance(expected, dict) and isinstance(found, dict):
        assert found.keys() == expected.keys(), f"{where}: {list(found)}, not {list(expected)}"
        for key, value in expected.items():
            _compare(found[key], value, f"{where}.{key}")
    elif isinstance(expected, list) and isinstance(found, list):
        assert len(found) == len(expected), f"{where}: {len(found)} items, not {len(expected)}"
        for number, (mine, theirs) in enumerate(zip(found, expected, strict=True)):
            _compare(mine, theirs, f"{where}[{number}]")
    else:
        assert found == expected, f"{where}: {found!r}, not {expected!r}"
