"""The earlier, single-server vMiner's SQLite database, read only, whichever tables it has."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from runtime.errors import InvalidArgumentError

DEFAULT_PORT = 443
TABLES = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
Address = tuple[str, int]
"""Host name in lower case, and port."""


@contextmanager
def earlier_database(path: Path) -> Iterator[sqlite3.Connection]:
    """Lend the database, its rows by column name.

    Raises:
        InvalidArgumentError: it is no such database, or has no vCenters.
    """
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            database.row_factory = sqlite3.Row
            yield database
    except sqlite3.Error as error:
        raise InvalidArgumentError(
            f"{path} is not the earlier vMiner's database: {error}"
        ) from error


def vcenter_rows(database: sqlite3.Connection) -> list[Mapping[str, Any]]:
    """Return its vCenters, every column they have, by number."""
    return [dict(row) for row in database.execute("SELECT * FROM vcenters ORDER BY id")]


def address_of(vcenter: Mapping[str, Any]) -> Address:
    """Return where a vCenter is; 443 where its port was not kept."""
    port = str(vcenter.get("port") or "")
    host = str(vcenter.get("hostname") or "").strip().lower()
    return host, int(port) if port.isdecimal() else DEFAULT_PORT


def columns_of(database: sqlite3.Connection, table: str) -> frozenset[str]:
    """Return the columns a table has; none where there is no such table."""
    if table not in {row["name"] for row in database.execute(TABLES)}:
        return frozenset()
    empty = database.execute(f'SELECT * FROM "{table}" LIMIT 0')  # noqa: S608 - a name of ours
    return frozenset(column[0] for column in empty.description)
