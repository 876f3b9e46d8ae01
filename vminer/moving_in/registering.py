"""Registers many vCenters at once: every one is asked who it is before any is written."""

import asyncio
from dataclasses import replace
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from models.commands.registry import NewVCenter, add_vcenters
from runtime.errors import VMinerError
from sync_agent.collector.certificate import presented
from sync_agent.collector.settings import CollectorSettings
from sync_agent.collector.target import Target
from vminer.moving_in.candidate import Candidate
from vminer.registration import asked

AT_ONCE = 20


async def ask_all(candidates: list[Candidate], public_key: str) -> list[NewVCenter | Candidate]:
    """Return what each vCenter says of itself, ready to be stored; or why it cannot be.

    A wrong password is tried once for each vCenter, never again.
    """
    turns = asyncio.Semaphore(AT_ONCE)

    async def ask(candidate: Candidate) -> NewVCenter | Candidate:
        if candidate.problem is not None:
            return candidate
        async with turns:
            try:
                target = await _trusted(candidate)
                return await asked(
                    target,
                    name=candidate.name,
                    public_key=public_key,
                    interval_seconds=candidate.interval,
                )
            except (VMinerError, OSError) as error:
                return replace(candidate, problem=str(error))

    return list(await asyncio.gather(*(ask(candidate) for candidate in candidates)))


async def store_all(engine: AsyncEngine, answers: list[NewVCenter | Candidate]) -> int:
    """Register every vCenter that answered, all or none; return how many.

    Raises:
        AlreadyRegisteredError: one of them is registered already; none was written.
    """
    return await add_vcenters(engine, [each for each in answers if isinstance(each, NewVCenter)])


def _target(candidate: Candidate) -> Target:
    ca_file = candidate.ca_file
    return Target(
        host=candidate.host,
        port=candidate.port,
        username=candidate.username,
        password=candidate.password,
        ca_certificates=Path(ca_file).read_text() if ca_file else None,
    )


async def _trusted(candidate: Candidate) -> Target:
    """Return the target, its certificate pinned where the file names a fingerprint."""
    target = _target(candidate)
    if candidate.fingerprint is None:
        return target
    now = await presented(target, CollectorSettings.load())
    now.must_have(candidate.fingerprint)
    return replace(target, pinned_certificate=now.pem)
