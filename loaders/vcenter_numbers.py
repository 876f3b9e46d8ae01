"""What vCenters are called in this database, as far as this process knows: their keys in tables.

A statement that is given the number opens one partition; one that looks it up opens all of them.
It checks what it is given, since a vCenter that is registered anew gets another one.
"""

from uuid import UUID

MOST = 20_000
_numbers: dict[UUID, int] = {}


def number_of(uuid: UUID) -> int | None:
    """Return the number of a vCenter by its instanceUuid; None: not known here."""
    return _numbers.get(uuid)


def remember(uuid: UUID, number: int) -> None:
    """Keep a number that was read just now."""
    if len(_numbers) >= MOST:
        _numbers.clear()
    _numbers[uuid] = number
