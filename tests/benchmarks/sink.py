"""`python -m tests.benchmarks.sink PORT`: takes spans over OTLP/HTTP and drops them.

A collector that costs next to nothing, so that tracing can be on; GET tells the bytes it took.
"""

import asyncio
import sys

import uvloop

LENGTH = b"content-length:"
END = b"\r\n\r\n"


class Sink:
    """What was taken so far."""

    def __init__(self) -> None:
        self._taken = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        try:
            while True:
                head = await reader.readuntil(END)
                lines = head.lower().split(b"\r\n")
                lengths = [int(line[len(LENGTH) :]) for line in lines if line.startswith(LENGTH)]
                self._taken += len(await reader.readexactly(sum(lengths)))
                body = b"%d" % self._taken if head.startswith(b"GET") else b""
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


async def main(port: int) -> None:
    """Serve until the process is ended."""
    server = await asyncio.start_server(Sink().serve, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
