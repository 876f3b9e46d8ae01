"""`vminer migrate`: bring the database to the newest schema; safe when ten pods start at once."""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config

import models
from models.commands.partitions import check_partitions
from models.db.engines import primary_engine
from models.db.settings import DatabaseSettings
from runtime.errors import DatabaseUnavailableError

INSTALLED = Path(models.__file__).parent / "migrations"  # in a wheel
CHECKOUT = Path(models.__file__).parent.parent / "alembic"


def migrate() -> None:
    """Create or upgrade the tables of VMINER_PRIMARY_URL."""
    settings = DatabaseSettings.load()
    upgrade(settings)
    print("The database is at the newest schema.")


def upgrade(settings: DatabaseSettings) -> None:
    """Run every migration that is still to be run.

    Raises:
        DatabaseUnavailableError: the primary cannot be reached.
        SettingsError: VMINER_PARTITIONS differs from what the first migration decided.
    """
    config = Config()
    config.set_main_option("script_location", str(INSTALLED if INSTALLED.exists() else CHECKOUT))
    config.attributes["settings"] = settings
    try:
        command.upgrade(config, "head")
        asyncio.run(_check(settings))
    except (OSError, TimeoutError) as error:
        raise DatabaseUnavailableError(
            f"the PostgreSQL primary cannot be reached ({error}); check VMINER_PRIMARY_URL"
        ) from error


async def _check(settings: DatabaseSettings) -> None:
    engine = primary_engine(settings)
    try:
        await check_partitions(engine, settings.partitions)
    finally:
        await engine.dispose()
