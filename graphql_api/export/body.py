"""The bytes of an export, in the order they are sent."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence

from graphql_api.export.encoders import Encoder
from graphql_api.export.plan import Plan
from graphql_api.export.reading import Reader, Where


def nothing(done: int) -> None:
    """Tell nobody how far it is."""
    del done


async def body_of(
    reader: Reader,
    plan: Plan,
    encoder: Encoder,
    walked: Sequence[Where],
    tell: Callable[[int], None] = nothing,
) -> AsyncGenerator[bytes, None]:
    """Yield the file, never an empty chunk; `tell` is told how many vCenters are done.

    Nothing comes before the first vCenter was read whole, so that whatever is wrong with the
    document can still be answered with a status.

    Raises:
        ExportFailedError: a vCenter could not be read; what was yielded is not the whole list.
    """
    header = encoder.begin()
    for done, where in enumerate(walked, 1):
        (spool,) = await reader.read([plan], where)
        with spool:
            if header:
                yield header
                header = b""
            for lines in spool.batches():
                if chunk := await asyncio.to_thread(encoder.encode, lines):
                    yield chunk
        tell(done)
    if header:
        yield header
    rest = encoder.end()
    while chunk := await asyncio.to_thread(next, rest, b""):
        yield chunk
