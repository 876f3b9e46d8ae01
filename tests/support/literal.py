"""Values of arguments: as literals of a document, and as the JSON of variables."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql.language.block_string import is_printable_as_block_string, print_block_string


@dataclass(frozen=True, slots=True)
class EnumValue:
    """A value of an enumeration."""

    name: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A variable that stands in place of a value."""

    name: str


@dataclass(frozen=True, slots=True)
class Block:
    """A text that a document writes as a block string."""

    text: str

    @property
    def literal(self) -> str:
        """The block string; a plain one where a block cannot hold the text."""
        if not is_printable_as_block_string(self.text):
            return json.dumps(self.text)
        return print_block_string(self.text)


def literal(value: Any) -> str:
    """Return a value as a document writes it.

    >>> literal({"in": [EnumValue("poweredOn"), Reference("state")], "not": None})
    '{in: [poweredOn, $state], not: null}'
    """
    match value:
        case EnumValue(name):
            return name
        case Reference(name):
            return f"${name}"
        case Block():
            return value.literal
        case Mapping():
            return "{" + ", ".join(f"{k}: {literal(v)}" for k, v in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(literal, value)) + "]"
    return json.dumps(value)


def plain(value: Any) -> Any:
    """Return a value as the JSON of variables has it.

    >>> plain({"in": [EnumValue("poweredOn")]})
    {'in': ['poweredOn']}
    """
    match value:
        case EnumValue(name):
            return name
        case Block(text):
            return text
        case Mapping():
            return {key: plain(each) for key, each in value.items()}
        case list():
            return [plain(each) for each in value]
    return value


def call(arguments: Mapping[str, Any]) -> str:
    """Return arguments as they stand behind a field; nothing where there are none."""
    given = ", ".join(f"{name}: {literal(value)}" for name, value in arguments.items())
    return f"({given})" if given else ""
