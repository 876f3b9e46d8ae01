"""The heartbeat row: touched on the primary, read on the replicas to know their lag."""

from sqlalchemy import update

from models.commands.transaction import Primary, clock, transaction
from models.heartbeat import Heartbeat


async def beat(engine: Primary) -> None:
    """Write the primary's clock into the heartbeat row."""
    async with transaction(engine, lock_timeout_seconds=1) as connection:
        await connection.execute(update(Heartbeat).values(beat_at=clock()))
