"""Statements that are compiled already, as the driver is given them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Text:
    """A SELECT."""

    sql: str
    names: tuple[str, ...]
    """Of its parameters, in their order."""
    constants: Mapping[str, Any]
    """Those whose values are always the same."""


@dataclass(frozen=True, slots=True)
class LookUp:
    """A SELECT of rows by a key, for one and for many."""

    one: Text
    many: Text
    """Takes arrays of what a key is made of, by the same names; each row ends in the place of its
    key, from 1."""
