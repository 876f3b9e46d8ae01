"""The limit of the HTTP server: answers of another system, from memory.

They are found by the body of a POST, or by the parameters of a GET.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path

import orjson

from runtime.settings import inherited_environment
from tests.benchmarks.peers.one_statement import Message, received_bytes, send_bytes


class FromMemory:
    """The ASGI application; the file ANSWERS holds pairs of a body and its answer, one a line."""

    def __init__(self) -> None:
        lines = Path(inherited_environment()["ANSWERS"]).read_bytes().splitlines()
        pairs = (orjson.loads(line) for line in lines)
        self._answers = {body.encode(): answer.encode() for body, answer in pairs}

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """Answer one request."""
        if scope["method"] == "GET":
            await send_bytes(send, self._answers[scope["query_string"]])
        else:
            await send_bytes(send, self._answers[await received_bytes(receive)])


app = FromMemory()
