"""The weekly partitions of `inventory_changes`: which there are to be, and which are too old.

Weeks, not days: a history looks into every partition, and ninety would cost it ninety look-ups.

>>> week = week_of(datetime(2026, 11, 25, 3, tzinfo=UTC))
>>> week.partition, f"{week.begins:%a %d}", f"{week.ends:%a %d}"
('inventory_changes_p20261123', 'Mon 23', 'Mon 30')
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

DEFAULT_PARTITION = "inventory_changes_default"
"""Takes what no week takes, so that a late scheduler fails no merge."""
NAME = re.compile(r"inventory_changes_p(\d{8})")
LENGTH = timedelta(weeks=1)


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """One partition: from a Monday, midnight UTC, to the next."""

    begins: datetime

    @property
    def ends(self) -> datetime:
        """Return the moment that is no longer part of it."""
        return self.begins + LENGTH

    @property
    def partition(self) -> str:
        """Return the name of its table."""
        return f"inventory_changes_p{self.begins:%Y%m%d}"


def week_of(moment: datetime) -> Week:
    """Return the week that a moment falls into."""
    day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return Week(day - timedelta(days=day.weekday()))


def weeks_ahead(now: datetime, count: int) -> list[Week]:
    """Return this week and the next ones, which must have a partition."""
    first = week_of(now)
    return [Week(first.begins + LENGTH * number) for number in range(count + 1)]


def weeks_of(partitions: Iterable[str]) -> list[Week]:
    """Return the weeks that have a partition, by the names of the tables.

    >>> weeks_of(["inventory_changes_default", "inventory_changes_p20261123"])[0].partition
    'inventory_changes_p20261123'
    """
    found = (NAME.fullmatch(name) for name in partitions)
    return sorted(Week(datetime.fromisoformat(f"{match[1]}T00Z")) for match in found if match)


def expired(weeks: Iterable[Week], now: datetime, keep: timedelta) -> list[Week]:
    """Return the weeks of which nothing has to be kept any more."""
    return [week for week in weeks if week.ends <= now - keep]
