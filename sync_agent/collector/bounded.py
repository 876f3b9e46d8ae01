"""Answers that are read no further than an agent takes: who answers is not to be trusted."""

import httpx


class TooManyBytesError(Exception):
    """An answer is larger, unpacked, than it may be."""


async def content_of(reply: httpx.Response, most_bytes: int) -> bytes:
    """Return the content of a streamed answer, unpacked.

    Raises:
        TooManyBytesError: there is more of it than that; the rest was not read.
    """
    content = bytearray()
    async for chunk in reply.aiter_bytes():
        content += chunk
        if len(content) > most_bytes:
            raise TooManyBytesError
    return bytes(content)
