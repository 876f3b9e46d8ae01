"""From a query to its answer: what is kept, what is executed again, what waits for what."""

import asyncio
from typing import Any

import orjson
import pytest

from graphql_api.answers.cache import AnswerCache, Question, Served
from graphql_api.answers.freshness import Freshness
from graphql_api.answers.shared import decoded, encoded
from graphql_api.caller import Caller
from graphql_api.documents import Document, Documents
from graphql_api.execution import Answer
from graphql_api.request import GraphQLRequest
from graphql_api.schema import core_schema
from graphql_api.settings import GatewaySettings
from loaders.awaited import MinEpoch
from loaders.reach import Reach, Traits
from loaders.scope import EVERYTHING, Scope
from tests.support.answers import Clock, entry, known, of, seen, uuid_of

SETTINGS = GatewaySettings(response_cache_shared_ms=0)
DOCUMENTS = Documents(core_schema, SETTINGS)
NAMED = DOCUMENTS.prepare("query ($id: ID!) { vcenter(id: $id) { name } }")
WAITING = DOCUMENTS.prepare("query ($id: ID!) { syncRun(id: $id, waitSeconds: 3) { state } }")
COVERED = Traits(is_covered=True, is_timely=False)
UNCOVERED = Traits(is_covered=False, is_timely=False)
ERROR = {"message": "no", "extensions": {"code": "TIMEOUT"}}


class Execution:
    """Answers, and counts how often it had to; a server may have less than another."""

    def __init__(self) -> None:
        self.count = 0
        self.server = "a"
        self.errors: list[dict[str, Any]] = []
        self.is_stale = False
        self.by_plan = True
        self.traits = COVERED
        self.size = 10
        self.meanwhile: Any = None

    async def __call__(self, reach: Reach | None) -> Answer:
        self.count += 1
        await asyncio.sleep(0)
        if reach is not None:
            reach.by_plan = self.by_plan
            reach.note(self.traits, [7])
        if self.meanwhile is not None:
            self.meanwhile()
        data = None if self.errors else {"count": self.count, "more": "x" * self.size}
        return Answer(data, self.errors, self.server, self.is_stale)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def freshness(clock: Clock) -> Freshness:
    return known(clock, a=seen(v7=1, v8=1))


@pytest.fixture
def cache(freshness: Freshness, clock: Clock) -> AnswerCache:
    no_redis: Any = None
    return AnswerCache(freshness, no_redis, lambda: "", SETTINGS, clock=clock)


@pytest.fixture
def execution() -> Execution:
    return Execution()


def question(
    document: Document = NAMED,
    *,
    scope: Scope = EVERYTHING,
    is_reading: bool = True,
    min_epoch: tuple[MinEpoch, ...] = (),
    **variables: Any,
) -> Question:
    request = GraphQLRequest(None, document.digest, variables, None, False, min_epoch)
    return Question(document, request, Caller("test", scope, may_sync=False), is_reading)


async def twice(cache: AnswerCache, execution: Execution, asked: Question) -> list[Served]:
    """Ask the same two times."""
    return [await cache.answer(asked, execution) for _ in range(2)]


async def test_a_hit_equals_what_was_executed_to_the_byte(
    cache: AnswerCache, execution: Execution
) -> None:
    first, second = await twice(cache, execution, question(id="x"))

    assert (first.how, second.how) == ("miss", "hit")
    assert first.body == second.body == orjson.dumps({"data": {"count": 1, "more": "x" * 10}})
    assert (first.server, first.status) == (second.server, second.status) == ("a", 200)
    assert execution.count == 1


async def test_a_sync_makes_it_stale(
    cache: AnswerCache, execution: Execution, freshness: Freshness, clock: Clock
) -> None:
    await cache.answer(question(id="x"), execution)
    freshness.saw("a", seen(v7=2, v8=1), clock.now)

    assert (await cache.answer(question(id="x"), execution)).how == "miss"
    assert (await cache.answer(question(id="x"), execution)).how == "hit"


async def test_what_was_overtaken_by_a_sync_is_not_kept(
    cache: AnswerCache, execution: Execution, freshness: Freshness, clock: Clock
) -> None:
    execution.meanwhile = lambda: freshness.saw("a", seen(v7=2, v8=1), clock.now)

    found = [
        *await twice(cache, execution, question(id="x")),
        *await twice(cache, execution, question(id="x")),
    ]

    assert [each.how for each in found] == ["miss", "miss", "hit", "hit"]


async def test_a_server_that_is_behind_does_not_fill_the_cache(
    cache: AnswerCache, execution: Execution, freshness: Freshness, clock: Clock
) -> None:
    freshness.saw("b", seen(v7=2, v8=1), clock.now)

    assert [each.how for each in await twice(cache, execution, question(id="x"))] == ["miss"] * 2

    execution.server = "b"
    assert [each.how for each in await twice(cache, execution, question(id="x"))] == ["miss", "hit"]


