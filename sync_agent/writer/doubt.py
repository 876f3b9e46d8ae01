"""Reasons to believe nothing of what a scan did not find, however complete it was.

Two things make objects invisible that are there: an account that lost a role, and a vCenter that is
still finding its hosts again after a restart.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from models.enums import HoldReason, InventoryType
from sync_agent.records import Listing, Permissions, Proof

CHURNS = frozenset({InventoryType.VirtualMachine})
"""Kinds that come and go while a scan runs; of the others none may."""
ALLOWED_CHURN = 0.01


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why what was not found is kept."""

    reason: HoldReason
    message: str

    @property
    def code(self) -> str:
        """What the run's `errorCode` says."""
        return f"SUSPECT_{self.reason.value}"


def doubt_of(trusted: Permissions | None, proof: Proof) -> Doubt | None:
    """Return what speaks against a scan: first its permissions, then its counts."""
    lost = lost_permissions(trusted, proof.permissions)
    if lost:
        return Doubt(
            HoldReason.PERMISSION,
            f"The account lost roles on {', '.join(lost)}; what it no longer sees is kept. Give"
            " them back, or agree with `vminer vcenter approve`.",
        )
    moving = unsettled(proof.listed)
    if moving:
        counts = ", ".join(
            f"{type_.value} {listing.before} → {len(listing.after)}"
            for type_, listing in moving.items()
        )
        return Doubt(
            HoldReason.UNSETTLED,
            f"The inventory moved while it was read ({counts}), as after a restart; what was not"
            " found is kept until the counts stand still.",
        )
    return None


def lost_permissions(trusted: Permissions | None, now: Permissions | None) -> list[str]:
    """Return the entities on which the account has lost a role, or that it no longer sees.

    >>> lost_permissions({"group-d1": (-2,), "datacenter-2": (-2,)}, {"group-d1": (-2, 7)})
    ['datacenter-2']
    >>> lost_permissions({"group-d1": (-2,)}, {"group-d1": (-5,)}), lost_permissions(None, {})
    (['group-d1'], [])
    """
    if trusted is None or now is None:
        return []
    return sorted(moid for moid, roles in trusted.items() if set(roles) - set(now.get(moid, ())))


def unsettled(listed: Mapping[InventoryType, Listing]) -> dict[InventoryType, Listing]:
    """Return the types whose count was not the same before and after the scan."""
    return {type_: listing for type_, listing in listed.items() if not _stands(type_, listing)}


def _stands(type_: InventoryType, listing: Listing) -> bool:
    allowed = max(1, listing.before * ALLOWED_CHURN) if type_ in CHURNS else 0
    return abs(len(listing.after) - listing.before) <= allowed
