"""Made-up selections of a type: fields, aliases, fragments, directives, one inside of the other.

What is made up is valid: a name in the answer stands for one field with the same arguments wherever
selections are merged, so each place of the answer (`Place`) knows what its names stand for.
"""

from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)

from tests.support.arguments import Arguments
from tests.support.asked import FED, Hole
from tests.support.choice import Choice
from tests.support.literal import Reference, call

ALIASES = (
    *("a", "_0", "__init__", "__class__", "__dict__", "class", "constructor", "self", "None"),
    *("lambda", "import", "data", "errors", "id", "key", "loaders", "row", "info", "root", "type"),
    *("__proto__", "hasOwnProperty", "toString", "async", "A", "b" * 60, "__typename_", "exec"),
)
DEEPEST = 7
MOST_ROWS = 60
CURSORS = "pageInfo { startCursor endCursor }"


@dataclass(slots=True)
class Place:
    """One place of the answer: what each name there stands for, and the place below it."""

    prefix: str = ""
    """Begins all names, where a fragment is spread more than once."""
    path: tuple[str, ...] | None = ()
    """Names that lead here; None: several ways do."""
    names: dict[str, tuple[str, "Place"]] = field(default_factory=dict)

    def below(self, name: str, what: str) -> "Place | None":
        """Return the place below a name that stands for this; None: it stands for another."""
        path = None if self.path is None else (*self.path, name)
        known, place = self.names.setdefault(name, (what, Place("", path)))
        return place if known == what else None


