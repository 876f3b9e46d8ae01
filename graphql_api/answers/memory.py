"""What is remembered of documents: whether their answers can be kept, and how dear they are.

Without it each of several equal requests would wait for an answer that cannot be shared, and Redis
would be asked for what is cheaper to compute.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import TypeAlias

DocumentKey: TypeAlias = tuple[str, str | None]
"""A document's hash, and the operation's name."""
MOST = 5000
REFUSED_SECONDS = 60.0
"""A document whose answer could not be kept is tried again: its variables may have been why."""
WEIGHT = 0.2


@dataclass(slots=True)
class Known:
    """Of one operation."""

    cost_seconds: float | None = None
    """What executing it takes, the latest counting most."""
    refused: str = ""
    """Why its answer was not kept."""
    refused_until: float = float("-inf")


class Memory:
    """What is known of the operations that were asked lately."""

    def __init__(self, *, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._known: OrderedDict[DocumentKey, Known] = OrderedDict()

    def refusal(self, key: DocumentKey) -> str:
        """Return why an answer would not be kept; empty: it may be."""
        known = self._known.get(key)
        return known.refused if known is not None and self._clock() < known.refused_until else ""

    def refuse(self, key: DocumentKey, why: str) -> None:
        """Remember that an answer could not be kept."""
        known = self._of(key)
        known.refused, known.refused_until = why, self._clock() + REFUSED_SECONDS

    def cost(self, key: DocumentKey, seconds: float) -> None:
        """Remember what an execution took."""
        known = self._of(key)
        before = seconds if known.cost_seconds is None else known.cost_seconds
        known.cost_seconds = before + WEIGHT * (seconds - before)

    def is_dear(self, key: DocumentKey, seconds: float) -> bool:
        """Tell whether it takes so long, as far as is known."""
        known = self._known.get(key)
        return known is None or known.cost_seconds is None or known.cost_seconds >= seconds

    def _of(self, key: DocumentKey) -> Known:
        known = self._known.setdefault(key, Known())
        self._known.move_to_end(key)
        if len(self._known) > MOST:
            self._known.popitem(last=False)
        return known
