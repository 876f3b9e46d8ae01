"""The variables of an operation that is being made up, and what is given for them."""

import re
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLNonNull, get_named_type, is_input_object_type

from tests.support.choice import Choice
from tests.support.literal import Reference, literal, plain

NAMES = ("a", "self", "class", "None", "__v", "_", "id", "variables", "lambda", "__init__")
WRONG: dict[str, tuple[Any, ...]] = {
    "Int": (2**31, 1.5, "1", True, [], "x"),
    "Float": ("1.5", True, {}),
    "String": (5, False, ["a", "b"], {"a": 1}),
    "ID": (1.5, True, {}),
    "Boolean": ("true", 1, 0, []),
    "BigInt": (2**63, "x", True, 1.5, {}),
    "DateTime": ("yesterday", "2026-01-01T00:00:00", 5, ""),
    "UUID": ("no", 5, ""),
    "IPAddress": ("10.0.0.300", [], "host"),
}
OBJECT: tuple[Any, ...] = ({"nope": 1}, 5, "x", [{}, 5], {"and": [None]}, {"or": {"nope": None}})
ENUM: tuple[Any, ...] = ("nope", 7, True, "", {}, ["ASC", "nope"])


@dataclass(slots=True)
class Variables:
    """Declares variables as they are needed."""

    choice: Choice
    may_be_wrong: bool
    """Whether one of them is given what cannot be coerced."""
    declared: dict[str, str] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)
    features: set[str] = field(default_factory=set)

    def instead_of(self, value: Any, type_: Any, *, has_default: bool) -> Reference:
        """Declare a variable that may stand where a value of a type may; return it.

        `has_default`: whether there is a default in that place, so that it can be left out.
        """
        choice = self.choice
        inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        is_required = isinstance(type_, GraphQLNonNull)
        default = plain(value) is not None and choice.chance(25)
        is_nullable = (has_default or default) if is_required else not choice.chance(25)
        is_nullable = is_nullable and not (is_required and choice.chance(50))
        declared = f"{inner}" if is_nullable else f"{inner}!"
        if default:
            declared += f" = {literal(value)}"
            self.features.add("variable with default")
        name = self._declare(declared)
        self._give(name, value, inner, is_nullable=is_nullable, default=default)
        return Reference(name)

    def flag(self) -> Reference:
        """Declare a variable of truth, for directives."""
        name = self._declare("Boolean!")
        self.given[name] = self.choice.chance(50)
        return Reference(name)

    def cursor(self) -> Reference:
        """Declare a variable that is given a cursor once there is one."""
        return Reference(self._declare("String"))

    def forget_unused(self, text: str) -> None:
        """Forget variables that a text does not use: what used them was not taken."""
        for name in list(self.declared):
            if re.search(rf"\${name}\b", text) is None:
                del self.declared[name]
                self.given.pop(name, None)

    def head(self) -> str:
        """Return the declarations; nothing where there are none."""
        declared = ", ".join(f"${name}: {type_}" for name, type_ in self.declared.items())
        return f"({declared})" if declared else ""

    def _declare(self, type_: str) -> str:
        number = len(self.declared)
        name = f"v{number}"
        if self.choice.chance(12):
            name = f"{self.choice.pick(NAMES)}{number or ''}"
            self.features.add("hostile variable name")
        self.declared[name] = type_
        return name

    def _give(self, name: str, value: Any, type_: Any, *, is_nullable: bool, default: bool) -> None:
        choice = self.choice
        if self.may_be_wrong:
            self.may_be_wrong = False
            self.features.add("wrong variable")
            self._give_wrong(name, type_, is_nullable=is_nullable, default=default)
        elif (is_nullable or default) and choice.chance(20):
            self.features.add("missing variable")
        elif is_nullable and choice.chance(10):
            self.features.add("null variable")
            self.given[name] = None
        else:
            self.features.add("variable")
            self.given[name] = plain(value)

    def _give_wrong(self, name: str, type_: Any, *, is_nullable: bool, default: bool) -> None:
        named = get_named_type(type_)
        wrong = OBJECT if is_input_object_type(named) else WRONG.get(named.name, ENUM)
        if not (is_nullable or default) and self.choice.chance(50):
            self.features.add("required variable null or missing")
            if self.choice.chance(50):
                self.given[name] = None
            return
        self.given[name] = self.choice.pick(wrong)
