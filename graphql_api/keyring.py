"""Telling callers apart by `Authorization: Bearer vminer_…`.

Each process keeps all live keys for some seconds and reads them again, over the replicas, where a
request needs one: no request waits for a look-up of its own, and made-up keys cost a look into a
dictionary and fill nothing. From half the time on one request reads while the others go on with
what is known. The price: a revoked key goes on for those seconds, and for the replica's lag. Keys
that were read longer ago are not believed; without a server to read them from, requests with a key
are answered 503, as all reads are.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from time import monotonic

from graphql_api.caller import ANYBODY, Caller
from graphql_api.refusal import Refusal, refuse
from graphql_api.settings import GatewaySettings
from loaders.api_key import LiveKey, live_keys
from models.db.replicas import ReplicaPool
from models.db.rotation import Member
from runtime.errors import NoHealthyReplicaError, StatementTimeoutError, UnavailableError
from runtime.telemetry import Kind, Tally
from runtime.tokens import PREFIX, is_token, key_id_of

log = logging.getLogger(__name__)
UNKNOWN_SECONDS = 1.0
"""A key not heard of may be new: keys are read again for it, but no more often than this."""
AHEAD = 0.5
"""Share of the time that keys are believed for, after which they are read again."""
PATIENCE_SECONDS = 3.0
"""For a server to answer; then the next one is asked."""
CHALLENGE = b'Bearer realm="vMiner"'


@dataclass(slots=True)
class Receipt:
    """That a header was in order: with which key, if one was needed."""

    key: LiveKey | None
    kind: Kind = ()
    """As its use is counted."""
    caller: Caller = ANYBODY
    """Who showed it."""

    @classmethod
    def of(cls, key: LiveKey) -> "Receipt":
        """Return the receipt of a key."""
        return cls(key, (("key", key.id),), Caller.of(key))


used = Tally("vminer_api_key_requests", "Requests by API key; the id is no secret.")


class Keyring:
    """The live keys, as of some seconds ago at most."""

    def __init__(
        self,
        pool: ReplicaPool,
        settings: GatewaySettings,
        *,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._pool = pool
        self._clock = clock
        self._is_required = settings.api_key_required
        self._seconds = settings.api_keys_refresh_seconds
        self._deadline_seconds = settings.request_deadline_seconds
        self._keys: Mapping[str, LiveKey] = {}
        self._shown: dict[str, Receipt] = {}
        """Headers that were in order since the keys were read: they need not be hashed again."""
        self._read_at = float("-inf")
        self._reading: asyncio.Future[None] | None = None
        """Ends with the reading that is under way, and fails as it does."""
        self._failed_at = float("-inf")
        self._turn = 0
        """Which server is asked first: after a failure another one."""

    async def caller(self, authorization: str) -> Caller:
        """Return who sends this header; where no key is required, others' tokens are no matter.

        Raises:
            Refusal: 401, no key that holds.
            UnavailableError: the keys cannot be read now.
        """
        shown = self._shown.get(authorization)
        if shown is not None and self.still_holds(shown):
            return shown.caller
        is_bearer, token = _parts(authorization)
        if self._is_open_to(is_bearer, token):
            return ANYBODY
        if not is_bearer:
            raise _unauthenticated("Send an API key, as Authorization: Bearer vminer_….")
        key = await self._key_of(token)
        if key is None:
            raise _unauthenticated("This API key is unknown, has expired or was revoked.")
        receipt = Receipt.of(key)
        if authorization == f"Bearer {token}":  # of other spellings there is no end
            self._shown[authorization] = receipt
        used.count(receipt.kind)
        return receipt.caller

    def receipt(self, authorization: str) -> Receipt | None:
        """Return what `still_holds` can look at again; None: not to be answered as it is known."""
        is_bearer, token = _parts(authorization)
        if self._is_open_to(is_bearer, token):
            return Receipt(None)
        key_id = key_id_of(token) if is_bearer else None
        key = self._live(key_id, token) if key_id is not None else None
        return None if key is None else Receipt.of(key)

    def still_holds(self, receipt: Receipt) -> bool:
        """Tell whether `caller` would return the same caller at once, and count that as it does.

        The first one to ask when the keys are to be read again is sent there to do so.
        """
        shown = receipt.key
        if shown is None:
            return True
        age = self._age
        if age > self._seconds * AHEAD and (age > self._seconds or self._is_due()):
            return False
        known = self._keys.get(shown.id)
        if known is not shown:
            if known != shown:
                return False
            receipt.key, receipt.caller = known, Caller.of(known)  # read again since, and the same
        if shown.expires_at <= datetime.now(UTC):
            return False
        used.count(receipt.kind)
        return True

    def _is_open_to(self, is_bearer: bool, token: str) -> bool:
        """Tell whether no key is needed, and none of ours is shown."""
        return not self._is_required and not (is_bearer and token.startswith(PREFIX))

    async def _key_of(self, token: str) -> LiveKey | None:
        key_id = key_id_of(token)
        if key_id is None:
            return None
        await self._read_ahead()
        await self._read_if_older(self._seconds)
        if key_id not in self._keys:
            await self._read_if_older(min(self._seconds, UNKNOWN_SECONDS))
        return self._live(key_id, token)

    def _live(self, key_id: str, token: str) -> LiveKey | None:
        """Return a key that is known, holds, and is the token's."""
        key = self._keys.get(key_id)
        holds = key is not None and key.expires_at > datetime.now(UTC)
        return key if key is not None and holds and is_token(token, key.key_hash) else None

    @property
    def _age(self) -> float:
        """How many seconds ago the keys were read."""
        return self._clock() - self._read_at

    def _is_due(self) -> bool:
        """Tell whether somebody should read the keys before they are too old."""
        is_in_time = self._seconds * AHEAD < self._age <= self._seconds
        has_failed = self._clock() - self._failed_at <= UNKNOWN_SECONDS
        return is_in_time and self._reading is None and not has_failed

    async def _read_ahead(self) -> None:
        """Read all keys before they are too old; one request does it, others go on without."""
        if self._is_due():  # and if it fails, what is known still holds for a while
            with suppress(UnavailableError, TimeoutError):
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await self._read_for_all()

    async def _read_if_older(self, seconds: float) -> None:
        """Read all keys where they are older than that; one request does it, others wait.

        Those are woken together. Handing a lock from one to the next takes a turn of the event loop
        for each, seconds where the loop is busy.
        """
        if self._age <= seconds:
            return
        before = self._read_at
        try:
            async with asyncio.timeout(self._deadline_seconds):
                while self._reading is not None and self._read_at == before:
                    await asyncio.shield(self._reading)
                if self._read_at == before:
                    await self._read_for_all()
        except TimeoutError as error:
            raise StatementTimeoutError from error

    async def _read_for_all(self) -> None:
        """Read all keys; those who wait meanwhile are told of a failure, and of no cancellation."""
        self._reading = reading = asyncio.get_running_loop().create_future()
        began = self._clock()
        try:
            self._keys, self._read_at = await self._read()
            self._shown.clear()
        except UnavailableError as error:
            reading.set_exception(error)
            reading.exception()  # nobody need wait for it
            raise
        finally:
            if self._read_at < began:
                self._failed_at = self._clock()
            self._reading = None
            if not reading.done():
                reading.set_result(None)

    async def _read(self) -> tuple[Mapping[str, LiveKey], float]:
        """Return all keys, and as of when.

        They are read beside what requests read: nobody is refused because others' reads are slow.

        Raises:
            NoHealthyReplicaError: no server has answered.
        """
        servers = self._pool.serving
        for _ in servers:
            member = servers[self._turn % len(servers)]
            began = self._clock()
            try:
                async with asyncio.timeout(PATIENCE_SECONDS), self._pool.aside(member) as reads:
                    return await live_keys(reads), began
            except Exception as error:  # noqa: BLE001 - whatever it is, another server may do
                self._turn += 1
                if began - self._failed_at > UNKNOWN_SECONDS:
                    _tell(member, error)
            except asyncio.CancelledError:  # it took whoever waited for it too long
                self._turn += 1
                raise
        raise NoHealthyReplicaError


def _tell(member: Member, error: Exception) -> None:
    """Log why keys could not be read; with where it happened, unless a server is away."""
    is_ours = not isinstance(error, UnavailableError | TimeoutError)
    reason = str(error) or type(error).__name__
    shown = {"server": member.name, "reason": reason}
    log.warning("API keys were not read", extra=shown, exc_info=error if is_ours else None)


def _parts(authorization: str) -> tuple[bool, str]:
    """Return whether it is a bearer's, and the token."""
    scheme, _, token = authorization.strip().partition(" ")
    return scheme.lower() == "bearer", token.strip()


def _unauthenticated(message: str) -> Refusal:
    refusal = refuse(message, "UNAUTHENTICATED", HTTPStatus.UNAUTHORIZED)
    refusal.headers = [(b"www-authenticate", CHALLENGE)]
    return refusal
