"""The writer's own connections to the primary: plain asyncpg, with staging tables.

The staging tables live as long as their connection and are emptied by each commit (decision 2), so
connections must be direct, not through a pooler in transaction mode.
"""

from typing import Any

import asyncpg
from sqlalchemy import make_url
from sqlalchemy.dialects.postgresql.asyncpg import dialect

from models.db.settings import DatabaseSettings
from sync_agent.writer.connection import Connection, Pool
from sync_agent.writer.staging import CREATE_STAGES

APPLICATION = "vminer-writer"


async def open_pool(settings: DatabaseSettings, *, connections: int) -> Pool:
    """Open the writer's pool; it connects when first used. The caller closes."""
    url = make_url(settings.primary_url)
    arguments: dict[str, Any]  # SQLAlchemy's reading of the URL, so that both read it alike
    _, arguments = dialect().create_connect_args(url)  # type: ignore[no-untyped-call]
    return await asyncpg.create_pool(
        **arguments,
        min_size=0,
        max_size=connections,
        timeout=settings.connect_timeout_seconds,
        server_settings={"application_name": APPLICATION, "jit": "off"},
        init=_prepare,
    )


async def _prepare(connection: Connection) -> None:
    await connection.execute(CREATE_STAGES)
