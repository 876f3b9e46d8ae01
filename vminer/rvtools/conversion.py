"""From what the graph says to what RVTools shows; what is unknown stays empty."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from graphql_api.export.cell import FIRST_YEAR

MIB = 2**20
KIB = 2**10


def plain(value: Any) -> Any:
    """Show a value as it is."""
    return value


def moment(text: str | None) -> datetime | str | None:
    """Show a moment, in UTC: Excel knows no zones, and nothing before 1900.

    >>> moment("2026-01-31T12:00:00+00:00")
    datetime.datetime(2026, 1, 31, 12, 0)
    """
    if text is None:
        return None
    at = datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)
    return at if at.year >= FIRST_YEAR else text


def mib(size: int | None) -> int | None:
    """Show bytes as MiB."""
    return None if size is None else round(size / MIB)


def kib(size: int | None) -> int | None:
    """Show bytes as KiB."""
    return None if size is None else round(size / KIB)


def mib_of_all(*sizes: int | None) -> int | None:
    """Show the sum of sizes as MiB."""
    known = [size for size in sizes if size is not None]
    return mib(sum(known)) if known else None


def mib_less(size: int | None, part: int | None) -> int | None:
    """Show what is left of a size, as MiB.

    >>> mib_less(8 * MIB, 3 * MIB), mib_less(None, 1)
    (5, None)
    """
    return None if size is None or part is None else mib(size - part)


def percent(part: float | None, *factors: float | None) -> int | None:
    """Show a part of the product of the rest, in percent.

    >>> percent(1500, 1000, 3), percent(1, 0), percent(None, 4)
    (50, None, None)
    """
    whole: float = 1
    for factor in factors:
        whole *= factor or 0
    return None if part is None or not whole else round(100 * part / whole)


def quotient(number: int | None, by: int | None) -> int | None:
    """Show how often one number holds another."""
    return None if number is None or not by else number // by


def hours(seconds: int | None) -> float | None:
    """Show seconds as hours."""
    return None if seconds is None else seconds / 3600


def listed(values: list[Any] | None) -> str | None:
    """Show a list as one text.

    >>> listed(["a", None, "b"])
    'a, b'
    """
    return None if values is None else ", ".join(str(each) for each in values if each is not None)


def count(values: list[Any] | None) -> int | None:
    """Show how many there are."""
    return None if values is None else len(values)


def first_known(*values: Any) -> Any:
    """Show the first value that is known; of a list its text.

    >>> first_known(None, [], ["naa.1", "naa.2"])
    'naa.1, naa.2'
    """
    known = (listed(value) if isinstance(value, list) else value for value in values)
    return next((value for value in known if value not in (None, "")), None)


def nth(number: int) -> Callable[..., Any]:
    """Show one element of a list, from 1; of the first of some lists that has it.

    >>> nth(2)(["prod", None], ["network-1", "network-2"]), nth(3)(["prod"])
    ('network-2', None)
    """

    def convert(*lists: list[Any] | None) -> Any:
        return first_known(*((each or [])[number - 1 : number] for each in lists))

    return convert


def ipv4(addresses: list[str] | None) -> str | None:
    """Show the addresses of IPv4."""
    return None if addresses is None else listed([each for each in addresses if ":" not in each])


def ipv6(addresses: list[str] | None) -> str | None:
    """Show the addresses of IPv6."""
    return None if addresses is None else listed([each for each in addresses if ":" in each])
