"""`python -m tests.benchmarks.crowd`: many users with a connection each, who ask when it is time.

Requests are due at random moments (a Poisson process), whatever the server does: who waits for an
answer makes nobody else ask later. A latency is counted from the moment a request was due, so what
waits for its turn counts, and so does the generator's own lateness, which is told apart.
"""

import argparse
import asyncio
import resource
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import NamedTuple, cast

import orjson
import uvloop

from runtime.settings import inherited_environment
from tests.benchmarks.load import ERRORS, GOOD, LENGTH, OK, TOKEN, request_of

END = b"\r\n\r\n"
ABREAST = 50
"""Connections that are opened at once."""
PATIENCE_SECONDS = 30.0
"""How long answers are awaited after the last request."""
SHOWN = 3
EARLY_SECONDS = 0.0005
"""So much the loop may wake too early: its clock has milliseconds."""


class Asked(NamedTuple):
    """A request on its way."""

    due: float
    question: str
    request: bytes


@dataclass(slots=True)
class Answers:
    """What came back."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    late: list[float] = field(default_factory=list)
    """Seconds after it was due that a request of an idle user was sent."""
    failed: int = 0
    failures: list[str] = field(default_factory=list)
    received: int = 0

    def fail(self, why: str) -> None:
        """Note a request that was not answered, or not well."""
        self.failed += 1
        self.failures = [*self.failures, why][:SHOWN]


class User(asyncio.Protocol):
    """A keep-alive connection: one request at a time, the others wait for it."""

    def __init__(self, answers: Answers, counted_from: float) -> None:
        self._answers = answers
        self._counted_from = counted_from
        self._transport: asyncio.Transport
        self._waiting: deque[Asked] = deque()
        self._received = b""
        self._need = 0
        """Bytes of the answer, once its head is there."""
        self.idle = asyncio.Event()
        self.idle.set()

    def ask(self, asked: Asked) -> None:
        """Send a request as soon as the ones before it are answered."""
        self._waiting.append(asked)
        self.idle.clear()
        if len(self._waiting) == 1:
            if asked.due >= self._counted_from:
                self._answers.late.append(time.monotonic() - asked.due)
            self._transport.write(asked.request)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep it."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by its class

    def data_received(self, data: bytes) -> None:
        """Take a part of an answer."""
        self._received += data
        if not self._need and (end := self._received.find(END)) >= 0:
            head = self._received[:end].lower()
            line = next(line for line in head.split(b"\r\n") if line.startswith(LENGTH))
            self._need = end + len(END) + int(line.removeprefix(LENGTH))
        if self._need and len(self._received) >= self._need:
            answer, self._received = self._received, b""
            self._need = 0
            self._answered(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        """Whatever was asked here fails."""
        self._fail(f"the connection was closed ({exc})")

    def give_up(self) -> None:
        """Wait no longer."""
        self._fail("no answer")
        self._transport.close()

    def _fail(self, why: str) -> None:
        for asked in self._waiting:
            self._answers.fail(f"{asked.question}: {why}")
        self._waiting.clear()
        self.idle.set()

    def _answered(self, answer: bytes) -> None:
        asked = self._waiting.popleft()
        body = answer[answer.index(END) + len(END) :]
        if not answer.startswith(OK) or not body.startswith(GOOD) or ERRORS in body:
            status = answer[: answer.index(b"\r\n")].decode()
            self._answers.fail(f"{asked.question}: {status}, {body[:300].decode(errors='replace')}")
        elif asked.due >= self._counted_from:
            found = self._answers.seconds.setdefault(asked.question, [])
            found.append(time.monotonic() - asked.due)
            self._answers.received += len(body)
        if self._waiting:
            self._transport.write(self._waiting[0].request)
        else:
            self.idle.set()


def moments(rate: float, seconds: float, random: Random) -> Iterator[float]:
    """Yield when requests are due, in seconds from the start: as of many users who know of nobody.

    >>> len(list(moments(100, 10, Random(1)))) in range(900, 1100)
    True
    """
    at = random.expovariate(rate)
    while at < seconds:
        yield at
        at += random.expovariate(rate)


async def _crowd(given: argparse.Namespace, asked: Sequence[tuple[str, bytes]]) -> Answers:
    answers, random = Answers(), Random(1)
    loop = asyncio.get_running_loop()
    users: list[User] = []
    began = time.monotonic()
    counted_from = began + given.connecting + given.warm

    async def open_one(port: int) -> User:
        _, user = await loop.create_connection(
            lambda: User(answers, counted_from), "127.0.0.1", port
        )
        return user

    for number in range(0, given.users, ABREAST):
        ports = [given.ports[n % len(given.ports)] for n in range(number, number + ABREAST)]
        users += await asyncio.gather(*(open_one(port) for port in ports))
    start = began + given.connecting
    assert time.monotonic() < start, "connecting took too long"
    for number, at in enumerate(moments(given.rate, given.warm + given.seconds, random)):
        due = start + at
        if (left := due - time.monotonic()) > 0:
            await asyncio.sleep(left + EARLY_SECONDS)
        question, request = asked[number % len(asked)]
        users[number % len(users)].ask(Asked(due, question, request))
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_SECONDS):
            for user in users:
                await user.idle.wait()
    for user in users:
        user.give_up()
    return answers


def main() -> None:
    """Let them ask, and print what came back as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ports", type=lambda text: [int(p) for p in text.split(",")])
    parser.add_argument("--asked", type=Path, help="pairs of a question and a body, one a line")
    parser.add_argument("--users", type=int)
    parser.add_argument("--rate", type=float, help="requests a second")
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--warm", type=float, help="seconds before those that count")
    parser.add_argument("--connecting", type=float, help="seconds for connecting, before these")
    given = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    token = inherited_environment().get(TOKEN, "")
    pairs = (orjson.loads(line) for line in given.asked.read_bytes().splitlines())
    asked = [(question, request_of(body.encode(), token)) for question, body in pairs]
    answers = uvloop.run(_crowd(given, asked))
    found = {
        "seconds": answers.seconds,
        "late": answers.late,
        "failed": answers.failed,
        "failures": answers.failures,
        "received": answers.received,
    }
    sys.stdout.buffer.write(orjson.dumps(found))


if __name__ == "__main__":
    main()