@pytest.mark.parametrize(
    ("name", "value", "how"),
    [
        ("errors", [ERROR], "miss"),
        ("is_stale", True, "miss"),
        ("server", "never looked at", "miss"),
        ("by_plan", False, "bypass"),
        ("traits", UNCOVERED, "bypass"),
        ("size", 2 * 1024 * 1024, "miss"),
    ],
    ids=["errors", "stale", "an unknown server", "no plan", "other tables", "too large"],
)
async def test_these_are_never_kept(
    cache: AnswerCache, execution: Execution, name: str, value: Any, how: str
) -> None:
    setattr(execution, name, value)

    found = await twice(cache, execution, question(id="x"))

    assert [each.how for each in found] == [how] * 2
    assert execution.count == 2
    assert len(cache.floor) == 0


@pytest.mark.parametrize(
    "asked",
    [
        question(id="x", min_epoch=(MinEpoch(uuid_of(7), "Host", "LIGHT", 1),)),
        question(WAITING, id="x"),
    ],
    ids=["minEpoch", "waitSeconds"],
)
async def test_who_waits_for_something_is_never_answered_from_the_cache(
    cache: AnswerCache, execution: Execution, asked: Question
) -> None:
    assert [each.how for each in await twice(cache, execution, asked)] == ["bypass"] * 2
    assert execution.count == 2


async def test_other_variables_and_other_scopes_have_answers_of_their_own(
    cache: AnswerCache, execution: Execution
) -> None:
    asked = [
        question(id="x"),
        question(id="y"),
        question(id="x", scope=Scope({7: uuid_of(7)})),
        question(id="x", scope=Scope({7: uuid_of(7), 8: uuid_of(8)})),
    ]

    assert [(await cache.answer(each, execution)).how for each in asked] == ["miss"] * 4
    assert [(await cache.answer(each, execution)).how for each in asked] == ["hit"] * 4


async def test_no_cache_asks_again_and_renews_what_is_kept(
    cache: AnswerCache, execution: Execution
) -> None:
    await cache.answer(question(id="x"), execution)

    renewed = await cache.answer(question(id="x", is_reading=False), execution)
    hit = await cache.answer(question(id="x"), execution)

    assert renewed.how == "miss"
    assert execution.count == 2
    assert (hit.how, hit.body) == ("hit", renewed.body)


async def test_nothing_is_served_nor_kept_while_nothing_is_known(
    cache: AnswerCache, execution: Execution, clock: Clock
) -> None:
    await cache.answer(question(id="x"), execution)
    clock.now += 60

    assert [each.how for each in await twice(cache, execution, question(id="x"))] == ["bypass"] * 2
    assert execution.count == 3


async def test_an_answer_tells_its_age(
    cache: AnswerCache, execution: Execution, freshness: Freshness, clock: Clock
) -> None:
    await cache.answer(question(id="x"), execution)
    clock.now += 17
    freshness.saw("a", seen(v7=1, v8=1), clock.now)

    assert (await cache.answer(question(id="x"), execution)).age == 17


async def test_no_answer_outlives_its_time(
    cache: AnswerCache, execution: Execution, freshness: Freshness, clock: Clock
) -> None:
    await cache.answer(question(id="x"), execution)
    clock.now += SETTINGS.response_cache_seconds + 1
    freshness.saw("a", seen(v7=1, v8=1), clock.now)

    assert (await cache.answer(question(id="x"), execution)).how == "miss"


async def test_equal_queries_at_the_same_time_execute_once(
    cache: AnswerCache, execution: Execution
) -> None:
    found = await asyncio.gather(*(cache.answer(question(id="x"), execution) for _ in range(100)))

    assert execution.count == 1
    assert len({each.body for each in found}) == 1


async def test_a_deadline_of_one_who_waits_is_told_as_such(
    freshness: Freshness, clock: Clock
) -> None:
    no_redis: Any = None
    settings = GatewaySettings(response_cache_shared_ms=0, request_deadline_seconds=0.05)
    cache = AnswerCache(freshness, no_redis, lambda: "", settings, clock=clock)
    go_on = asyncio.Event()

    async def slow(reach: Reach | None) -> Answer:
        await go_on.wait()
        return Answer({}, [], "a", is_stale=False)

    async with asyncio.TaskGroup() as group:
        group.create_task(cache.answer(question(id="x"), slow))
        await asyncio.sleep(0)
        waited = await cache.answer(question(id="x"), slow)
        go_on.set()

    assert orjson.loads(waited.body)["errors"][0]["extensions"]["code"] == "TIMEOUT"


def test_an_answer_comes_back_from_redis_as_it_was() -> None:
    kept = entry((7, of(3)), (8, of(4)), body=b'{"data":"a\\nb\n"}')

    found = decoded(encoded(kept, "key"), "key", 200.0, 5000.0)

    assert found is not None
    assert (found.body, found.server, found.grounds) == (kept.body, kept.server, kept.grounds)
    assert (found.began, found.until) == (4900.0, 5200.0)


def test_an_answer_of_another_key_is_not_taken_from_redis() -> None:
    assert decoded(encoded(entry(), "another"), "key", 200.0, 5000.0) is None


@pytest.mark.parametrize("value", [b"", b"nonsense\n{}", b"{}\n{}", b'{"key":"key"}\n{}'])
def test_what_is_none_of_ours_is_refused(value: bytes) -> None:
    with pytest.raises((ValueError, KeyError)):
        decoded(value, "key", 200.0, 5000.0)
