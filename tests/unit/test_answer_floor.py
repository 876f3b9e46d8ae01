"""Answers in the process: how many bytes, which go first, what leads to them."""

import pytest

from graphql_api.answers.entry import OVERHEAD_BYTES, Entry
from graphql_api.answers.floor import MOST_RAW, Floor
from graphql_api.answers.freshness import Freshness
from graphql_api.answers.key import AnswerKey
from tests.support.answers import Clock, entry, known, of, seen

RAW = ("POST", b"{}", None, None, b"application/json", b"2")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def freshness(clock: Clock) -> Freshness:
    return known(clock, a=seen(v7=1))


def key(number: int) -> AnswerKey:
    return AnswerKey(f"{number}", None, b"{}", b"*")


def big(size: int = 1000) -> Entry:
    return entry(body=b"x" * size)


def floor_of(freshness: Freshness, clock: Clock, entries: int = 3) -> Floor:
    """Return a floor that has room for so many big answers."""
    return Floor((1000 + OVERHEAD_BYTES) * entries, freshness, clock=clock)


def test_the_longest_unused_answer_goes_first(freshness: Freshness, clock: Clock) -> None:
    floor = floor_of(freshness, clock)
    for number in range(3):
        floor.keep(key(number), big())
    assert floor.find(key(0)) is not None

    floor.keep(key(3), big())

    assert [floor.find(key(number)) is not None for number in range(4)] == [True, False, True, True]


def test_its_bytes_stay_within_bounds(freshness: Freshness, clock: Clock) -> None:
    floor = floor_of(freshness, clock)

    for number in range(50):
        floor.keep(key(number), big(number * 40))
        found = floor.find(key(number))
        if found is not None:
            floor.remember(RAW, key(number), found, "prepared")

        assert floor.bytes <= 3 * (1000 + OVERHEAD_BYTES)

    assert 0 < len(floor) <= 5


def test_an_answer_larger_than_the_floor_is_not_kept(freshness: Freshness, clock: Clock) -> None:
    floor = floor_of(freshness, clock)
    floor.keep(key(1), big())

    floor.keep(key(2), big(100_000))

    assert floor.find(key(2)) is None
    assert floor.find(key(1)) is not None


def test_an_answer_that_holds_no_more_is_dropped_with_what_leads_to_it(
    freshness: Freshness, clock: Clock
) -> None:
    floor = floor_of(freshness, clock)
    kept = entry((7, of(1)))
    floor.keep(key(1), kept)
    floor.remember(RAW, key(1), kept, "prepared")
    assert floor.recall(RAW) == "prepared"

    freshness.saw("a", seen(v7=2), clock.now)

    assert floor.recall(RAW) is None
    assert floor.find(key(1)) is None
    assert floor.bytes == len(floor) == 0


def test_answers_survive_a_time_in_which_nothing_is_known(
    freshness: Freshness, clock: Clock
) -> None:
    floor = floor_of(freshness, clock)
    floor.keep(key(1), entry((7, of(1))))

    clock.now += 60
    assert floor.find(key(1)) is None

    freshness.saw("a", seen(v7=1), clock.now)
    assert floor.find(key(1)) is not None


def test_a_new_answer_takes_the_place_of_the_old_one(freshness: Freshness, clock: Clock) -> None:
    floor = floor_of(freshness, clock)
    old, new = big(), big(500)
    floor.keep(key(1), old)
    floor.remember(RAW, key(1), old, "old")

    floor.keep(key(1), new)
    floor.remember(RAW, key(1), old, "old again")

    assert floor.recall(RAW) is None, "it led to the old one"
    assert floor.find(key(1)) is new
    assert floor.bytes == new.size


def test_only_so_many_ways_to_ask_are_remembered(freshness: Freshness, clock: Clock) -> None:
    floor = Floor(1_000_000, freshness, clock=clock)
    kept = big()
    floor.keep(key(1), kept)

    for number in range(MOST_RAW + 1):
        floor.remember((f"{number}", b""), key(1), kept, number)

    assert floor.recall(("0", b"")) is None
    assert floor.recall((f"{MOST_RAW}", b"")) == MOST_RAW
    assert len(kept.raw) == MOST_RAW
