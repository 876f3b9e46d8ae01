"""Runs migrations, one process at a time: whoever comes second waits and finds nothing to do."""

import asyncio
import re

from alembic import context
from sqlalchemy import Column, Connection, Index, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.schema import SchemaItem

from models.db.settings import DatabaseSettings
from models.tables import Base

PARTITION = re.compile(r"_p\d+$|_default$")
MIGRATION_LOCK = 0x764D696E  # "vMin": the advisory lock that ten pods starting at once queue for


def include_object(
    item: SchemaItem, name: str | None, type_: str, reflected: bool, compare_to: SchemaItem | None
) -> bool:
    """Leave out of comparisons what reflection cannot see.

    Partitions are made by the migration and named by no model; of an index over an expression
    (`name COLLATE "C"`) PostgreSQL's catalog gives back the bare column, so only its existence counts.
    """
    if type_ == "table":
        return not (reflected and compare_to is None and PARTITION.search(name or ""))
    if isinstance(item, Index) and compare_to is not None:
        return all(isinstance(part, Column) for part in item.expressions)
    return True


def run(connection: Connection) -> None:
    """Bring the schema to the asked revision in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=include_object,
        compare_server_default=True,
    )
    with context.begin_transaction():
        connection.execute(text("SET LOCAL lock_timeout = '60s'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        context.run_migrations()


async def main() -> None:
    """Connect to the primary and run."""
    settings = context.config.attributes.get("settings") or DatabaseSettings.load()
    context.config.attributes["partitions"] = settings.partitions
    engine = create_async_engine(settings.primary_url)
    async with engine.connect() as connection:
        await connection.run_sync(run)
        await connection.commit()
    await engine.dispose()


asyncio.run(main())
