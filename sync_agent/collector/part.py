"""Small structures as dictionaries: one walk over the elements, then look-ups by name.

<backing xsi:type="VirtualDiskFlatVer2BackingInfo"><fileName>…   ->
{"@type": "VirtualDiskFlatVer2BackingInfo", "fileName": "…"}
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from sync_agent.collector import value
from sync_agent.collector.reply import VIM, Element, local_type

Structure = dict[str, Any]
"""What an element holds by name: texts, structures, or lists of them where a name repeats."""
Part = dict[str, object]
"""One part of an object, as it is stored in JSON."""

TYPE = "@type"
EMPTY: Structure = {}
NOTHING: frozenset[str] = frozenset()
PREFIX = len(VIM)
NUMBERS = re.compile("([0-9]+)")


def structure(node: Element, omit: frozenset[str] = NOTHING) -> Structure:
    """Return what an element holds; `omit`: names of what is large and not wanted."""
    found: Structure = {}
    if type_ := local_type(node):
        found[TYPE] = type_
    for child in node:
        name = child.tag[PREFIX:]
        if name in omit:
            continue
        held: Any = child.text
        if len(child):
            held = structure(child)
        elif held is None and (type_ := local_type(child)):
            held = {TYPE: type_}
        if name in found:
            before = found[name]
            if isinstance(before, list):
                before.append(held)
                continue
            held = [before, held]
        found[name] = held
    return found


def structures(array: Element | None, omit: frozenset[str] = NOTHING) -> Iterator[Structure]:
    """Yield what the items of an array hold."""
    for node in array if array is not None else ():
        yield structure(node, omit)


def within(found: Structure, name: str) -> Structure:
    """Return a structure inside another; an empty one where there is none."""
    held = found.get(name)
    return held if isinstance(held, dict) else EMPTY


def several(found: Structure, name: str) -> list[Any]:
    """Return everything of a name that may repeat."""
    held = found.get(name)
    return held if isinstance(held, list) else [held] if held is not None else []


def text(found: Structure, name: str) -> str | None:
    """Return a text, without NUL, which PostgreSQL cannot store."""
    held = found.get(name)
    return held.replace("\0", "") if isinstance(held, str) else None


def trimmed(found: Structure, name: str) -> str | None:
    """Return a text that hardware pads with blanks."""
    return (text(found, name) or "").strip() or None


def texts(found: Structure, name: str) -> list[str]:
    """Return the texts of an array, empty ones left out."""
    return [held.replace("\0", "") for held in several(found, name) if isinstance(held, str)]


def mac(found: Structure, name: str) -> str | None:
    """Return a MAC address as everybody writes it: small letters, colons."""
    return (text(found, name) or "").lower().replace("-", ":") or None


def number(found: Structure, name: str) -> int | None:
    """Return a whole number. Raises ValueError."""
    held = found.get(name)
    return int(held) if held is not None else None


def limit(found: Structure, name: str) -> int | None:
    """Return a whole number; vSphere's -1 means no limit. Raises ValueError."""
    held = number(found, name)
    return held if held is not None and held >= 0 else None


def flag(found: Structure, name: str) -> bool | None:
    """Return a truth value. Raises ValueError."""
    held = found.get(name)
    return value.truth(held) if held is not None else None


def moment(found: Structure, name: str) -> str | None:
    """Return a moment as JSON holds it. Raises ValueError."""
    read = value.parse_moment(found.get(name))
    return read.isoformat() if read else None


def ordered(parts: Iterable[Part], *names: str) -> list[Part]:
    """Return parts as `compact` does, in the natural order of these fields.

    vSphere promises no order of what is known by a name or key; ours must not differ by scan.

    >>> ordered([{"device": "vmnic10"}, {"device": None}, {"device": "vmnic2"}], "device")
    [{}, {'device': 'vmnic2'}, {'device': 'vmnic10'}]
    """
    return sorted(compact(parts), key=lambda part: [natural(part.get(name)) for name in names])


def natural(content: object) -> list[str | int]:
    """Return what sorts texts with numbers in them as people would.

    >>> sorted(["vmnic10", "vmnic2", "vmk0"], key=natural)
    ['vmk0', 'vmnic2', 'vmnic10']
    """
    pieces = NUMBERS.split(str(content if content is not None else ""))
    return [int(piece) if place % 2 else piece for place, piece in enumerate(pieces)]


def compact(parts: Iterable[Part]) -> list[Part]:
    """Return parts without what is null: readers take what is absent for null.

    Half of what devices could have, most have not.
    """
    return [{key: held for key, held in part.items() if held is not None} for part in parts]
