"""From a query to its answer: kept in the process, shared through Redis, or executed and then kept.

Only what a plan answered without errors is kept; see `grounds` for how long.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import monotonic
from typing import TypeAlias, cast

import orjson

from graphql_api.answers.entry import Entry
from graphql_api.answers.flight import Flights
from graphql_api.answers.floor import Floor
from graphql_api.answers.freshness import Freshness
from graphql_api.answers.grounds import footing_of, refused
from graphql_api.answers.key import AnswerKey, key_of
from graphql_api.answers.memory import Memory
from graphql_api.answers.shared import SharedFloor
from graphql_api.caller import Caller
from graphql_api.documents import Document
from graphql_api.execution import Answer, timed_out
from graphql_api.request import GraphQLRequest
from graphql_api.run_wait import ARGUMENT as WAIT_ARGUMENT
from graphql_api.settings import GatewaySettings
from loaders.reach import Reach
from runtime.telemetry import Tally

Execute: TypeAlias = Callable[[Reach | None], Awaitable[Answer]]
Identity: TypeAlias = Callable[[], str]
"""Returns what tells the schema and the database from others; empty: not known yet."""
requests = Tally("vminer_response_cache_requests", "Queries by floor and by what became of them.")


@dataclass(frozen=True, slots=True)
class Question:
    """One query: of which document, by whom."""

    document: Document
    request: GraphQLRequest
    caller: Caller
    is_reading: bool = True
    """Whether it may be answered from the cache."""


@dataclass(frozen=True, slots=True)
class Served:
    """An answer, and where it came from."""

    body: bytes
    status: int
    server: str
    has_errors: bool
    how: str
    """hit, miss or bypass."""
    age: int = 0
    """Whole seconds since it was read."""
    found: tuple[AnswerKey, Entry] | None = None
    """Where it is kept by now."""


class AnswerCache:
    """The answers of a process, and those that it shares."""

    def __init__(
        self,
        known: Freshness,
        shared: SharedFloor,
        identity: Identity,
        settings: GatewaySettings,
        *,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.known = known
        self.floor = Floor(settings.response_cache_bytes, known, clock=clock)
        self._shared = shared
        self._identity = identity
        self._settings = settings
        self._clock = clock
        self._memory = Memory(clock=clock)
        self._flights: Flights[tuple[AnswerKey, Entry]] = Flights()
        self._dear_seconds = settings.response_cache_shared_ms / 1000

    async def answer(self, question: Question, execute: Execute) -> Served:
        """Return the answer, from wherever it is to be had the soonest."""
        key, why = self._key(question)
        if key is None:
            requests.add(1, {"floor": "none", "outcome": "bypassed", "reason": why})
            return executed(await execute(None), "bypass")
        if not question.is_reading:
            requests.add(1, {"floor": "none", "outcome": "bypassed", "reason": "no-cache"})
            return (await self._made(key, question, execute))[1]
        if (entry := self.floor.find(key)) is not None:
            return self._hit("process", key, entry)
        if not self._flights.is_under_way(key):
            return await self._led(key, question, execute)
        try:
            async with asyncio.timeout(self._settings.request_deadline_seconds):
                if (landed := await self._flights.landed(key)) is not None:
                    return self._hit("flight", *landed)
                return await self._led(key, question, execute)
        except TimeoutError:
            return executed(timed_out(self._settings.request_deadline_seconds), "miss")

    def _key(self, question: Question) -> tuple[AnswerKey | None, str]:
        """Return the key of a query; None, and why, where it is not looked for."""
        request, document = question.request, question.document
        if not self.known.is_known:
            return None, "blind"
        if request.min_epoch or WAIT_ARGUMENT in document.text:
            return None, "waits"
        if why := self._memory.refusal((document.digest, request.operation_name)):
            return None, why
        scope = question.caller.scope
        key = key_of(document.digest, request.operation_name, request.variables, scope)
        return key, "variables"

    async def _led(self, key: AnswerKey, question: Question, execute: Execute) -> Served:
        """Execute for all who ask the same meanwhile."""
        made = await self._flights.lead(key, lambda: self._found(key, question, execute))
        return cast(Served, made)

    async def _found(
        self, key: AnswerKey, question: Question, execute: Execute
    ) -> tuple[tuple[AnswerKey, Entry] | None, Served]:
        """Look into Redis, where that is worth it; else execute."""
        identity = self._identity() if self._dear_seconds else ""
        if identity and self._memory.is_dear(key[:2], self._dear_seconds):
            entry = await self._shared.find(key.shared(identity))
            if entry is not None and entry.holds(self.known, self._clock()):
                self.floor.keep(key, entry)
                return (key, entry), self._hit("redis", key, entry)
            outcome = "missed" if entry is None else "stale"
            requests.add(1, {"floor": "redis", "outcome": outcome, "reason": ""})
        requests.add(1, {"floor": "process", "outcome": "missed", "reason": ""})
        return await self._made(key, question, execute)

    async def _made(
        self, key: AnswerKey, question: Question, execute: Execute
    ) -> tuple[tuple[AnswerKey, Entry] | None, Served]:
        """Execute, and keep the answer if it may be."""
        looks, reach, began = self.known.looks(), Reach(), self._clock()
        answer = await execute(reach)
        if answer.errors or answer.is_stale:
            return None, executed(answer, "miss")
        seconds = self._clock() - began
        self._memory.cost(key[:2], seconds)
        if why := refused(reach):
            self._memory.refuse(key[:2], why)
            return None, executed(answer, "bypass")
        look, settings = looks.get(answer.server), self._settings
        if look is None or not self.known.is_known:
            return None, executed(answer, "miss")
        footing = footing_of(reach, question.caller.scope, look, self.known, settings)
        if footing is None:
            return None, executed(answer, "miss")
        body = orjson.dumps(answer.body())
        entry = Entry(body, answer.server, began, began + footing.seconds, footing.grounds)
        made = key, entry
        if len(body) <= settings.response_cache_entry_bytes:
            self.floor.keep(key, entry)
            identity = self._identity()
            if identity and 0 < self._dear_seconds <= seconds:
                await self._shared.keep(key.shared(identity), entry)
        return made, Served(body, answer.status, answer.server, False, "miss", 0, made)

    def _hit(self, floor: str, key: AnswerKey, entry: Entry) -> Served:
        requests.add(1, {"floor": floor, "outcome": "hit", "reason": ""})
        age = int(self._clock() - entry.began)
        return Served(entry.body, 200, entry.server, False, "hit", age, (key, entry))


def executed(answer: Answer, how: str) -> Served:
    """Return an answer that was just made."""
    body = orjson.dumps(answer.body())
    return Served(body, answer.status, answer.server, bool(answer.errors), how)
