"""Values of conditions and places as parameters of a statement."""

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, bindparam, literal
from sqlalchemy.types import TypeEngine

from loaders.condition import Slot

ESCAPE = "\\"


def given(value: Any, type_: TypeEngine[Any]) -> ColumnElement[Any]:
    """Return the parameter that holds a value, or that a slot stands for."""
    return parameter(value.name, type_) if isinstance(value, Slot) else literal(value, type_)


def parameter(name: str, type_: TypeEngine[Any] | type[TypeEngine[Any]]) -> BindParameter[Any]:
    """Return a parameter whose value comes when the statement is executed."""
    return bindparam(name, Slot(name), type_)


def usable(operator: str, value: Any) -> Any:
    """Return a value as its parameter holds it."""
    if operator == "contains":
        return f"%{escaped(value)}%"
    if operator == "starts_with":
        return f"{escaped(value)}%"
    return list(value) if isinstance(value, tuple) else value


def escaped(text: str) -> str:
    """Return a text for LIKE, in which nothing is a wildcard."""
    for special in (ESCAPE, "%", "_"):
        text = text.replace(special, ESCAPE + special)
    return text
