"""Registers many vCenters at once: every one is asked who it is before any is written."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from models.commands.registry import NewVCenter, add_vcenters
from runtime.errors import VMinerError
from sync_agent.collector.certificate import presented
from sync_agent.collector.settings import CollectorSettings
from sync_agent.collector.target import Target
from vminer.moving_in.candidate import Candidate
from vminer.registration import asked

AT_ONCE = 20


async def ask_all(
    candidates: list[Candidate], public_key: str, *, registered: Mapping[UUID, str]
) -> list[NewVCenter | Candidate]:
    """Return what each vCenter says of itself, ready to be stored; or why it cannot be.

    A wrong password is tried once for each vCenter, never again. `registered` are the names of
    those that are known, by what they are (instanceUuid).
    """
    turns = asyncio.Semaphore(AT_ONCE)

    async def ask(candidate: Candidate) -> NewVCenter | Candidate:
        if not candidate.is_wanted:
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

    answers = await asyncio.gather(*(ask(candidate) for candidate in candidates))
    return _without_twins(candidates, answers, registered)


async def store_all(engine: AsyncEngine, answers: list[NewVCenter | Candidate]) -> int:
    """Register every vCenter that answered, all or none; return how many.

    Raises:
        AlreadyRegisteredError: one of them is registered already; none was written.
    """
    return await add_vcenters(engine, [each for each in answers if isinstance(each, NewVCenter)])


def _without_twins(
    candidates: list[Candidate],
    answers: list[NewVCenter | Candidate],
    registered: Mapping[UUID, str],
) -> list[NewVCenter | Candidate]:
    """Return the answers; of two that come from one vCenter the second cannot be registered."""
    known = dict(registered)
    checked: list[NewVCenter | Candidate] = []
    for candidate, answer in zip(candidates, answers, strict=True):
        if isinstance(answer, NewVCenter):
            other = known.setdefault(answer.instance_uuid, answer.name)
            if other != answer.name:
                problem = f"it is the vCenter {other!r} (instanceUuid {answer.instance_uuid})"
                checked.append(replace(candidate, problem=problem))
                continue
        checked.append(answer)
    return checked


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
