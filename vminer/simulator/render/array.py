"""More building blocks of a type's table: arrays, and data objects of several types."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from vminer.simulator.inventory.inventory import Inventory
from vminer.simulator.render.node import Struct, Write, escape


@dataclass(frozen=True, slots=True)
class Texts:
    """An array of strings."""

    read: Callable[[Any], Iterable[str]]

    def value(self) -> Write:
        inner = self.element("string")
        return lambda entity, inventory: (
            f'<val xsi:type="ArrayOfString">{inner(entity, inventory)}</val>'
        )

    def element(self, name: str) -> Write:
        read = self.read
        return lambda entity, _: "".join(
            f"<{name}>{escape(each)}</{name}>" for each in read(entity)
        )


@dataclass(frozen=True, slots=True)
class Octets:
    """An array of bytes: vSphere writes an element for each, signed."""

    read: Callable[[Any], bytes]

    def value(self) -> Write:
        inner = self.element("byte")
        return lambda entity, inventory: (
            f'<val xsi:type="ArrayOfByte">{inner(entity, inventory)}</val>'
        )

    def element(self, name: str) -> Write:
        read = self.read
        written = [f"<{name}>{each if each < 128 else each - 256}</{name}>" for each in range(256)]
        return lambda entity, _: "".join([written[each] for each in read(entity)])


@dataclass(frozen=True, slots=True)
class Varied:
    """A data object of one of several types, chosen for each entity; its type is always written."""

    choose: Callable[[Any], str]
    """The name of the type."""
    of: Mapping[str, Struct] = field(repr=False)

    def chosen(self, entity: Any) -> Struct:
        """The structure of this entity's type."""
        return self.of[self.choose(entity)]

    def value(self) -> Write:
        writers = {name: struct.value() for name, struct in self.of.items()}
        return lambda entity, inventory: writers[self.choose(entity)](entity, inventory)

    def element(self, name: str) -> Write:
        writers = {kind: struct.element(name) for kind, struct in self.of.items()}
        head = f"<{name}>"

        def write(entity: Any, inventory: Inventory) -> str | None:
            kind = self.choose(entity)
            written = writers[kind](entity, inventory)
            if written is None:
                return None
            return written.replace(head, f'<{name} xsi:type="{kind}">', 1)

        return write


@dataclass(frozen=True, slots=True)
class Each:
    """An array of data objects: `of` says how one is written, and reads from that one."""

    item: str
    """The items' declared type: the array is ArrayOf<item>."""
    read: Callable[[Any], Iterable[Any]]
    of: Struct | Varied

    def value(self) -> Write:
        inner, item = self.element(self.item), self.item
        return lambda entity, inventory: (
            f'<val xsi:type="ArrayOf{item}">{inner(entity, inventory)}</val>'
        )

    def element(self, name: str) -> Write:
        read, write = self.read, self.of.element(name)
        return lambda entity, inventory: "".join(
            [write(each, inventory) or "" for each in read(entity)]
        )
