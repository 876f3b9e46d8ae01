import asyncio
import sys

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from models.commands.partitions import check_partitions
from models.db.engines import primary_engine
from models.db.settings import DatabaseSettings
from runtime.errors import DatabaseUnavailableError, SettingsError
from runtime.settings import inherited_environment
from vminer.commands.migrate import CHECKOUT, upgrade


def configuration(settings: DatabaseSettings) -> Config:
    config = Config()
    config.set_main_option("script_location", str(CHECKOUT))
    config.attributes["settings"] = settings
    return config


def test_the_models_and_the_migrated_database_agree(empty_database):
    upgrade(empty_database)

    command.check(configuration(empty_database))


def test_up_and_down_and_up_again_works(empty_database):
    config = configuration(empty_database)

    command.upgrade(config, "head")
    command.downgrade(config, "base")
    command.upgrade(config, "head")

    command.check(config)


async def test_ten_migrations_started_at_once_all_succeed(empty_database):
    environment = inherited_environment() | {
        "VMINER_PRIMARY_URL": empty_database.primary_url,
        "VMINER_PARTITIONS": str(empty_database.partitions),
    }

    pods = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "vminer",
            "migrate",
            env=environment,
            stdout=asyncio.subprocess.PIPE,
        )
        for _ in range(10)
    ]
    outcomes = await asyncio.gather(*(pod.communicate() for pod in pods))

    assert [pod.returncode for pod in pods] == [0] * 10
    assert all(b"newest schema" in out for out, _ in outcomes)


async def test_another_number_of_partitions_is_refused_with_both_numbers(database):
    engine = primary_engine(database)
    with pytest.raises(SettingsError, match=r"4.*64|64.*4"):
        await check_partitions(engine, 64)
    await engine.dispose()


def test_a_database_that_is_away_is_named_in_a_sentence():
    nowhere = DatabaseSettings(primary_url="postgresql://vminer@127.0.0.1:9/vminer")

    with pytest.raises(DatabaseUnavailableError, match="VMINER_PRIMARY_URL"):
        upgrade(nowhere)


async def test_volatile_tables_leave_room_for_updates_in_place(engine):
    async with engine.connect() as connection:
        found = await connection.execute(
            text("SELECT DISTINCT reloptions::text FROM pg_class WHERE relname ~ '_usage_p[0-9]+$'")
        )

    assert found.scalars().all() == ["{fillfactor=50}"]


async def test_little_waits_to_be_sorted_into_an_index_of_letters(empty_database):
    await asyncio.to_thread(upgrade, empty_database)
    engine = primary_engine(empty_database)
    try:
        async with engine.connect() as connection:
            options = await connection.scalars(
                text(
                    "SELECT i.reloptions FROM pg_class i JOIN pg_am a ON a.oid = i.relam"
                    " WHERE a.amname = 'gin' AND i.relkind = 'i'"
                )
            )
            found = options.all()
    finally:
        await engine.dispose()

    assert found == [["gin_pending_list_limit=64"]] * len(found)
    assert len(found) >= empty_database.partitions
