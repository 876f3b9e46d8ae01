"""Choices of a hypothesis example, as code that builds something step by step makes them."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")
Draw = Callable[[st.SearchStrategy[Any]], Any]


class Choice:
    """Makes choices; they shrink to no, to the first, to the least."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw

    def chance(self, percent: int) -> bool:
        """Tell yes in so many cases of a hundred."""
        return self.number(0, 99) >= 100 - percent

    def pick(self, among: Sequence[T]) -> T:
        """Return one of several."""
        return among[self.number(0, len(among) - 1)]

    def number(self, least: int, most: int) -> int:
        """Return a number between these, both included."""
        found: int = self._draw(_between(least, most)) if most > least else least
        return found


@cache
def _between(least: int, most: int) -> st.SearchStrategy[int]:
    return st.integers(least, most)
