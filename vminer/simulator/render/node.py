"""The building blocks of a type's table: how a property is read and how it is written.

A node knows two forms: as a property value of its own,
`<val xsi:type="xsd:int">4</val>`, and within its parent, `<numCPU>4</numCPU>`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from vminer.simulator.inventory.inventory import Inventory
from vminer.simulator.inventory.ref import Ref

Write = Callable[[Any, Inventory], str | None]
Read = Callable[[Any], Any]
ReadLinks = Callable[[Any, Inventory], Iterable[Ref]]


class Node(Protocol):
    """One property, simple or not."""

    def value(self) -> Write:
        """A function that writes `<val …>…</val>`, or answers None when the property is unset."""

    def element(self, name: str) -> Write:
        """A function that writes `<name>…</name>` as a part of the parent."""


def escape(text: str) -> str:
    """For text between tags."""
    if "&" in text or "<" in text or ">" in text:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text


def date_text(moment: datetime) -> str:
    """xsd:dateTime in UTC with milliseconds, as vCenter writes it."""
    whole = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return whole[:23] + "Z"


def bool_text(value: bool) -> str:
    """xsd:boolean."""
    return "true" if value else "false"


def start(tag: str, kind: str, key: int, label: str, summary: str) -> str:
    """The beginning of a virtual device."""
    return (
        f'<{tag} xsi:type="{kind}"><key>{key}</key><deviceInfo><label>{label}</label>'
        f"<summary>{summary}</summary></deviceInfo>"
    )


@dataclass(frozen=True, slots=True)
class Leaf:
    """A simple value with its schema type."""

    xsi: str
    read: Read
    text: Callable[[Any], str]

    def value(self) -> Write:
        return self._write(f'<val xsi:type="{self.xsi}">', "</val>")

    def element(self, name: str) -> Write:
        return self._write(f"<{name}>", f"</{name}>")

    def _write(self, head: str, tail: str) -> Write:
        read, text = self.read, self.text

        def write(entity: Any, _: Inventory) -> str | None:
            value = read(entity)
            return None if value is None else f"{head}{text(value)}{tail}"

        return write


def text(read: Read) -> Leaf:
    """xsd:string."""
    return Leaf("xsd:string", read, escape)


def integer(read: Read, xsi: str = "xsd:int") -> Leaf:
    """xsd:int unless said otherwise (xsd:long, xsd:short)."""
    return Leaf(xsi, read, str)


def long(read: Read) -> Leaf:
    """xsd:long."""
    return Leaf("xsd:long", read, str)


def short(read: Read) -> Leaf:
    """xsd:short."""
    return Leaf("xsd:short", read, str)


def boolean(read: Read) -> Leaf:
    """xsd:boolean."""
    return Leaf("xsd:boolean", read, bool_text)


def moment(read: Read) -> Leaf:
    """xsd:dateTime."""
    return Leaf("xsd:dateTime", read, date_text)


def enum(xsi: str, read: Read) -> Leaf:
    """A value of one of vSphere's enumerations."""
    return Leaf(xsi, read, str)


@dataclass(frozen=True, slots=True)
class Link:
    """A reference to another object."""

    read: Read

    def value(self) -> Write:
        read = self.read

        def write(entity: Any, _: Inventory) -> str | None:
            ref = read(entity)
            if ref is None:
                return None
            return f'<val xsi:type="ManagedObjectReference" type="{ref.kind}">{ref.moid}</val>'

        return write

    def element(self, name: str) -> Write:
        read = self.read

        def write(entity: Any, _: Inventory) -> str | None:
            ref = read(entity)
            return None if ref is None else f'<{name} type="{ref.kind}">{ref.moid}</{name}>'

        return write


