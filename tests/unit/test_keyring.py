"""Who a caller is: keys that hold and that do not, how often they are read, what a flood costs."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest

from graphql_api import keyring as keyring_module
from graphql_api.caller import ANYBODY, Caller
from graphql_api.keyring import UNKNOWN_SECONDS, Keyring
from graphql_api.refusal import Refusal
from graphql_api.serve import check_listen_address
from graphql_api.settings import GatewaySettings
from loaders.api_key import NUMBERED, SEEN
from loaders.scope import EVERYTHING, Scope
from models.db.rotation import Member
from runtime.errors import (
    NoHealthyReplicaError,
    ReplicaLostError,
    SettingsError,
    StatementTimeoutError,
)
from runtime.tokens import Token, digest_of, new_token

SECONDS = 5.0
VCENTER = uuid4()


AMONG = 20
"""vCenters there are."""


class Server:
    """Two servers in one: it holds keys, counts how often they are read, and may be away."""

    def __init__(self) -> None:
        self.keys: dict[str, tuple[Any, ...]] = {}
        self.seen: list[tuple[str, list[int]]] = []
        self.times_read = 0
        self.asked: list[str] = []
        self.failures: list[Exception] = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    def add(
        self, *operations: str, days: float = 1, vcenters: Sequence[int] | None = None
    ) -> Token:
        token = new_token()
        expires_at = datetime.now(UTC) + timedelta(days=days)
        digest = digest_of(token.text)
        has_all = vcenters is None
        self.keys[token.key_id] = (
            *(token.key_id, has_all, "nightly", digest),
            *(list(operations or ["READ"]), expires_at),
        )
        self.seen += [(token.key_id, list(vcenters))] if vcenters else []
        return token

    serving = (Member("a"), Member("b"))

    @asynccontextmanager
    async def aside(self, member: Member) -> AsyncIterator["Server"]:
        self.times_read += 1
        self.asked.append(member.name)
        await asyncio.sleep(0)
        if self.failures:
            raise self.failures.pop(0)
        yield self

    async def rows(self, statement: object) -> Sequence[Any]:
        await asyncio.sleep(0)
        await self.may_answer.wait()
        if statement is NUMBERED:
            return [(number, VCENTER) for number in range(AMONG)]
        return self.seen if statement is SEEN else list(self.keys.values())


class Clock:
    """A clock that stands still until it is moved."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def keyring(server: Server, clock: Clock, *, is_required: bool = True) -> Keyring:
    settings = GatewaySettings(api_key_required=is_required, api_keys_refresh_seconds=SECONDS)
    return Keyring(server, settings, clock=clock)  # type: ignore[arg-type]


@pytest.fixture
def ring(server: Server, clock: Clock) -> Keyring:
    return keyring(server, clock)


async def refused(ring: Keyring, authorization: str) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        await ring.caller(authorization)
    return refusal.value


async def test_a_key_says_who_asks_and_what_they_may(server: Server, ring: Keyring) -> None:
    reader, writer = server.add(vcenters=[7]), server.add("READ", "SYNC")

    assert await ring.caller(f"Bearer {reader.text}") == Caller(
        "API:nightly", Scope({7: VCENTER}), may_sync=False
    )
    assert await ring.caller(f"bearer  {writer.text} ") == Caller(
        "API:nightly", EVERYTHING, may_sync=True
    )


async def test_a_scope_knows_of_how_many_vcenters_it_is_a_part(
    server: Server, ring: Keyring
) -> None:
    token = server.add(vcenters=[7])

    assert (await ring.caller(f"Bearer {token.text}")).scope.among == AMONG


async def test_a_key_whose_vcenters_are_all_gone_sees_nothing(
    server: Server, ring: Keyring
) -> None:
    token = server.add(vcenters=[])

    assert (await ring.caller(f"Bearer {token.text}")).scope == Scope({})


async def test_what_does_not_hold_is_refused_with_a_challenge(
    server: Server, ring: Keyring
) -> None:
    token, expired, unknown = server.add(), server.add(days=-1), new_token()
    wrong = token.text[:-1] + ("0" if token.text[-1] != "0" else "1")
    wrong_ones = ["", "Basic dTpw", "Bearer", "Bearer x", token.text]
    wrong_ones += [f"Bearer {text}" for text in (wrong, expired.text, unknown.text)]

    for authorization in wrong_ones:
        refusal = await refused(ring, authorization)

        assert refusal.status is HTTPStatus.UNAUTHORIZED
        assert refusal.errors[0]["extensions"]["code"] == "UNAUTHENTICATED"
        assert refusal.headers == [(b"www-authenticate", b'Bearer realm="vMiner"')]
        assert not refusal.is_well_formed


