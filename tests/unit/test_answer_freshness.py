"""Which answers still hold, by what the servers were last seen to have."""

from uuid import UUID

import pytest

from graphql_api.answers.freshness import PATIENCE, Freshness
from graphql_api.answers.grounds import Footing, footing_of, refused
from graphql_api.settings import GatewaySettings
from loaders.fingerprint import Seen
from loaders.reach import Reach, Traits
from loaders.scope import EVERYTHING, Scope
from tests.support.answers import PERIOD, Clock, entry, known, of, seen, uuid_of

SETTINGS = GatewaySettings()
PLAIN = Traits(is_covered=True, is_timely=False)
TIMELY = Traits(is_covered=True, is_timely=True)
UNCOVERED = Traits(is_covered=False, is_timely=False)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def read(*named: int | UUID, everything: bool = False, traits: Traits = PLAIN) -> Reach:
    """Return what a plan has read of these vCenters."""
    reach = Reach(by_plan=True)
    reach.note(traits, None if everything else named)  # type: ignore[arg-type]
    return reach


def footing(
    reach: Reach, freshness: Freshness, scope: Scope = EVERYTHING, server: str = "a"
) -> Footing | None:
    """Return what an answer of a server rests on."""
    return footing_of(reach, scope, freshness.looks()[server], freshness, SETTINGS)


def test_an_answer_holds_while_its_fingerprints_are_the_newest(clock: Clock) -> None:
    freshness = known(clock, a=seen(v7=1, v8=1))
    kept = entry((7, of(1)))

    assert kept.holds(freshness, clock.now)

    freshness.saw("a", seen(v7=1, v8=2), clock.now)
    assert kept.holds(freshness, clock.now), "another vCenter has changed"

    freshness.saw("a", seen(v7=2, v8=2), clock.now)
    assert not kept.holds(freshness, clock.now)


def test_a_vcenter_that_is_gone_takes_its_answers_with_it(clock: Clock) -> None:
    freshness = known(clock, a=seen(v7=1, v8=1))
    kept = entry((7, of(1)))

    freshness.saw("a", seen(v8=1), clock.now)

    assert not kept.holds(freshness, clock.now)


def test_the_newest_that_any_server_has_counts(clock: Clock) -> None:
    freshness = known(clock, a=seen(v7=1), b=seen(v7=2))

    assert not entry((7, of(1))).holds(freshness, clock.now)
    assert entry((7, of(2))).holds(freshness, clock.now)


def test_nothing_holds_once_no_server_was_seen_for_some_periods(clock: Clock) -> None:
    freshness = known(clock, a=seen(v7=1))
    kept = entry((7, of(1)))

    clock.now += PATIENCE * PERIOD
    assert freshness.is_known
    assert kept.holds(freshness, clock.now)

    clock.now += 0.1
    assert not freshness.is_known
    assert not kept.holds(freshness, clock.now)


def test_nothing_is_known_before_the_first_look(clock: Clock) -> None:
    assert not Freshness(PERIOD, clock=clock).is_known


def test_an_answer_is_gone_when_its_time_is_up(clock: Clock) -> None:
    kept = entry((7, of(1)), until=1000.5)

    assert kept.holds(known(clock, a=seen(v7=1)), clock.now)
    clock.now = 1000.6
    assert not kept.holds(known(clock, a=seen(v7=1)), clock.now)


def test_a_server_that_went_away_counts_no_more(clock: Clock) -> None:
    freshness = known(clock, a=seen(v7=1), b=seen(v7=2))

    freshness.lost("b")
    assert entry((7, of(1))).holds(freshness, clock.now)

    freshness.lost("a")
    assert not freshness.is_known


def test_an_answer_rests_on_what_its_server_had_before_it_was_asked(clock: Clock) -> None:
    freshness = known(clock, a=seen(v7=1, v8=1))

    assert footing(read(7), freshness) == Footing(((7, of(1)),), SETTINGS.response_cache_seconds)
    assert footing(read(uuid_of(8)), freshness) == Footing(
        ((8, of(1)),), SETTINGS.response_cache_seconds
    )


def test_an_answer_of_a_server_that_is_behind_is_not_kept(clock: Clock) -> None:
    freshness = known(clock, a=seen(v7=1, v8=1), b=seen(v7=2, v8=1))

    assert footing(read(7), freshness, server="a") is None
    assert footing(read(7), freshness, server="b") is not None
    assert footing(read(8), freshness, server="a") is not None, "of what it has it may tell"


def test_an_answer_that_was_overtaken_while_it_was_made_is_not_kept(clock: Clock) -> None:
    freshness = known(clock, a=seen(v7=1))
    looks = freshness.looks()

    freshness.saw("a", seen(v7=2), clock.now)

    assert footing_of(read(7), EVERYTHING, looks["a"], freshness, SETTINGS) is None


@pytest.mark.parametrize(
    "reach",
    [
        read(everything=True),
        read(7, traits=TIMELY),
        read(9),
        read(uuid_of(9)),
    ],
    ids=["any vCenter", "the time", "one that was never read", "an unknown ID"],
)
def test_what_cannot_be_pinned_down_is_kept_for_a_short_time(clock: Clock, reach: Reach) -> None:
    freshness = known(clock, a=seen(v7=1))

    assert footing(reach, freshness) == Footing((), SETTINGS.response_cache_estate_seconds)


def test_an_answer_over_the_estate_is_not_kept_from_a_server_that_is_behind(clock: Clock) -> None:
    freshness = known(clock, a=seen(v7=1), b=seen(v7=2))

    assert footing(read(everything=True), freshness, server="a") is None
    assert footing(read(everything=True), freshness, server="b") is not None


def test_who_may_see_some_vcenters_has_answers_that_rest_on_those(clock: Clock) -> None:
    freshness = known(clock, a=seen(v7=1, v8=1, v9=1))
    scope = Scope({7: uuid_of(7), 9: uuid_of(9)})

    found = footing(read(everything=True), freshness, scope)

    assert found is not None
    assert sorted(found.grounds) == [(7, of(1)), (9, of(1))]


@pytest.mark.parametrize(
    ("reach", "why"),
    [
        (read(7), None),
        (Reach(by_plan=True), "uncovered"),
        (read(7, traits=UNCOVERED), "uncovered"),
        (Reach(), "unplanned"),
    ],
    ids=["rows", "nothing was read", "a table that syncs do not cover", "no plan"],
)
def test_only_what_a_plan_read_of_covered_tables_may_be_kept(reach: Reach, why: str | None) -> None:
    assert refused(reach) == why


def test_servers_that_have_the_same_share_one_mapping(clock: Clock) -> None:
    freshness = known(clock, a=seen(v7=1))
    generation = freshness.generation

    freshness.saw("a", Seen(dict(seen(v7=1).vcenters), seen(v7=1).numbers), clock.now)

    assert freshness.generation == generation
