"""What the subcommands of `vminer export` share: a reader of the database, a file, a bar."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from graphql_api.caller import Caller
from graphql_api.context import NoSync
from graphql_api.documents import Documents
from graphql_api.execution import Executor
from graphql_api.export.reading import ExportFailedError, Reader
from graphql_api.refusal import Refusal
from graphql_api.schema import core_schema, schema
from graphql_api.settings import GatewaySettings
from loaders.scope import EVERYTHING
from models.db.replicas import ReplicaPool
from models.db.settings import DatabaseSettings, ReplicaSettings
from runtime.errors import (
    DatabaseUnavailableError,
    FileNotWrittenError,
    InvalidArgumentError,
    NoHealthyReplicaError,
    UnavailableError,
    VMinerError,
)

OPERATOR = Caller("cli", EVERYTHING, may_sync=False)
Tell = Callable[[int], None]


@contextmanager
def whole_file(path: Path, *, force: bool) -> Iterator[Path]:
    """Lend a name to write to, beside the file, which becomes the file once all is written.

    Raises:
        InvalidArgumentError: there is such a file, and it is not to be replaced.
        FileNotWrittenError: there is no room, or no such directory; nothing is left of it.
    """
    if path.exists() and not force:
        raise InvalidArgumentError(f"{path} exists already; --force replaces it")
    try:
        with TemporaryDirectory(prefix=".vminer-export-", dir=path.parent) as beside:
            part = Path(beside) / path.name
            yield part
            part.replace(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileNotWrittenError(f"{path} could not be written: {reason}") from error


def export(work: Callable[[Reader, Documents], Awaitable[None]]) -> None:
    """Do a piece of work with a reader of the whole estate.

    Raises:
        DatabaseUnavailableError: no server can be read.
        UnavailableError: it went away in the middle.
        InvalidArgumentError: the document is none that can be exported.
    """

    async def run() -> Exception | None:
        """Return what went wrong: the pool's group of tasks would wrap it."""
        async with _reader() as reader:
            try:
                await work(reader, Documents(core_schema, reader.settings))
            except (Refusal, ExportFailedError, VMinerError, OSError) as error:
                return error
        return None

    try:
        if (error := asyncio.run(run())) is not None:
            raise error
    except Refusal as refusal:
        raise InvalidArgumentError(_sentence(refusal.errors[0])) from refusal
    except ExportFailedError as failed:
        if isinstance(failed.__cause__, NoHealthyReplicaError):
            raise DatabaseUnavailableError(
                "no database server can be read; check VMINER_REPLICA_URLS and VMINER_PRIMARY_URL"
            ) from failed
        if isinstance(failed.__cause__, UnavailableError | TimeoutError):
            raise UnavailableError(_sentence(failed.answer.errors[0])) from failed
        raise InvalidArgumentError(_sentence(failed.answer.errors[0])) from failed


@asynccontextmanager
async def _reader() -> AsyncIterator[Reader]:
    settings = GatewaySettings.load()
    async with ReplicaPool.open(DatabaseSettings.load(), ReplicaSettings.load()) as pool:
        yield Reader(Executor(schema, pool, NoSync(), settings), settings, OPERATOR)


@contextmanager
def bar(vcenters: int) -> Iterator[Tell]:
    """Show on standard error how many vCenters are done, where that is a terminal."""
    console = Console(file=sys.stderr)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, TimeElapsedColumn(), console=console, disable=not console.is_terminal
    ) as progress:
        task = progress.add_task("vCenters", total=vcenters)
        yield lambda done: progress.update(task, completed=done)


def _sentence(error: dict[str, object]) -> str:
    return str(error["message"])
