"""The number of hash partitions: decided by the first migration, refused if it differs later."""

from sqlalchemy import select

from models.commands.transaction import Primary, transaction
from models.installation import Installation
from runtime.errors import SettingsError


async def check_partitions(engine: Primary, partitions: int) -> None:
    """Compare the setting with what the database was made with.

    Raises:
        SettingsError: they differ, or the database was never migrated.
    """
    async with transaction(engine) as connection:
        statement = select(Installation.value).where(Installation.key == "partitions")
        made_with = await connection.scalar(statement)
    if made_with is None:
        raise SettingsError("the database does not say how many partitions it has; migrate it")
    if int(made_with) != partitions:
        raise SettingsError(
            f"VMINER_PARTITIONS is {partitions}, but this database was made with {made_with}"
            f" partitions, which cannot be changed later; set VMINER_PARTITIONS={made_with}"
        )
