"""Converters: from an element to the Python value a column holds, or ValueError.

What vSphere cannot be trusted with ends as None here: UUIDs of zeros, addresses that are none, enum
values a newer release invented.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address
from socket import AF_INET, AF_INET6, inet_ntop, inet_pton
from uuid import UUID

from sync_agent.collector.reply import Element

Converter = Callable[[Element], object]
Address = IPv4Address | IPv6Address

MEBIBYTE = 1024 * 1024
KIBIBYTE = 1024
IPV4_BYTES = 4
MAPPED = bytes(10)
"""How the addresses begin that the C library spells with a dotted IPv4 address inside."""
NIL_UUID = UUID(int=0)
ESCAPE = re.compile(r"%(25|2f|5c)", re.IGNORECASE)
ESCAPED = {"25": "%", "2f": "/", "5c": "\\"}


def text(node: Element) -> str | None:
    """Return the text, without NUL, which PostgreSQL cannot store; nothing is None."""
    content = node.text
    return content.replace("\0", "") if content else None


def integer(node: Element) -> int | None:
    """Return a whole number."""
    return int(node.text) if node.text else None


def kibibytes(node: Element) -> int | None:
    """Return bytes from KiB."""
    return int(node.text) * KIBIBYTE if node.text else None


def mebibytes(node: Element) -> int | None:
    """Return bytes from MiB, vSphere's "MB"."""
    return int(node.text) * MEBIBYTE if node.text else None


def limit(node: Element) -> int | None:
    """Return a whole number; vSphere's -1 means no limit."""
    found = integer(node)
    return found if found is not None and found >= 0 else None


def limit_mebibytes(node: Element) -> int | None:
    """Return bytes from MiB; vSphere's -1 means no limit."""
    found = limit(node)
    return found * MEBIBYTE if found is not None else None


def boolean(node: Element) -> bool:
    """Return a truth value."""
    return truth(node.text)


def truth(content: str | None) -> bool:
    """Return the truth value a text spells, as XML Schema has it."""
    if content in {"true", "1"}:
        return True
    if content in {"false", "0"}:
        return False
    raise ValueError(f"{content!r} is no truth value")


def moment(node: Element) -> datetime | None:
    """Return a moment."""
    return parse_moment(node.text)


def parse_moment(content: str | None) -> datetime | None:
    """Return the moment a text spells; without a zone it is UTC; vSphere's 1970 means never."""
    if not content:
        return None
    found = datetime.fromisoformat(content)
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    return found if found.timestamp() > 0 else None


def reference(node: Element) -> str | None:
    """Return the moid of a reference."""
    return node.text


def references(node: Element) -> tuple[str, ...]:
    """Return the moids of an array of references, sorted: vSphere's order means nothing."""
    return tuple(sorted({child.text for child in node if child.text}))


def uuid(node: Element) -> UUID | None:
    """Return a UUID; malformed or zero is None."""
    return parse_uuid(node.text)


def parse_uuid(content: str | None) -> UUID | None:
    """Return the UUID a text spells; None where it spells none."""
    try:
        found = UUID(content or "")
    except ValueError:
        return None
    return found if found != NIL_UUID else None


def address(node: Element) -> Address | None:
    """Return an IP address; anything else is None."""
    return parse_address(node.text)


def parse_address(content: str | None) -> Address | None:
    """Return the IP address a text spells, its zone left out; None where it spells none.

    The C library reads it: the ipaddress module takes five times as long.
    """
    text = (content or "").strip()
    try:
        if ":" not in text:
            return IPv4Address(inet_pton(AF_INET, text))
        return IPv6Address(inet_pton(AF_INET6, text.partition("%")[0]))
    except (OSError, ValueError):
        return None


def spelled(found: Address) -> str:
    """Return an address as text, in its one spelling.

    >>> [spelled(parse_address(text)) for text in ("10.0.0.1", "2001:DB8::0:1", "::ffff:1.2.3.4")]
    ['10.0.0.1', '2001:db8::1', '::ffff:102:304']
    """
    if isinstance(found, IPv4Address) or found.packed.startswith(MAPPED):
        return str(found)
    return inet_ntop(AF_INET6, found.packed)  # the same, twelve times as fast


def is_link_local(found: Address) -> bool:
    """Tell whether an address means something on its own wire only.

    >>> [is_link_local(parse_address(text)) for text in ("169.254.7.7", "fe80::1%eth0", "10.0.0.1")]
    [True, True, False]
    """
    packed = found.packed
    if len(packed) == IPV4_BYTES:
        return packed[:2] == b"\xa9\xfe"
    return packed[0] == 0xFE and packed[1] & 0xC0 == 0x80


def choice(known: type[StrEnum]) -> Converter:
    """Return the converter of an enumeration; a value it does not know is None."""
    values = frozenset(member.value for member in known)
    return lambda node: node.text if node.text in values else None


def decoded_name(raw: str) -> str:
    """Return a name as people see it: vSphere escapes slash, backslash and percent.

    >>> decoded_name("web%2f01 100%25 %20"), decoded_name("plain")
    ('web/01 100% %20', 'plain')
    """
    return ESCAPE.sub(lambda found: ESCAPED[found[1].lower()], raw) if "%" in raw else raw