class Selections:
    """Makes selections up."""

    def __init__(self, schema: GraphQLSchema, arguments: Arguments, budget: int) -> None:
        self.schema = schema
        self.arguments = arguments
        self.choice: Choice = arguments.choice
        self.features = arguments.features
        self.left = budget
        """How many fields there may still be."""
        self.fragments: list[str] = []
        self.holes: list[Hole] = []
        self._spreadable: list[tuple[str, str, int]] = []
        """Fragments that may be spread again: name, type, how many rows they are made for."""

    def of(self, type_: Any, place: Place, *, depth: int = 0, rows: int = 1) -> str:
        """Return a selection of a type, in braces."""
        most = 2 if depth == 0 else 5
        parts = [self._part(type_, place, depth, rows) for _ in range(self.choice.number(1, most))]
        return "{ " + (" ".join(filter(None, parts)) or "__typename") + " }"

    def _part(self, type_: Any, place: Place, depth: int, rows: int) -> str:
        choice = self.choice
        is_open = is_abstract_type(type_)
        if self.left <= 0 or choice.chance(8):
            return self._typename(type_, place)
        if choice.chance(60 if is_open else 10):
            return self._inline(type_, place, depth, rows)
        if choice.chance(8):
            return self._named(type_, place, depth, rows)
        if isinstance(type_, GraphQLUnionType):
            return self._typename(type_, place)
        return self._field(type_, place, depth, rows)

    def _typename(self, type_: Any, place: Place) -> str:
        self.features.add("__typename" if is_abstract_type(type_) else "__typename of an object")
        name = self._name("__typename", "__typename", place)
        alias = "" if name == "__typename" else f"{name}: "
        return f"{alias}__typename{self._directives()}"

    def _inline(self, type_: Any, place: Place, depth: int, rows: int) -> str:
        on = type_
        condition = ""
        if is_abstract_type(type_) or self.choice.chance(70):
            on = self._condition(type_)
            condition = f" on {on.name}"
            self.features.add("inline fragment with type")
            if isinstance(on, GraphQLUnionType):
                self.features.add("inline fragment on a union")
        else:
            self.features.add("inline fragment without type")
        before = self._directives("fragment")
        return f"...{condition}{before} {self.of(on, place, depth=depth, rows=rows)}"

    def _condition(self, type_: Any) -> Any:
        """Return a type that an object of this type may be of."""
        possible = set(self._possible(type_))
        concrete = sorted(possible, key=lambda each: each.name)
        if is_abstract_type(type_) and self.choice.chance(75):
            return self.choice.pick(concrete)
        others = [
            each
            for name, each in sorted(self.schema.type_map.items())
            if is_abstract_type(each) and possible & set(self._possible(each))
        ]
        return self.choice.pick([type_, *others])

    def _possible(self, type_: Any) -> Any:
        return self.schema.get_possible_types(type_) if is_abstract_type(type_) else [type_]

    def _named(self, type_: Any, place: Place, depth: int, rows: int) -> str:
        """Spread a fragment: one of this place alone, or one that is spread in several."""
        choice = self.choice
        again = [
            name
            for name, on, made_for in self._spreadable
            if made_for >= rows and self._overlaps(type_, on)
        ]
        if again and choice.chance(60):
            self.features.add("fragment spread twice")
            return f"...{choice.pick(again)}{self._directives('fragment')}"
        on = self._condition(type_)
        number = len(self.fragments)
        name = choice.pick(("F", "__F", "class", "self", "Query")) + str(number)
        self.fragments.append("")
        self.features.add("named fragment" if depth < 1 or not number else "nested fragment")
        if choice.chance(50):
            body = self.of(on, Place(f"{name}_", None), depth=depth, rows=rows)
            self._spreadable.append((name, on.name, rows))
        else:
            body = self.of(on, place, depth=depth, rows=rows)
        self.fragments[number] = f"fragment {name} on {on.name} {body}"
        return f"...{name}{self._directives('fragment')}"

    def _overlaps(self, type_: Any, name: str) -> bool:
        return bool(set(self._possible(type_)) & set(self._possible(self.schema.type_map[name])))

    def _field(self, type_: Any, place: Place, depth: int, rows: int) -> str:
        name, of_field = self._one_field(type_, depth)
        made = self._call(name, of_field, place, depth, rows)
        if of_field.args and self.choice.chance(10) and self.left > 0:
            self.features.add("the same field twice, other arguments")
            made += " " + self._call(name, of_field, place, depth, rows)
        return made

    def _one_field(self, type_: Any, depth: int) -> tuple[str, GraphQLField]:
        choice = self.choice
        fields: list[tuple[str, GraphQLField]] = list(type_.fields.items())
        if type_ == self.schema.query_type and choice.chance(40):
            fields = [each for each in fields if "orderBy" not in each[1].args]
        leaves = [each for each in fields if is_leaf_type(get_named_type(each[1].type))]
        inner = [each for each in fields if not is_leaf_type(get_named_type(each[1].type))]
        if depth >= DEEPEST or not inner:
            return choice.pick(leaves or fields)
        return choice.pick(inner if not leaves or choice.chance(55) else leaves)

    def _call(self, name: str, of_field: GraphQLField, place: Place, depth: int, rows: int) -> str:
        """Return a field with arguments, alias, directives and what is below it."""
        self.left -= 1
        choice, named = self.choice, get_named_type(of_field.type)
        self.arguments.room = max(1, MOST_ROWS // rows)
        given = self.arguments.of(name, of_field)
        hole = self._hole(name, given, place) if choice.chance(70) else None
        text = call(given)
        shown = self._name(name, f"{name}{text}: {of_field.type}", place)
        below = place.names[shown][1]
        alias = "" if shown == name else f"{shown}: "
        head = f"{alias}{name}{text}{self._directives()}"
        if is_leaf_type(named):
            return head
        rows = rows * self._rows(of_field, given)
        if hole is not None and below.path is not None:
            self.holes.append(hole._replace(path=below.path))
        selection = self.of(named, below, depth=depth + 1, rows=rows)
        if hole is not None:
            selection = selection[:-1] + _fed(name) + " }"
        if choice.chance(8) and self.left > 0:
            self.features.add("the same field twice, merged")
            again = self.of(named, below, depth=depth + 1, rows=rows)
            return f"{head} {selection} {alias}{name}{text} {again}"
        return f"{head} {selection}"

    def _hole(self, name: str, given: dict[str, Any], place: Place) -> Hole | None:
        """Put a variable where a cursor stands; it is given one that the list shows."""
        bound = next((each for each in ("after", "before", "cursor") if each in given), None)
        if bound is None or place.path is None or (name == "duplicates" and bound == "before"):
            return None
        variable = self.arguments.variables.cursor()
        given[bound] = Reference(variable.name)
        end = "startCursor" if bound == "after" else "endCursor"
        return Hole(variable.name, (), end)

    def _name(self, name: str, what: str, place: Place) -> str:
        """Return under which name of the answer a field is shown; claim it there."""
        choice = self.choice
        shown = f"{place.prefix}{name}"
        if choice.chance(15):
            shown = f"{place.prefix}{choice.pick(ALIASES)}"
            self.features.add("hostile alias" if shown.startswith("__") else "alias")
        number = 0
        tried = shown
        while place.below(tried, what) is None:
            number += 1
            tried = f"{shown}_{number}"
        return tried

    def _rows(self, of_field: GraphQLField, given: dict[str, Any]) -> int:
        """Estimate how many rows a field leads to."""
        first = given.get("first", given.get("last"))
        if "first" in of_field.args:
            return first if isinstance(first, int) and 0 < first <= 1000 else 3
        type_ = of_field.type
        return 4 if is_list_type(type_.of_type if is_non_null_type(type_) else type_) else 1

    def _directives(self, where: str = "field") -> str:
        choice = self.choice
        if not choice.chance(8):
            return ""
        made = ""
        for name in ("skip", "include"):
            if choice.chance(60):
                is_variable = choice.chance(50)
                how = "variable" if is_variable else "literal"
                self.features.add(f"@{name} of a {where}")
                self.features.add(f"directive by {how}")
                flag = choice.chance(75) == (name == "include")
                given = self.arguments.variables.flag() if is_variable else flag
                made += f" @{name}{call({'if': given})}"
        return made


def _fed(name: str) -> str:
    return f"{FED}: cursor" if name == "changesSince" else f"{FED}: {CURSORS}"