async def test_without_a_key_anybody_may_ask_where_none_is_required(
    server: Server, clock: Clock
) -> None:
    ring = keyring(server, clock, is_required=False)
    token = server.add(vcenters=[7])

    for of_others in ("", "Basic dTpw", "Bearer eyJhbGciOi"):
        assert await ring.caller(of_others) is ANYBODY
    assert (await ring.caller(f"Bearer {token.text}")).scope == Scope({7: VCENTER})
    assert (await refused(ring, f"Bearer {new_token().text}")).status is HTTPStatus.UNAUTHORIZED


async def test_keys_are_read_once_for_all_requests_of_some_seconds(
    server: Server, ring: Keyring, clock: Clock
) -> None:
    token = server.add()
    header = f"Bearer {token.text}"

    await asyncio.gather(*(ring.caller(header) for _ in range(50)))
    clock.now += SECONDS / 2
    await ring.caller(header)
    assert server.times_read == 1

    clock.now += 0.1
    await asyncio.gather(*(ring.caller(header) for _ in range(50)))
    assert server.times_read == 2


async def test_one_request_reads_ahead_and_the_others_go_on_meanwhile(
    server: Server, ring: Keyring, clock: Clock
) -> None:
    header = f"Bearer {server.add().text}"
    await ring.caller(header)
    clock.now += SECONDS - 0.1

    server.may_answer.clear()
    async with asyncio.TaskGroup() as group:
        ahead = group.create_task(ring.caller(header))
        await asyncio.sleep(0)
        assert await ring.caller(header)
        assert not ahead.done()
        server.may_answer.set()

    assert server.times_read == 2


@pytest.mark.parametrize("failure", [ReplicaLostError(), StatementTimeoutError()])
async def test_reading_ahead_may_fail_while_the_keys_still_hold(
    server: Server, ring: Keyring, clock: Clock, failure: Exception
) -> None:
    header = f"Bearer {server.add().text}"
    await ring.caller(header)
    clock.now += SECONDS - 0.1
    server.failures = [failure] * 2

    for _ in range(3):
        assert await ring.caller(header)
    assert server.times_read == 3  # of two servers, and not at once again


async def test_all_who_wait_for_one_reading_go_on_in_the_same_turn(
    server: Server, ring: Keyring
) -> None:
    header = f"Bearer {server.add().text}"
    server.may_answer.clear()
    async with asyncio.TaskGroup() as group:
        waiting = [group.create_task(ring.caller(header)) for _ in range(200)]
        await asyncio.sleep(0)
        server.may_answer.set()
        await waiting[0]
        await asyncio.sleep(0)
        assert [task.done() for task in waiting] == [True] * 200

    assert server.times_read == 1


async def test_whoever_reads_for_the_others_may_go_away_or_fail(
    server: Server, ring: Keyring
) -> None:
    header = f"Bearer {server.add().text}"
    server.may_answer.clear()
    async with asyncio.TaskGroup() as group:
        gone, waiting = (group.create_task(ring.caller(header)) for _ in range(2))
        await asyncio.sleep(0)
        gone.cancel()
        server.may_answer.set()
        assert await waiting

    assert server.times_read == 2


async def test_a_revoked_key_goes_on_for_those_seconds_and_no_longer(
    server: Server, ring: Keyring, clock: Clock
) -> None:
    header = f"Bearer {server.add().text}"
    await ring.caller(header)
    server.keys.clear()

    clock.now += SECONDS - 0.1
    server.failures = [ReplicaLostError()] * 2  # to whom reads ahead
    assert await ring.caller(header)
    clock.now += 0.2
    assert (await refused(ring, header)).status is HTTPStatus.UNAUTHORIZED


