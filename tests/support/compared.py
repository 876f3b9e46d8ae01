"""What two executors answered, as bytes, and where they differ first."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson

from graphql_api.error_codes import formatted

CUT = "ANSWER_TOO_LARGE"


@dataclass(frozen=True)
class Outcome:
    """Data in the document's order, and errors in that of their paths."""

    data: Any
    errors: Sequence[Mapping[str, Any]]
    body: bytes

    @classmethod
    def of(cls, result: Any) -> "Outcome":
        """Return what a result shows to a client."""
        errors = [_without_trace(formatted(error)) for error in result.errors or ()]
        errors.sort(key=lambda error: (json.dumps(error.get("path") or []), error["message"]))
        body = orjson.dumps({"data": result.data, "errors": errors}, default=str)
        shown = orjson.loads(body)
        return cls(shown["data"], shown["errors"], body)

    @property
    def codes(self) -> frozenset[str]:
        """The codes of its errors."""
        return frozenset(error["extensions"]["code"] for error in self.errors)


def _without_trace(error: dict[str, Any]) -> dict[str, Any]:
    if "traceId" in error["extensions"]:
        return error | {"extensions": {**error["extensions"], "traceId": "of the request"}}
    return error


class Agreement(StrEnum):
    """How two answers agree."""

    EXACTLY = "exactly"
    CUT = "cut"
    """Both are too large; what both show is the same. Which list is one too many depends on the
    order in which lists are made."""
    RACED = "raced"
    """The same data; where several fields failed below one null, each tells of one of them."""


def agreement(one: Outcome, other: Outcome) -> Agreement | None:
    """Tell how two answers agree; None: they do not."""
    if one.body == other.body:
        return Agreement.EXACTLY
    if CUT in one.codes and CUT in other.codes:
        is_same = one.codes == other.codes and _fit(one.data, other.data)
        return Agreement.CUT if is_same else None
    is_raced = _is_same(one.data, other.data) and _told(one) == _told(other)
    return Agreement.RACED if is_raced else None


def _is_same(one: Any, other: Any) -> bool:
    return bool(orjson.dumps(one) == orjson.dumps(other))


def _told(outcome: Outcome) -> Sequence[Any]:
    """Return the errors: those that stand below a null by where that null is, others whole."""
    found = []
    for error in outcome.errors:
        at = null_of(outcome.data, error.get("path", ()))
        found.append(error if len(at) == len(error.get("path", ())) else {"null": at})
    return sorted(found, key=json.dumps)


def null_of(data: Any, path: Sequence[Any]) -> Sequence[Any]:
    """Return where the null stands that an error at a path made: there, or above."""
    for length, key in enumerate(path):
        if data is None:
            return path[:length]
        data = data[key]
    return path


def _fit(one: Any, other: Any) -> bool:
    """Tell whether two values are the same but for what only one of them shows."""
    if one is None or other is None:
        return True
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(_fit(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_fit, one, other))
    return bool(one == other)


def difference(one: Outcome, other: Outcome) -> str:
    """Tell where two answers differ first, and how."""
    for what in ("errors", "data"):
        found = _first(getattr(one, what), getattr(other, what), what)
        if found is not None:
            return found
    return "in bytes alone"


def _first(one: Any, other: Any, at: str) -> str | None:
    if isinstance(one, dict) and isinstance(other, dict):
        if list(one) != list(other):
            return f"{at} has {_short(list(one))} and {_short(list(other))}"
        return next(filter(None, (_first(one[k], other[k], f"{at}.{k}") for k in one)), None)
    if isinstance(one, list) and isinstance(other, list):
        inner = (_first(a, b, f"{at}[{n}]") for n, (a, b) in enumerate(zip(one, other)))  # noqa: B905 - lengths are compared last
        found = next(filter(None, inner), None)
        if found is None and len(one) != len(other):
            return f"{at} has {len(one)} and {len(other)}: {_short((one + other)[-1])}"
        return found
    if type(one) is type(other) and one == other:
        return None
    return f"{at} is {_short(one)} and {_short(other)}"


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) < 300 else f"{text[:300]}…"