@dataclass(frozen=True, slots=True)
class Links:
    """References to any number of other objects."""

    read: ReadLinks

    def value(self) -> Write:
        read = self.read

        def write(entity: Any, inventory: Inventory) -> str | None:
            inner = "".join(
                f'<ManagedObjectReference type="{ref.kind}" xsi:type="ManagedObjectReference">'
                f"{ref.moid}</ManagedObjectReference>"
                for ref in read(entity, inventory)
            )
            return f'<val xsi:type="ArrayOfManagedObjectReference">{inner}</val>'

        return write

    def element(self, name: str) -> Write:
        read = self.read

        def write(entity: Any, inventory: Inventory) -> str | None:
            return "".join(
                f'<{name} type="{ref.kind}">{ref.moid}</{name}>' for ref in read(entity, inventory)
            )

        return write


@dataclass(frozen=True, slots=True)
class Integers:
    """An array of xsd:int."""

    read: Read

    def value(self) -> Write:
        read = self.read

        def write(entity: Any, _: Inventory) -> str | None:
            inner = "".join(f'<int xsi:type="xsd:int">{number}</int>' for number in read(entity))
            return f'<val xsi:type="ArrayOfInt">{inner}</val>'

        return write

    def element(self, name: str) -> Write:
        read = self.read
        return lambda entity, _: "".join(f"<{name}>{number}</{name}>" for number in read(entity))


@dataclass(frozen=True, slots=True)
class Items:
    """An array of data objects; `write(tag, entity)` writes all of them, each within `tag`."""

    item: str
    """The items' type name: the array is ArrayOf<item>."""
    write: Callable[[str, Any], str]

    def value(self) -> Write:
        item, write_items = self.item, self.write
        head = f'<val xsi:type="ArrayOf{item}">'
        return lambda entity, _: f"{head}{write_items(item, entity)}</val>"

    def element(self, name: str) -> Write:
        write_items = self.write
        return lambda entity, _: write_items(name, entity)


@dataclass(frozen=True, slots=True)
class Texts:
    """Any number of strings."""

    read: Callable[[Any], Iterable[str]]

    def value(self) -> Write:
        read = self.read

        def write(entity: Any, _: Inventory) -> str | None:
            inner = "".join(f"<string>{escape(each)}</string>" for each in read(entity))
            return f'<val xsi:type="ArrayOfString">{inner}</val>'

        return write

    def element(self, name: str) -> Write:
        read = self.read
        return lambda entity, _: "".join(f"<{name}>{escape(s)}</{name}>" for s in read(entity))


def always(_: Any) -> bool:
    """Most structures are never unset."""
    return True


@dataclass(frozen=True, slots=True)
class Struct:
    """A data object: asked for whole, or one field of it by a longer path."""

    xsi: str
    fields: Mapping[str, Node] = field(repr=False)
    present: Callable[[Any], bool] = always

    def value(self) -> Write:
        return self._write(f'<val xsi:type="{self.xsi}">', "</val>")

    def element(self, name: str) -> Write:
        return self._write(f"<{name}>", f"</{name}>")

    def _write(self, head: str, tail: str) -> Write:
        parts = [node.element(name) for name, node in self.fields.items()]
        present = self.present

        def write(entity: Any, inventory: Inventory) -> str | None:
            if not present(entity):
                return None
            inner = "".join([part(entity, inventory) or "" for part in parts])
            return f"{head}{inner}{tail}"

        return write


@dataclass(frozen=True, slots=True)
class Variant:
    """A data object whose declared type is a base: each entity has its own; asked for whole."""

    choose: Callable[[Any], Struct]

    def value(self) -> Write:
        choose = self.choose
        return lambda entity, inventory: choose(entity).value()(entity, inventory)

    def element(self, name: str) -> Write:
        choose = self.choose

        def write(entity: Any, inventory: Inventory) -> str | None:
            struct = choose(entity)
            parts = [node.element(field) for field, node in struct.fields.items()]
            inner = "".join([part(entity, inventory) or "" for part in parts])
            return f'<{name} xsi:type="{struct.xsi}">{inner}</{name}>'

        return write