async def test_a_header_that_was_in_order_is_hashed_again_only_when_the_keys_were_read_again(
    server: Server, ring: Keyring, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = f"Bearer {server.add().text}"
    hashed: list[str] = []
    is_token = keyring_module.is_token

    def noted(token: str, digest: bytes) -> bool:
        hashed.append(token)
        return is_token(token, digest)

    monkeypatch.setattr(keyring_module, "is_token", noted)
    first, *again = [await ring.caller(header) for _ in range(5)]

    assert again == [first] * 4
    assert len(hashed) == 1
    clock.now += SECONDS + 0.1
    assert await ring.caller(header) == first
    assert len(hashed) == 2


async def test_of_the_many_spellings_of_a_header_one_is_kept(server: Server, ring: Keyring) -> None:
    text = server.add().text
    for n in range(1, 50):
        assert await ring.caller(f"Bearer{' ' * n}{text}")
        await refused(ring, f"Bearer {new_token().text}")

    assert list(ring._shown) == [f"Bearer {text}"]


async def test_a_key_that_expires_is_refused_though_its_header_was_in_order(
    server: Server, ring: Keyring
) -> None:
    token = server.add()
    header = f"Bearer {token.text}"
    assert await ring.caller(header)

    key = ring._keys[token.key_id]
    ring._keys = {token.key_id: replace(key, expires_at=datetime.now(UTC))}

    assert (await refused(ring, header)).status is HTTPStatus.UNAUTHORIZED


async def test_a_new_key_is_known_within_a_second(
    server: Server, ring: Keyring, clock: Clock
) -> None:
    await ring.caller(f"Bearer {server.add().text}")
    token = server.add()

    await refused(ring, f"Bearer {token.text}")
    clock.now += UNKNOWN_SECONDS + 0.1
    assert await ring.caller(f"Bearer {token.text}")


async def test_a_flood_of_made_up_keys_reads_once_a_second_and_fills_nothing(
    server: Server, ring: Keyring, clock: Clock
) -> None:
    for _ in range(11):
        for _ in range(200):
            await refused(ring, f"Bearer {new_token().text}")
        clock.now += 0.11

    assert server.times_read == 2
    assert ring._keys == {}


@pytest.mark.parametrize(
    "failure",
    [ReplicaLostError(), TimeoutError(), ValueError("too many connections")],
    ids=["lost", "silent", "odd"],
)
async def test_a_server_that_does_not_answer_costs_nothing_while_there_is_another(
    server: Server, ring: Keyring, clock: Clock, failure: Exception
) -> None:
    header = f"Bearer {server.add().text}"
    server.failures = [failure]

    assert await ring.caller(header)
    clock.now += SECONDS + 0.1
    assert await ring.caller(header)
    assert server.asked == ["a", "b", "b"]


async def test_all_who_wait_for_one_reading_are_told_of_its_failure(
    server: Server, ring: Keyring
) -> None:
    header = f"Bearer {server.add().text}"
    server.failures = [ReplicaLostError()] * 2
    told = await asyncio.gather(*(ring.caller(header) for _ in range(200)), return_exceptions=True)

    assert {type(each) for each in told} == {NoHealthyReplicaError}
    assert server.times_read == 2


async def test_a_server_that_keeps_a_request_waiting_is_not_asked_again_at_once(
    server: Server, ring: Keyring, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    header = f"Bearer {server.add().text}"
    await ring.caller(header)
    clock.now += SECONDS - 0.5
    server.may_answer.clear()
    async with asyncio.TaskGroup() as group:
        gone = group.create_task(ring.caller(header))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        gone.cancel()

    assert await ring.caller(header)  # with what is known
    assert server.asked == ["a", "a"]
    server.may_answer.set()
    clock.now += UNKNOWN_SECONDS
    assert await ring.caller(header)
    assert server.asked == ["a", "a", "b"]
    assert caplog.records == []


async def test_of_an_outage_is_told_once_a_second(
    server: Server, ring: Keyring, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    header = f"Bearer {server.add().text}"
    for _ in range(3):
        for _ in range(10):
            server.failures = [ReplicaLostError("gone"), ValueError("odd")]
            with pytest.raises(NoHealthyReplicaError):
                await ring.caller(header)
        clock.now += UNKNOWN_SECONDS + 0.1

    assert [record.reason for record in caplog.records] == ["gone", "odd"] * 3  # type: ignore[attr-defined]
    assert [bool(record.exc_info) for record in caplog.records] == [False, True] * 3


async def test_of_answers_that_are_known_one_is_made_anew_to_read_the_keys(
    server: Server, ring: Keyring, clock: Clock
) -> None:
    header = f"Bearer {server.add().text}"
    await ring.caller(header)
    receipt = ring.receipt(header)
    assert receipt is not None
    assert ring.still_holds(receipt)

    clock.now += SECONDS - 0.1
    assert not ring.still_holds(receipt)
    server.may_answer.clear()
    async with asyncio.TaskGroup() as group:
        group.create_task(ring.caller(header))
        await asyncio.sleep(0)
        assert ring.still_holds(receipt)
        server.may_answer.set()
    assert ring.still_holds(receipt)


async def test_old_keys_are_not_believed_when_they_cannot_be_read_again(
    server: Server, ring: Keyring, clock: Clock
) -> None:
    token = server.add()
    await ring.caller(f"Bearer {token.text}")
    clock.now += SECONDS + 0.1
    server.failures = [ReplicaLostError()] * 2

    with pytest.raises(NoHealthyReplicaError):
        await ring.caller(f"Bearer {token.text}")
    assert await ring.caller(f"Bearer {token.text}")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost"])
def test_the_gateway_listens_on_loopback_with_or_without_keys(host: str) -> None:
    for is_required in (True, False):
        check_listen_address(GatewaySettings(api_host=host, api_key_required=is_required))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "vminer.example"])
def test_the_gateway_listens_beyond_loopback_only_where_keys_are_required(host: str) -> None:
    check_listen_address(GatewaySettings(api_host=host, api_key_required=True))

    with pytest.raises(SettingsError, match="VMINER_API_KEY_REQUIRED=true"):
        check_listen_address(GatewaySettings(api_host=host))
