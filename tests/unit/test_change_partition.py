"""Which weekly partitions there are to be: without a gap, and none dropped too early."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from models.change_partition import expired, week_of, weeks_ahead, weeks_of

DAYS = st.integers(0, 30_000)
SECONDS = st.integers(0, 86_399)
OFFSETS = st.integers(-14, 14).map(lambda hours: timezone(timedelta(hours=hours)))
MOMENTS = st.builds(
    lambda day, second, zone: (
        datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=day, seconds=second)
    ).astimezone(zone),
    DAYS,
    SECONDS,
    OFFSETS,
)
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@given(moment=MOMENTS)
@settings(database=None)
def test_every_moment_lies_in_its_week(moment):
    week = week_of(moment)

    assert week.begins <= moment < week.ends
    assert week.begins.weekday() == 0
    assert week_of(week.ends) != week


@given(now=MOMENTS, ahead=st.integers(1, 60))
@settings(database=None)
def test_the_weeks_ahead_leave_no_gap(now, ahead):
    weeks = weeks_ahead(now, ahead)

    assert weeks[0] == week_of(now)
    assert all(one.ends == later.begins for one, later in pairwise(weeks))
    assert weeks[-1].begins > now + timedelta(weeks=ahead - 1)


@given(now=MOMENTS)
@settings(database=None)
def test_names_of_tables_are_read_back(now):
    weeks = weeks_ahead(now, 5)

    names = ["inventory_changes_default", *(week.partition for week in weeks), "inventory_changes"]
    assert weeks_of(names) == weeks


def test_a_week_is_dropped_when_its_last_moment_is_old_enough():
    weeks = [week_of(NOW - timedelta(weeks=number)) for number in range(5)]

    dropped = expired(weeks, NOW, timedelta(days=14))

    assert [f"{week.begins:%m-%d}" for week in dropped] == ["11-02", "10-26"]
