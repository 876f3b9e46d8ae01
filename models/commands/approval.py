"""An operator's word that what a scan did not find is really gone.

It holds for the objects that are suspected when it is given, and for no other: the next scan marks
those of them that it does not find either.
"""

from collections import Counter

from sqlalchemy import func, update

from models.commands.sync_run import LOCK_SECONDS, lock_vcenter
from models.commands.transaction import Primary, clock, transaction
from models.enums import InventoryType
from models.suspected_missing import SuspectedMissing
from runtime.errors import NotFoundError


async def approve_missing(
    engine: Primary, vcenter_id: int, *, approved_by: str
) -> dict[InventoryType, int]:
    """Agree to all that is suspected in a vCenter; return how many objects of which type.

    Who agreed first stays in the row.

    Raises:
        NotFoundError: no such vCenter.
    """
    by, at = SuspectedMissing.approved_by, SuspectedMissing.approved_at
    statement = (
        update(SuspectedMissing)
        .where(SuspectedMissing.vcenter_id == vcenter_id)
        .values(approved_by=func.coalesce(by, approved_by), approved_at=func.coalesce(at, clock()))
        .returning(SuspectedMissing.type)
    )
    async with transaction(engine, lock_timeout_seconds=LOCK_SECONDS) as connection:
        if not await lock_vcenter(connection, vcenter_id):
            raise NotFoundError(f"no vCenter is registered by the number {vcenter_id}")
        counted = Counter(await connection.scalars(statement))
    return {type_: counted[type_] for type_ in InventoryType if counted[type_]}
