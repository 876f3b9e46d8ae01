"""Converters: from an element to the Python value a column holds, or ValueError.

What vSphere cannot be trusted with ends as None here: UUIDs of zeros, addresses that are none, enum
values a newer release invented.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from ipaddress import IPv6Address
from socket import AF_INET, AF_INET6, inet_ntop, inet_pton
from uuid import UUID

from sync_agent.collector.reply import Element

Converter = Callable[[Element], object]

MEBIBYTE = 1024 * 1024
KIBIBYTE = 1024
NIL_UUID = str(UUID(int=0))
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
USUAL_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LINK_LOCAL = re.compile(r"169\.254\.|fe[89ab][0-9a-f]:")
ESCAPE = re.compile(r"%(25|2f|5c)", re.IGNORECASE)
ESCAPED = {"25": "%", "2f": "/", "5c": "\\"}


def text(node: Element) -> str | None:
    """Return the text, without NUL, which PostgreSQL cannot store; nothing is None."""
    content = node.text
    return content.replace("\0", "") if content else None


def integer(node: Element) -> int | None:
    """Return a whole number."""
    content = node.text
    return int(content) if content else None


def kibibytes(node: Element) -> int | None:
    """Return bytes from KiB."""
    content = node.text
    return int(content) * KIBIBYTE if content else None


def mebibytes(node: Element) -> int | None:
    """Return bytes from MiB, vSphere's "MB"."""
    content = node.text
    return int(content) * MEBIBYTE if content else None


def boolean(node: Element) -> bool | None:
    """Return a truth value as XML Schema spells it."""
    content = node.text
    if content in {"true", "1"}:
        return True
    if content in {"false", "0"}:
        return False
    raise ValueError(f"{content!r} is no truth value")


def moment(node: Element) -> datetime | None:
    """Return a moment; without a zone it is UTC; vSphere's epoch (1970) means never."""
    content = node.text
    if not content:
        return None
    found = datetime.fromisoformat(content)
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    return found if found > EPOCH else None


def reference(node: Element) -> str | None:
    """Return the moid of a reference."""
    return node.text


def references(node: Element) -> tuple[str, ...]:
    """Return the moids of an array of references, sorted: vSphere's order means nothing."""
    return tuple(sorted({child.text for child in node if child.text}))


def uuid(node: Element) -> str | None:
    """Return a UUID; malformed or zero is None."""
    return parse_uuid(node.text)


def parse_uuid(content: str | None) -> str | None:
    """Return the UUID a text spells, in its usual spelling; None where it spells none.

    >>> parse_uuid("{501A778F-8bd2dd65-22FC-d7685119c87a}"), parse_uuid("n/a")
    ('501a778f-8bd2-dd65-22fc-d7685119c87a', None)
    """
    found = content or ""
    if not USUAL_UUID.fullmatch(found):
        try:
            found = str(UUID(found))
        except ValueError:
            return None
    return found if found != NIL_UUID else None


def address(node: Element) -> str | None:
    """Return an IP address; anything else is None."""
    return parse_address(node.text)


def parse_address(content: str | None) -> str | None:
    """Return the IP address a text spells, as `ipaddress` writes it, its zone left out.

    None where it spells none. Done by the C library: the objects of `ipaddress` cost more than
    everything else in a record.

    >>> parse_address(" 2001:DB8:0::1%eth0"), parse_address("10.0.0.1"), parse_address("10.0.0")
    ('2001:db8::1', '10.0.0.1', None)
    """
    spelled = (content or "").strip().partition("%")[0]
    family = AF_INET6 if ":" in spelled else AF_INET
    try:
        packed = inet_pton(family, spelled)
    except (OSError, ValueError):
        return None
    found = inet_ntop(family, packed)
    is_mixed = family is AF_INET6 and "." in found  # ::ffff:10.0.0.1
    return str(IPv6Address(packed)) if is_mixed else found


def is_link_local(address: str) -> bool:
    """Tell whether an address, as `parse_address` returns it, means something on its link only."""
    return LINK_LOCAL.match(address) is not None


def choice(known: type[StrEnum]) -> Converter:
    """Return the converter of an enumeration; a value it does not know is None."""
    values: dict[str | None, str] = {member.value: member.value for member in known}
    return lambda node: values.get(node.text)


def decoded_name(raw: str) -> str:
    """Return a name as people see it: vSphere escapes slash, backslash and percent.

    >>> decoded_name("web%2f01 100%25 %20"), decoded_name("plain")
    ('web/01 100% %20', 'plain')
    """
    return ESCAPE.sub(lambda found: ESCAPED[found[1].lower()], raw) if "%" in raw else raw
