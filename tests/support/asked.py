"""What is asked of executors: a document with its variables, and what it is made up from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple


class Hole(NamedTuple):
    """A variable that is given a cursor, taken from what the list there showed without it."""

    variable: str
    path: tuple[str, ...]
    """Names in the answer that lead to the list."""
    end: str
    """Which cursor of the page's information: startCursor or endCursor."""


@dataclass(frozen=True)
class Asked:
    """A request."""

    text: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    operation_name: str | None = None
    holes: Sequence[Hole] = ()
    features: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        """Keep failures readable: the comparison shows it all."""
        return "<document>"

    def _repr_pretty_(self, printer: Any, _is_cycle: bool) -> None:
        printer.text(repr(self))

    def filled(self, data: Any) -> "Asked | None":
        """Return the request with cursors of its own answer; None: there are none."""
        found = {hole.variable: each for hole in self.holes for each in _cursors(data, hole)[:1]}
        if not found:
            return None
        features = self.features | {"real cursor"}
        return replace(self, variables={**self.variables, **found}, features=features)


FED = "fed"
"""Alias under which a list with holes shows its cursors."""


def _cursors(data: Any, hole: Hole) -> list[str]:
    found = [data]
    for name in (*hole.path, FED):
        found = [each[name] for each in found if isinstance(each, dict) and name in each]
        while any(isinstance(each, list) for each in found):
            found = [
                inner for each in found for inner in (each if isinstance(each, list) else [each])
            ]
    ends = [each[hole.end] if isinstance(each, dict) else each for each in found]
    return [end for end in ends if isinstance(end, str)]
