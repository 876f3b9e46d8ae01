"""One sync from claim to outcome: open, scan, compare, verify, write; or decide about the failure.

The runner carries records from the collector to the writer and knows neither vSphere nor SQL.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from random import random
from time import monotonic

from opentelemetry.context import Context
from opentelemetry.trace import Span

from models.commands import sync_run
from models.commands.sync_run import Access, Claim
from models.commands.transaction import Primary
from models.enums import Tier
from runtime.errors import (
    DatabaseUnavailableError,
    SessionExpiredError,
    VCenterChangedError,
    VCenterTimeoutError,
)
from runtime.secrets import unseal
from runtime.telemetry import tracer
from sync_agent import metrics
from sync_agent.lease import held
from sync_agent.records import About, Proof
from sync_agent.retry import Abandon, Decision, GiveUp, Policy, Retry, decide
from sync_agent.settings import AgentSettings
from sync_agent.source import OpenSource, Source
from sync_agent.writer.changes import ChangeSet
from sync_agent.writer.connection import Pool
from sync_agent.writer.merge import MergeLimits, Scan, apply
from sync_agent.writer.outcome import Outcome
from sync_agent.writer.state import load_stored

log = logging.getLogger(__name__)

HAND_BACK_SECONDS = 5.0
Fields = dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Tools:
    """What every run of one worker uses."""

    engine: Primary
    pool: Pool
    open_source: OpenSource
    private_key: str
    random: Callable[[], float] = random


class Runner:
    """Carries out claimed runs, any number at a time; a failure stays with its own run."""

    def __init__(self, tools: Tools, settings: AgentSettings) -> None:
        self._tools = tools
        self._settings = settings
        self._refresh = _refresh(settings)
        self._second_look = timedelta(seconds=settings.agent_second_look_seconds)
        self._policy = Policy(
            max_attempts=settings.agent_max_attempts,
            base_seconds=settings.agent_retry_base_seconds,
            max_seconds=settings.agent_retry_max_seconds,
        )
        self._circuit = settings.circuit()
        self._limits = MergeLimits(
            lock_seconds=settings.agent_merge_lock_seconds,
            statement_seconds=settings.agent_merge_statement_seconds,
            idle_seconds=settings.agent_lease_seconds * 2 / 3,
        )

    async def run(self, claim: Claim, parent: Context | None = None) -> None:
        """Carry out one run and record how it ended; only cancellation comes out of here."""
        began = monotonic()
        ended = "cancelled"
        fields: Fields = {
            "vcenter": claim.access.name,
            "run": str(claim.run_id),
            "attempt": claim.attempt,
        }
        with tracer.start_as_current_span("sync", context=parent, attributes=fields) as span:
            try:
                outcome = await self._hold_and_sync(claim)
            except asyncio.CancelledError:
                await self._hand_back(claim)
                log.info("sync handed back", extra=fields)
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, the other vCenters go on
                ended = await self._failed(claim, error, span, fields)
            else:
                ended = outcome.state.lower()
                await self._leave(claim)
                why: Fields = {"why": outcome.doubt.message} if outcome.doubt else {}
                log.info("sync ended", extra=fields | {"outcome": ended} | why)
            finally:
                metrics.runs.add(1, {"outcome": ended})
                metrics.duration.record(monotonic() - began, {"outcome": ended})

    async def _hold_and_sync(self, claim: Claim) -> Outcome:
        settings = self._settings
        async with held(
            self._tools.engine,
            claim.lease,
            seconds=settings.agent_lease_seconds,
            renew_seconds=settings.agent_lease_renew_seconds,
        ):
            outcome = await self._sync(claim)
        metrics.count_outcome(outcome)
        return outcome

    async def _sync(self, claim: Claim) -> Outcome:
        """Read and write."""
        changes, scan = await self._read(claim)
        with tracer.start_as_current_span("merge"):
            return await apply(self._tools.pool, claim, changes, scan, self._limits)

    async def _read(self, claim: Claim) -> tuple[ChangeSet, Scan]:
        """Read the vCenter within the time it may take, from the first login to the last logout."""
        own = claim.access.scan_timeout_seconds
        seconds = self._settings.agent_scan_timeout_seconds if own is None else own
        try:
            async with asyncio.timeout(seconds) as budget:
                return await self._passes(claim)
        except TimeoutError as error:
            if not budget.expired():
                raise
            raise VCenterTimeoutError(
                f"{claim.access.host}:{claim.access.port} was not read within {seconds:g} seconds;"
                " what was read is thrown away"
            ) from error

    async def _passes(self, claim: Claim) -> tuple[ChangeSet, Scan]:
        """Read once; a session that ends costs what was read, and one more login."""
        try:
            return await self._pass(claim)
        except SessionExpiredError as error:
            log.warning(
                "logging in again", extra={"vcenter": claim.access.name, "why": error.message}
            )
            return await self._pass(claim)

    async def _pass(self, claim: Claim) -> tuple[ChangeSet, Scan]:
        """Read the vCenter once, from login to logout."""
        access = claim.access
        password = unseal(self._tools.private_key, access.sealed_credentials, host=access.host)
        changes = ChangeSet(await load_stored(self._tools.pool, claim.vcenter_id))
        async with self._tools.open_source(access, password) as source:
            if source.about.instance_uuid != access.instance_uuid:
                raise _changed(access, source.about)
            with tracer.start_as_current_span("scan"):
                proof = await self._scan(claim, source, changes)
            return changes, Scan(
                source.about,
                frozenset(source.complete),
                proof,
                self._second_look,
                dict(source.problems),
                source.attribute_definitions,
            )

    async def _scan(self, claim: Claim, source: Source, changes: ChangeSet) -> Proof:
        progress = Progress(self._tools.engine, claim, self._settings.agent_progress_seconds)
        expected = await source.begin()
        await progress.show(0, sum(expected.values()))
        async for page in source.pages():
            changes.add(page)
            await progress.show(changes.objects_read)
        for key in (key for key in changes.details if key[1] in self._refresh):
            if due := changes.due(key, self._refresh_after(claim, key[1])):
                async for details in source.details(*key, due):
                    changes.add_details(key, details)
                    await progress.show(changes.objects_read)
        return await source.verify()

    def _refresh_after(self, claim: Claim, tier: Tier) -> timedelta:
        """Return after how long all details of a tier are read again in this vCenter."""
        access = claim.access
        own = {
            Tier.HEAVY: access.heavy_interval_seconds,
            Tier.GUEST: access.guest_interval_seconds,
        }[tier]
        return self._refresh[tier] if own is None else timedelta(seconds=own)

    async def _failed(self, claim: Claim, error: Exception, span: Span, fields: Fields) -> str:
        span.record_exception(error)
        decision = decide(
            error, attempt=claim.attempt, policy=self._policy, random=self._tools.random
        )
        is_unforeseen = isinstance(decision, Retry | GiveUp) and decision.failure.code == "INTERNAL"
        log.warning(
            "sync failed",
            extra=fields | {"why": str(error), "decision": type(decision).__name__},
            exc_info=error if is_unforeseen else None,
        )
        try:
            await self._carry_out(claim, decision)
        except DatabaseUnavailableError:
            log.warning("failure not recorded; the scheduler will requeue the run", extra=fields)
        if isinstance(decision, GiveUp):
            return decision.state.lower()
        return "retried" if isinstance(decision, Retry) else "lost"

    async def _carry_out(self, claim: Claim, decision: Decision) -> None:
        engine = self._tools.engine
        match decision:
            case Retry(seconds, failure):
                await sync_run.retry_later(
                    engine, claim, failure, seconds=seconds, circuit=self._circuit
                )
            case GiveUp(state, failure):
                await sync_run.give_up(engine, claim, failure, state=state, circuit=self._circuit)
            case Abandon():
                pass

    async def _hand_back(self, claim: Claim) -> None:
        """Let another agent go on at once; where that fails, the lease runs out by itself."""
        with suppress(DatabaseUnavailableError, TimeoutError):
            async with asyncio.timeout(HAND_BACK_SECONDS):
                await sync_run.hand_back(self._tools.engine, claim)

    async def _leave(self, claim: Claim) -> None:
        with suppress(DatabaseUnavailableError):
            await sync_run.leave(self._tools.engine, claim)


def _changed(access: Access, about: About) -> VCenterChangedError:
    """Return the error that tells both vCenters, and what an operator may decide."""
    return VCenterChangedError(
        f"Another vCenter answers at {access.host}:{access.port}: its instanceUuid is"
        f" {about.instance_uuid}, not {access.instance_uuid}; correct the address"
        f" (`vminer vcenter set {access.name} --host …`), or, where it took the other's place, run"
        f" `vminer vcenter accept-identity {access.name}`"
    )


def _refresh(settings: AgentSettings) -> dict[Tier, timedelta]:
    """Return the slower tiers that are read, and after how long all objects are read again."""
    refresh = {}
    if settings.agent_reads_hardware:
        refresh[Tier.HEAVY] = timedelta(seconds=settings.agent_hardware_refresh_seconds)
    if settings.agent_reads_guests:
        refresh[Tier.GUEST] = timedelta(seconds=settings.agent_guest_refresh_seconds)
    return refresh


class Progress:
    """Shows in the run's row how far the scan is, not more often than is worth it."""

    def __init__(self, engine: Primary, claim: Claim, every_seconds: float) -> None:
        self._engine = engine
        self._claim = claim
        self._every_seconds = every_seconds
        self._expected: int | None = None
        self._shown_at = float("-inf")

    async def show(self, objects_read: int, expected: int | None = None) -> None:
        """Write the numbers if the last time is long enough ago."""
        self._expected = expected if expected is not None else self._expected
        if monotonic() - self._shown_at < self._every_seconds:
            return
        self._shown_at = monotonic()
        with suppress(DatabaseUnavailableError):
            await sync_run.progress(
                self._engine,
                self._claim,
                objects_read=objects_read,
                objects_expected=self._expected,
            )
