"""Whether two systems gave the same answer, whatever each writes numbers and times like."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any


def _time(value: str | None) -> str | None:
    return None if value is None else datetime.fromisoformat(value).astimezone(UTC).isoformat()


def _whole(value: str | int | None) -> int | None:
    return None if value is None else int(value)


def _by_name(values: list[dict[str, Any]]) -> list[str]:
    """Take the names out of an edge, too, and let their order be."""
    return sorted(str(value.get("datastore", value)["name"]) for value in values)


WRITTEN: dict[str, Callable[[Any], Any]] = {
    "bootTime": _time,
    "memoryBytes": _whole,
    "datastores": _by_name,
}
LEFT_OUT = frozenset({"endCursor"})


def plain(value: Any) -> Any:
    """Return data as all systems would write it; cursors are left out."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        kept = {key: item for key, item in value.items() if key not in LEFT_OUT}
        return {
            key: WRITTEN[key](item) if key in WRITTEN else plain(item) for key, item in kept.items()
        }
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
