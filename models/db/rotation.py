"""Whose turn it is: the replica pool's decisions, pure, with time handed in.

A member is benched at once when it fails, tried again after growing pauses, and let back after
some good probes in a row. The turn goes round the list of rested members, so that no member
inherits the load of a benched neighbour.
"""

from dataclasses import dataclass, field
from datetime import datetime

from models.db.settings import ReplicaSettings


@dataclass(slots=True)
class Member:
    """What is known of one server."""

    name: str
    is_benched: bool = False
    benched_until: float = 0.0
    pause_seconds: float = 0.0
    good_probes: int = 0
    beat_at: datetime | None = None
    lag_seconds: float | None = None
    is_late: bool = False
    reason: str | None = "not probed yet"

    @property
    def is_fit(self) -> bool:
        """Whether it may serve reads: reachable and fresh."""
        return not self.is_benched and not self.is_late and self.reason is None


@dataclass(slots=True)
class Rotation:
    """The replicas in turn; the primary stands beside them and takes no turn."""

    members: list[Member]
    primary: Member
    settings: ReplicaSettings
    _turn: int = field(default=0)

    def choose(self) -> Member | None:
        """Return the next fit member; None where there is none."""
        return next(iter(self.round()), None)

    def round(self) -> list[Member]:
        """Return all fit members, the one whose turn it is first."""
        rested = [member for member in self.members if member.is_fit]
        self._turn = (self._turn + 1) % (len(rested) or 1)
        return rested[self._turn :] + rested[: self._turn]

    def least_late(self) -> Member | None:
        """Return the reachable member that is least behind, for an answer marked stale."""
        reachable = [m for m in self.members if not m.is_benched and m.reason is None]
        return min(reachable, key=lambda member: member.lag_seconds or 0.0, default=None)

    def failed(self, member: Member, reason: str, now: float) -> None:
        """Bench a member at once, for twice as long as the last time."""
        doubled = member.pause_seconds * 2 or self.settings.replica_bench_seconds
        member.pause_seconds = min(doubled, self.settings.replica_max_bench_seconds)
        member.is_benched = True
        member.benched_until = now + member.pause_seconds
        member.good_probes = 0
        member.reason = reason

    def due(self, member: Member, now: float) -> bool:
        """Tell whether a member is to be probed now: benched ones rest first."""
        return not member.is_benched or now >= member.benched_until

    def answered(self, member: Member, beat_at: datetime) -> None:
        """Take in a good probe; a benched member comes back after some of them."""
        member.beat_at = beat_at
        member.good_probes += 1
        if member.is_benched and member.good_probes < self.settings.replica_good_probes:
            return
        if member.good_probes >= self.settings.replica_good_probes:
            member.pause_seconds = 0.0
        member.is_benched = False
        member.reason = None
        self._compare()

    def _compare(self) -> None:
        """Set everyone's lag behind the freshest: absolute age would bench all with the primary."""
        everyone = [*self.members, self.primary]
        beats = [member.beat_at for member in everyone if member.beat_at and not member.is_benched]
        if not beats:
            return
        freshest = max(beats)
        for member in everyone:
            if member.beat_at is not None:
                member.lag_seconds = (freshest - member.beat_at).total_seconds()
                member.is_late = member.lag_seconds > self.settings.replica_max_lag_seconds
