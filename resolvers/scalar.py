"""Scalars beyond GraphQL's own five."""

import re
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import NewType
from uuid import UUID

import strawberry
from strawberry.types.scalar import ScalarDefinition

BigInt = NewType("BigInt", int)
IPAddress = NewType("IPAddress", str)
MACAddress = NewType("MACAddress", str)

LOW, HIGH = -(2**63), 2**63 - 1
NOT_HEX = re.compile(r"[^0-9a-f]")


def _big_int(value: object) -> int:
    """Take an integer, or one in text (JavaScript loses precision beyond 53 bits)."""
    number = int(value) if isinstance(value, int | str) and not isinstance(value, bool) else None
    if number is None or not LOW <= number <= HIGH:
        raise ValueError(f"BigInt cannot represent {value!r}")
    return number


def _utc(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()


def _datetime(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("DateTime needs an offset, as in 2026-01-31T12:00:00Z")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("DateTime lies within the years 1 to 9999 of UTC") from error


def _mac(value: str) -> str:
    digits = NOT_HEX.sub("", value.lower())
    if len(digits) != 12:
        raise ValueError(f"MACAddress cannot represent {value!r}")
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2))


SCALARS: dict[object, ScalarDefinition] = {
    BigInt: strawberry.scalar(
        name="BigInt",
        description="An integer of 64 bits: bytes, MHz totals. GraphQL's own Int has 32.",
        parse_value=_big_int,
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="A moment in UTC, as ISO 8601 writes it: 2026-01-31T12:00:00+00:00.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        serialize=_utc,
        parse_value=_datetime,
    ),
    IPAddress: strawberry.scalar(
        name="IPAddress",
        description="An IPv4 or IPv6 address in standard form.",
        serialize=str,
        parse_value=lambda value: str(ip_address(value)),
    ),
    MACAddress: strawberry.scalar(
        name="MACAddress",
        description="A MAC address: six pairs of hex digits joined by colons.",
        serialize=str,
        parse_value=_mac,
    ),
    UUID: strawberry.scalar(
        name="UUID",
        description="A UUID in standard form.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc9562",
        serialize=str,
        parse_value=UUID,
    ),
}
