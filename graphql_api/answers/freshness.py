"""What each server was last seen to have, and so which answers still hold.

    server A  {7: f2, 8: f5}   seen 0.4 s ago
    server B  {7: f1, 8: f5}   seen 0.4 s ago, behind      →  newest  {7: f2, 8: f5}

A query that begins on a server after it was seen sees at least that: an answer of A may claim f2,
and holds while f2 is the newest of vCenter 7. One of B may claim f1 only, so it is not kept. A
server that was not seen for some periods counts for nothing; if none was seen, nothing holds.

Pure, with an injected clock; `watch` does the looking.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import TypeAlias

from loaders.fingerprint import Fingerprint, Seen

PATIENCE = 3
"""Periods after which a look is too old to be believed."""
Ground: TypeAlias = tuple[int, Fingerprint]


@dataclass(frozen=True, slots=True)
class Look:
    """What one server has, and since when at least."""

    seen: Seen
    at: float


class Freshness:
    """The newest that any server has."""

    def __init__(self, period: float, *, clock: Callable[[], float] = monotonic) -> None:
        self._patience = period * PATIENCE
        self._clock = clock
        self._looks: dict[str, Look] = {}
        self.newest: Mapping[int, Fingerprint] = {}
        self.generation = 0
        """Changes whenever `newest` does: what was checked since needs no second check."""
        self.until = float("-inf")
        """When all that is known becomes too old."""

    def saw(self, server: str, seen: Seen, at: float) -> None:
        """Take in what a server has, as of a statement that began then."""
        known = self._looks.get(server)
        if known is not None and known.seen == seen:
            seen = known.seen  # one mapping of all that are alike, which is compared at once
        self._looks[server] = Look(seen, at)
        oldest = self._clock() - self._patience
        self._looks = {name: look for name, look in self._looks.items() if look.at >= oldest}
        self._settle()

    def lost(self, server: str) -> None:
        """Forget a server that went away."""
        self.only(name for name in self._looks if name != server)

    def only(self, servers: Iterable[str]) -> None:
        """Forget all others: one that was away may come back with less than it had."""
        wanted = set(servers)
        if not self._looks.keys() <= wanted:
            self._looks = {name: look for name, look in self._looks.items() if name in wanted}
            self._settle()

    def _settle(self) -> None:
        looks = list(self._looks.values())
        newest = dict(looks[0].seen.vcenters) if looks else {}
        for look in looks[1:]:
            if look.seen.vcenters is not looks[0].seen.vcenters:
                for number, fingerprint in look.seen.vcenters.items():
                    if number not in newest or fingerprint > newest[number]:
                        newest[number] = fingerprint
        self.until = max((look.at for look in looks), default=float("-inf")) + self._patience
        if newest != self.newest:
            self.newest = newest
            self.generation += 1

    @property
    def is_known(self) -> bool:
        """Whether anything may be served or kept now."""
        return self._clock() <= self.until

    def looks(self) -> Mapping[str, Look]:
        """Return what is known of each server before a query begins."""
        return self._looks.copy()

    def still_holds(self, grounds: Iterable[Ground]) -> bool:
        """Tell whether these are the newest fingerprints."""
        newest = self.newest
        return all(newest.get(number) == fingerprint for number, fingerprint in grounds)

    def is_level(self, look: Look) -> bool:
        """Tell whether a server had all that any server is known to have by now."""
        return look.seen.vcenters == self.newest
