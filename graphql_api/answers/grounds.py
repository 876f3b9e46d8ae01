"""From what an execution has read to what its answer rests on, and for how long it may be served.

rows of named vCenters          →  their fingerprints, as the server had them before
rows of any vCenter, the time   →  nothing: a short time instead
anything else                   →  not kept, with the reason in a word
"""

from dataclasses import dataclass

from graphql_api.answers.freshness import Freshness, Ground, Look
from graphql_api.settings import GatewaySettings
from loaders.reach import Reach
from loaders.scope import Scope

MOST_GROUNDS = 1000
"""vCenters that one answer may rest on; of more, some always changes."""


@dataclass(frozen=True, slots=True)
class Footing:
    """What an answer rests on."""

    grounds: tuple[Ground, ...]
    seconds: float


def refused(reach: Reach) -> str | None:
    """Return why no answer that was made so may be kept; None: it may."""
    if not reach.by_plan:
        return "unplanned"
    if not reach.statements or not reach.is_covered:
        return "uncovered"
    return None


def footing_of(
    reach: Reach, scope: Scope, look: Look, known: Freshness, settings: GatewaySettings
) -> Footing | None:
    """Return what an answer rests on; None: its server is behind what is known by now."""
    numbers = _numbers(reach, scope, look)
    found: list[Ground] = []
    for number in numbers or ():
        fingerprint = look.seen.vcenters.get(number)
        if fingerprint is None:
            numbers = None
            break
        found.append((number, fingerprint))
    if numbers is None or reach.is_timely:
        short = min(settings.response_cache_estate_seconds, settings.response_cache_seconds)
        return Footing((), short) if short > 0 and known.is_level(look) else None
    grounds = tuple(found)
    return Footing(grounds, settings.response_cache_seconds) if known.still_holds(grounds) else None


def _numbers(reach: Reach, scope: Scope, look: Look) -> set[int] | None:
    """Return the vCenters that an answer rests on; None: all there are."""
    if not reach.is_bounded:
        own = scope.vcenters
        return set(own) if own is not None and len(own) <= MOST_GROUNDS else None
    numbers = {look.seen.numbers.get(uuid) for uuid in reach.uuids} | reach.vcenters
    if None in numbers or len(numbers) > MOST_GROUNDS:
        return None
    return {number for number in numbers if number is not None}
