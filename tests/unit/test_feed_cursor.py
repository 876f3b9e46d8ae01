"""Cursors of the feed: what they say, whom they refuse, and that they never lead back."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.feed import MARGIN, Head, Position
from resolvers import feed_cursor
from runtime.errors import ExpiredCursorError, ForeignCursorError, InvalidCursorError

NOW = datetime(2030, 1, 2, tzinfo=UTC)
HEAD = Head("7.5", oldest_active=100, beat_at=NOW, purged_before=None)


def test_a_cursor_says_what_it_was_made_of():
    place = Position(2**60, 7, NOW)

    assert feed_cursor.decode(feed_cursor.encode("7.5", place), HEAD) == place


def test_a_cursor_of_another_database_is_refused():
    with pytest.raises(ForeignCursorError):
        feed_cursor.decode(feed_cursor.encode("7.6", Position(1, 1, NOW)), HEAD)


@pytest.mark.parametrize(
    ("at", "is_refused"),
    [
        (NOW + MARGIN, False),
        (NOW + MARGIN - timedelta(seconds=1), True),
        (None, True),
    ],
    ids=["all behind it is kept", "some may be gone", "of no known time"],
)
def test_a_cursor_is_refused_once_changes_behind_it_may_be_purged(at, is_refused):
    head = Head("7.5", 100, NOW, purged_before=NOW)
    cursor = feed_cursor.encode("7.5", Position(1, 1, at))

    if is_refused:
        with pytest.raises(ExpiredCursorError):
            feed_cursor.decode(cursor, head)
    else:
        assert feed_cursor.decode(cursor, head).at == at


@pytest.mark.parametrize(
    "position",
    [
        Position(-1, 1, NOW),
        Position(2**63, 1, NOW),
        Position(1, True, NOW),
        Position(1, 1, NOW.replace(tzinfo=None)),
    ],
    ids=["below zero", "too big", "no number", "no offset"],
)
def test_numbers_and_times_that_no_database_gave_are_refused(position):
    with pytest.raises(InvalidCursorError):
        feed_cursor.decode(feed_cursor.encode("7.5", position), HEAD)


@given(text=st.text(max_size=40))
@settings(database=None)
def test_any_other_text_is_no_cursor(text):
    with pytest.raises(InvalidCursorError):
        feed_cursor.decode(text, HEAD)


def test_the_end_lies_before_what_may_be_under_way():
    assert feed_cursor.end_of(HEAD) == Position(100, 0, NOW)


def test_a_replica_that_lags_leads_nobody_back():
    read_elsewhere = Position(120, 3, NOW + timedelta(minutes=1))

    assert feed_cursor.end_of(HEAD, read_elsewhere) == read_elsewhere


def test_the_end_moves_on_in_time_even_where_nothing_was_found():
    old = Position(90, 0, NOW - timedelta(days=100))

    assert feed_cursor.end_of(HEAD, old) == Position(100, 0, NOW)
