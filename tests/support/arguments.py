"""Made-up arguments of fields: literals, variables, and both inside of each other."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    Undefined,
    get_named_type,
    is_required_argument,
    is_required_input_field,
)

from tests.support.choice import Choice
from tests.support.found import Found
from tests.support.literal import Block, EnumValue
from tests.support.variables import Variables
from tests.support.walk import VALUES

ID_OF_NOBODY = "SQAAAAAAAAAAAAAAAAAAAAAA"
BAD_IDS = ("", "x", "SQ", "VkI=", ID_OF_NOBODY, "..%s{0}", "\u00e9" * 3, "a" * 500)
BAD_CURSORS = ("", "?", "W10", "WyIiLDFd", "null")
OFTEN = {
    "first": 75,
    "filter": 45,
    "orderBy": 25,
    "groupBy": 60,
    "includeDeleted": 12,
    "identifier": 8,
    "last": 15,
    "after": 30,
    "before": 8,
    "cursor": 40,
    "types": 30,
    "by": 30,
    "waitSeconds": 30,
}
"""How often an argument is given, in percent."""
INDEXED = ("name", "memoryBytes", "oldestSnapshotAt", "firstSeen")
WRONG_REPRESENTATIONS: tuple[dict[str, Any], ...] = (
    *({"id": "x"}, {"id": 5}, {"id": None}, {"__typename": "Nope"}, {"__typename": "SyncRun"}),
    {"more": 1},
)
DEEPEST = 3


class About(NamedTuple):
    """What a value is for."""

    name: str
    """Of an argument, or of a column."""
    owner: str = ""
    """The type that the column is of."""
    operator: str = ""
    """What the column is compared by."""


class Arguments:
    """Makes arguments up."""

    def __init__(self, choice: Choice, found: Found, variables: Variables) -> None:
        self.choice, self.found, self.variables = choice, found, variables
        self.features = variables.features
        self.room = 1
        """How many rows a page may have here."""
        self._field = ""
        self._leads_to = ""
        self._scalars: dict[str, Callable[[About], Any]] = {
            "ID": self._id,
            "String": self._text,
            "Int": self._int,
            "_Any": self._representation,
            "Boolean": lambda _: self.choice.chance(50),
        }

    def of(self, name: str, field: GraphQLField) -> dict[str, Any]:
        """Return arguments for a field."""
        self._field, self._leads_to = name, get_named_type(field.type).name
        given: dict[str, Any] = {}
        for argument_name, argument in field.args.items():
            if not self._is_wanted(argument_name, argument, given):
                continue
            given[argument_name] = self._argument(argument_name, argument)
        if not {"id", "by"} - field.args.keys() and self.choice.chance(95):
            self._one_of_id_and_by(field, given)
        if self.choice.chance(10):
            given = dict(reversed(given.items()))
        return given

    def _is_wanted(self, name: str, argument: GraphQLArgument, given: dict[str, Any]) -> bool:
        if is_required_argument(argument):
            return True
        if name == "first" and self.room < 50:
            return True
        if name in ("last", "before") and "first" in given:
            return self.choice.chance(5)
        return self.choice.chance(OFTEN.get(name, 30))

    def _one_of_id_and_by(self, field: GraphQLField, given: dict[str, Any]) -> None:
        wanted, other = ("by", "id") if self.choice.chance(45) else ("id", "by")
        given.pop(other, None)
        if given.get(wanted) is None:
            given[wanted] = self._argument(wanted, field.args[wanted])

    def _argument(self, name: str, argument: GraphQLArgument) -> Any:
        has_default = argument.default_value is not Undefined
        if self.choice.chance(30):
            value = self.value(argument.type, About(name, self._leads_to), refers=False)
            return self.variables.instead_of(value, argument.type, has_default=has_default)
        self.features.add("literal argument")
        return self.value(argument.type, About(name, self._leads_to), refers=True)

    def value(self, type_: Any, about: About, *, refers: bool, depth: int = 0) -> Any:
        """Return a value; `refers`: with variables inside of it."""
        choice = self.choice
        if isinstance(type_, GraphQLNonNull):
            type_ = type_.of_type
        elif choice.chance(3):
            self.features.add("null literal" if refers else "null value")
            return None
        if isinstance(type_, GraphQLList):
            return self._several(type_.of_type, about, refers=refers, depth=depth)
        if isinstance(type_, GraphQLEnumType):
            return self._enum(type_, about)
        if isinstance(type_, GraphQLInputObjectType):
            return self._object(type_, about, refers=refers, depth=depth)
        if type_.name in self._scalars:
            return self._scalars[type_.name](about)
        return self._of_column(type_.name, about)

    def _several(self, type_: Any, about: About, *, refers: bool, depth: int) -> Any:
        if self.choice.chance(12):
            self.features.add("one value for a list")
            found = self.value(type_, about, refers=refers, depth=depth)
            return [] if found is None else found
        most = 2 if isinstance(get_named_type(type_), GraphQLInputObjectType) else 4
        return [
            self._place(type_, about, refers=refers, depth=depth)
            for _ in range(self.choice.number(0 if self.choice.chance(15) else 1, most))
        ]

    def _enum(self, type_: GraphQLEnumType, about: About) -> EnumValue:
        names = list(type_.values)
        known = [each for each in self.found.known(about.owner, about.name) if each in type_.values]
        if type_.name == "VirtualMachineOrderField" and self.choice.chance(75):
            names = [each for each in INDEXED if each in type_.values]
        return EnumValue(self.choice.pick(known if known and self.choice.chance(70) else names))

    def _object(
        self, type_: GraphQLInputObjectType, about: About, *, refers: bool, depth: int
    ) -> dict[str, Any]:
        """Return an input object: what it must have, and one or two fields more."""
        wanted = {key for key, field in type_.fields.items() if is_required_input_field(field)}
        wanted |= set(self._some_fields(type_, _owner(type_.name) or about.owner, depth))
        # An operator is about the column that it stands below.
        is_operators = is_leaf(type_) and "eq" in type_.fields
        owner = about.owner if is_operators else _owner(type_.name) or about.owner
        return {
            key: self._place(
                field.type,
                about._replace(operator=key) if is_operators else About(key, owner),
                refers=refers,
                depth=depth + 1,
                has_default=field.default_value is not Undefined,
            )
            for key, field in type_.fields.items()
            if key in wanted
        }

    def _some_fields(self, type_: GraphQLInputObjectType, owner: str, depth: int) -> Sequence[str]:
        choice = self.choice
        names = list(type_.fields)
        if depth >= DEEPEST:
            names = [key for key in names if is_leaf(get_named_type(type_.fields[key].type))]
        known = [key for key in names if self.found.known(owner, key)]
        logic = [key for key in names if key in ("and", "or", "not", "some", "none")]
        lists = [key for key in names if str(type_.fields[key].type).endswith("ListFilter")]
        some = []
        for _ in range(choice.number(0 if choice.chance(6) else 1, 2)):
            among = logic if logic and choice.chance(35) else names
            among = lists if lists and choice.chance(15) else among
            among = known if known and among is names and choice.chance(60) else among
            some += [choice.pick(among)] if among else []
        return some

    def _place(
        self, type_: Any, about: About, *, refers: bool, depth: int, has_default: bool = False
    ) -> Any:
        """Return a value inside of another, or a variable there."""
        if not refers or not self.choice.chance(10):
            return self.value(type_, about, refers=refers, depth=depth)
        self.features.add("variable inside of a literal")
        value = self.value(type_, about, refers=False, depth=depth)
        return self.variables.instead_of(value, type_, has_default=has_default)

    def _id(self, about: About) -> Any:
        choice, ids = self.choice, self.found.ids
        if about.name == "moid":
            return choice.pick(self.found.known(about.owner, "moid") or ["vm-1"])
        if choice.chance(6):
            self.features.add("malformed ID")
            return choice.pick(BAD_IDS)
        if about.name == "vcenterId":
            return choice.pick(ids["VCenter"])
        own = ids.get(self._leads_to)
        if own and not choice.chance(8):
            return choice.pick(own)
        return choice.pick(ids[choice.pick(sorted(ids))])

    def _text(self, about: About) -> Any:
        name, owner, operator = about
        if name in ("after", "before", "cursor"):
            return self._cursor()
        if operator == "within":
            return self.choice.pick(("10.0.0.0/8", "10.0.0.0/25", "::/0", "10.0.0.0/33", "x"))
        known = self.found.known(owner, "name" if name == "text" else name) or ["a"]
        if name in ("identifier", "text") and self.choice.chance(60):
            known = self.found.identifiers
        text = str(self.choice.pick(known))
        if operator in ("contains", "startsWith") or (name == "text" and self.choice.chance(60)):
            text = text[: self.choice.number(1, max(1, len(text)))]
        if self.choice.chance(8):
            self.features.add("block string")
            return Block(text)
        return text

    def _cursor(self) -> str:
        choice = self.choice
        own = self.found.cursors.get(self._field)
        if own and choice.chance(60):
            return choice.pick(own)
        if choice.chance(50):
            self.features.add("cursor of another list")
            return choice.pick(self.found.cursors[choice.pick(sorted(self.found.cursors))])
        self.features.add("bad cursor")
        return choice.pick(BAD_CURSORS)

    def _int(self, about: About) -> int:
        choice = self.choice
        if about.name not in ("first", "last"):
            number: int = self._of_column("Int", about)
            return number
        if choice.chance(3):
            self.features.add("page too large")
            return choice.pick((1001, -1, 2**31 - 1))
        return choice.pick((2, 1, 3, min(self.room, 100), 0))

    def _of_column(self, type_: str, about: About) -> Any:
        """Return a value that a column holds, or any of its type."""
        if type_ == "Float":
            return self.choice.pick((0, 1.5, 30, 36500, -1))
        of_type = int if type_ in ("Int", "BigInt") else str
        known = [
            each for each in self.found.known(about.owner, about.name) if type(each) is of_type
        ]
        if not known or self.choice.chance(20):
            return self.choice.pick((0, 1, -1, 4)) if of_type is int else VALUES[type_].strip('"')
        found = self.choice.pick(known)
        if type_ == "Int" and isinstance(found, int) and abs(found) >= 2**31:
            return 7
        return str(found) if type_ == "BigInt" and self.choice.chance(20) else found

    def _representation(self, _about: About) -> Any:
        choice, ids = self.choice, self.found.ids
        type_ = choice.pick(sorted(ids))
        made: dict[str, Any] = {"__typename": type_, "id": choice.pick(ids[type_])}
        if choice.chance(12):
            self.features.add("bad representation")
            made |= choice.pick(WRONG_REPRESENTATIONS)
        return made


def is_leaf(type_: Any) -> bool:
    """Tell whether a type of arguments leads to no other input objects."""
    if not isinstance(type_, GraphQLInputObjectType):
        return True
    fields = type_.fields.values()
    return not any(isinstance(get_named_type(f.type), GraphQLInputObjectType) for f in fields)


def _owner(type_: str) -> str:
    """Return the type that a type of filters is about; nothing if it is none."""
    owner = type_.removesuffix("Filter").removesuffix("List")
    return owner if owner != type_ else ""
