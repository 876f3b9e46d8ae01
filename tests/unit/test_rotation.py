"""Whose turn it is among replicas, and who is left out."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from models.db.rotation import Member, Rotation
from models.db.settings import ReplicaSettings

BEAT = datetime(2026, 3, 1, tzinfo=UTC)
SETTINGS = ReplicaSettings(
    replica_max_lag_seconds=10,
    replica_bench_seconds=1,
    replica_max_bench_seconds=5,
    replica_good_probes=2,
)


@pytest.fixture
def rotation() -> Rotation:
    """Three replicas and the primary, all fresh."""
    made = Rotation([Member(name) for name in "abc"], Member("primary"), SETTINGS)
    for member in (made.primary, *made.members):
        made.answered(member, BEAT)
    return made


def names(rotation: Rotation, turns: int) -> Counter[str]:
    """Return how often each member is chosen in some turns."""
    chosen = [rotation.choose() for _ in range(turns)]
    return Counter(member.name for member in chosen if member)


def test_a_member_nobody_has_probed_serves_nothing() -> None:
    rotation = Rotation([Member("a")], Member("primary"), SETTINGS)

    assert rotation.choose() is None
    assert rotation.least_late() is None


def test_all_fit_members_take_equal_turns(rotation: Rotation) -> None:
    assert names(rotation, 30) == {"a": 10, "b": 10, "c": 10}


def test_a_round_has_every_fit_member_once_and_begins_with_each_in_turn(
    rotation: Rotation,
) -> None:
    rotation.failed(rotation.members[1], "gone", now=0)

    rounds = ["".join(member.name for member in rotation.round()) for _ in range(4)]

    assert sorted(rounds) == ["ac", "ac", "ca", "ca"]
    assert rounds[0] != rounds[1]


def test_the_load_of_a_benched_member_is_shared_by_all_others(rotation: Rotation) -> None:
    rotation.failed(rotation.members[0], "gone", now=0)

    assert names(rotation, 30) == {"b": 15, "c": 15}


def test_a_member_that_keeps_failing_rests_longer_each_time_up_to_a_limit(
    rotation: Rotation,
) -> None:
    member = rotation.members[0]
    pauses = []
    for now in (0, 100, 200, 300):
        rotation.failed(member, "gone", now=now)
        pauses.append(member.benched_until - now)
        assert not rotation.due(member, member.benched_until - 0.1)
        assert rotation.due(member, member.benched_until)

    assert pauses == [1, 2, 4, 5]


def test_a_benched_member_comes_back_after_two_good_probes(rotation: Rotation) -> None:
    member = rotation.members[0]
    rotation.failed(member, "gone", now=0)

    rotation.answered(member, BEAT)
    assert not member.is_fit
    rotation.answered(member, BEAT)
    assert member.is_fit
    assert member.pause_seconds == 0


def test_a_late_member_is_left_out_until_it_has_caught_up(rotation: Rotation) -> None:
    later = BEAT + timedelta(seconds=11)
    for member in (rotation.primary, *rotation.members[1:]):
        rotation.answered(member, later)

    assert names(rotation, 30) == {"b": 15, "c": 15}
    assert rotation.members[0].lag_seconds == 11

    rotation.answered(rotation.members[0], later)
    assert names(rotation, 30) == {"a": 10, "b": 10, "c": 10}


def test_when_the_heart_stops_for_all_none_is_late(rotation: Rotation) -> None:
    rotation.failed(rotation.primary, "gone", now=0)
    for member in rotation.members:
        rotation.answered(member, BEAT)

    assert names(rotation, 30) == {"a": 10, "b": 10, "c": 10}


def test_of_late_members_the_least_late_is_named(rotation: Rotation) -> None:
    rotation.answered(rotation.primary, BEAT + timedelta(seconds=60))
    rotation.answered(rotation.members[1], BEAT + timedelta(seconds=20))

    assert rotation.choose() is None
    late = rotation.least_late()
    assert late is not None
    assert late.name == "b"
