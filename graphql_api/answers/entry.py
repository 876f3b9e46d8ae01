"""One answer that is kept."""

from dataclasses import dataclass, field
from typing import TypeAlias

from graphql_api.answers.freshness import Freshness, Ground

RawKey: TypeAlias = tuple[str | bytes | None, ...]
"""What of a request has a say in its answer, as it came."""
OVERHEAD_BYTES = 800
"""What an entry takes beside its bytes: keys, dictionaries, headers."""
GROUND_BYTES = 200


@dataclass(slots=True)
class Entry:
    """The bytes of an answer, and what they rest on."""

    body: bytes
    server: str
    began: float
    """When what was read began to age, by the process' clock."""
    until: float
    grounds: tuple[Ground, ...]
    """Empty: it rests on time alone."""
    generation: int = -1
    """Of the fingerprints that it was last compared with."""
    raw: dict[RawKey, None] = field(default_factory=dict)
    """The requests that lead here without being read, longest known first."""

    @property
    def size(self) -> int:
        """Bytes of memory, about."""
        return len(self.body) + OVERHEAD_BYTES + GROUND_BYTES * len(self.grounds)

    def holds(self, known: Freshness, now: float) -> bool:
        """Tell whether it may be served now."""
        if now > self.until or now > known.until:
            return False
        if self.generation != known.generation:
            if not known.still_holds(self.grounds):
                return False
            self.generation = known.generation
        return True
