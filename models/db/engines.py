"""SQLAlchemy engines: one for the primary, one read-only for each replica.

A read engine carries `default_transaction_read_only`, so PostgreSQL itself refuses a stray write,
and plans each statement once per connection: the loaders' statements suit generic plans.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from models.db.settings import DatabaseSettings

READ_ONLY_TRANSACTION = "25006"  # a demoted primary answers this and pre-ping does not see it
MOST_KEPT_BYTES = 65_536
"""Of a statement's text: longer ones the driver prepares each time; its default is 15 KiB."""
READ_SERVER_SETTINGS = {
    "default_transaction_read_only": "on",
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
    "timezone": "UTC",
    "datestyle": "ISO",  # moments may be read as text
    "application_name": "vminer-read",
}


def primary_engine(settings: DatabaseSettings, *, application: str = "vminer") -> AsyncEngine:
    """Open the engine for writes; nothing connects until it is used."""
    engine = _engine(
        settings.primary_url,
        settings,
        {"application_name": application},
        # Whoever waits here waits for others' statements, and no other server can take its writes.
        pool_timeout=settings.statement_timeout_seconds,
    )
    event.listen(engine.sync_engine, "handle_error", _drop_demoted_primary)
    return engine


def read_engine(url: str, settings: DatabaseSettings) -> AsyncEngine:
    """Open the engine for reading from one server."""
    milliseconds = int(settings.statement_timeout_seconds * 1000)
    server_settings = READ_SERVER_SETTINGS | {"statement_timeout": str(milliseconds)}
    return _engine(url, settings, server_settings, pool_timeout=settings.connect_timeout_seconds)


def _engine(
    url: str,
    settings: DatabaseSettings,
    server_settings: Mapping[str, str],
    *,
    pool_timeout: float,
) -> AsyncEngine:
    connect_args: dict[str, Any] = {
        "timeout": settings.connect_timeout_seconds,
        "command_timeout": settings.statement_timeout_seconds + 0.5,
        "server_settings": dict(server_settings),
        "max_cacheable_statement_size": MOST_KEPT_BYTES,
    }
    return create_async_engine(
        url,
        pool_size=settings.pool_size,
        max_overflow=0,
        pool_timeout=pool_timeout,
        pool_recycle=900,
        connect_args=connect_args,
    )


def _drop_demoted_primary(context: ExceptionContext) -> None:
    """Make "cannot write in a read-only transaction" drop the pool, as a lost connection does."""
    error = context.sqlalchemy_exception
    sqlstate = getattr(error.orig, "sqlstate", "") if isinstance(error, DBAPIError) else ""
    if sqlstate == READ_ONLY_TRANSACTION:
        context.is_disconnect = True
