"""`python -m tests.benchmarks.load`: one burst of requests, from a process of its own.

Reads bodies, or the parameters of GET, one a line, and sends random ones over keep-alive
connections until the time is up; prints what came back as JSON. Bare sockets: a real HTTP client
would cost more than the server.
"""

import argparse
import asyncio
import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import orjson
import uvloop

from runtime.settings import inherited_environment

TOKEN = "BENCH_TOKEN"
"""The variable that holds the API key's token: arguments can be seen by others."""
OK = b"HTTP/1.1 200"
LENGTH = b"content-length:"
GOOD = b'{"data":{'
ERRORS = b'"errors":['


@dataclass(slots=True)
class Burst:
    """What came back."""

    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    received: int = 0


async def _connection(port: int, requests: list[bytes], random: Random, end: float, burst: Burst):
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**24)
    try:
        while time.monotonic() < end:
            began = time.perf_counter()
            writer.write(random.choice(requests))
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(LENGTH))
            body = await reader.readexactly(int(length.removeprefix(LENGTH)))
            burst.seconds.append(time.perf_counter() - began)
            burst.received += len(body)
            if not head.startswith(OK) or not body.startswith(GOOD) or ERRORS in body:
                burst.failures.append((head + body)[:500].decode())
    finally:
        writer.close()


async def _burst(port: int, requests: list[bytes], connections: int, seconds: float) -> Burst:
    burst = Burst()
    end = time.monotonic() + seconds
    async with asyncio.TaskGroup() as group:
        for number in range(connections):
            group.create_task(_connection(port, requests, Random(number), end, burst))
    return burst


def request_of(body: bytes, token: str = "") -> bytes:
    """Return the bytes of a request; the token is that of an API key."""
    authorization = f"authorization: Bearer {token}\r\n" if token else ""
    head = (
        "POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
        f"accept: application/graphql-response+json\r\n{authorization}"
        f"content-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def request_by_get(query: bytes, token: str = "") -> bytes:
    """Return the bytes of a request by GET."""
    authorization = f"authorization: Bearer {token}\r\n" if token else ""
    head = f"host: 127.0.0.1\r\naccept: application/graphql-response+json\r\n{authorization}\r\n"
    return b"GET /graphql?" + query + b" HTTP/1.1\r\n" + head.encode()


def main() -> None:
    """Send one burst."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--bodies", type=Path, required=True)
    parser.add_argument("--connections", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--cores", default="", help="cores to stay on, as 1,2")
    parser.add_argument("--method", choices=["GET", "POST"], default="POST")
    given = parser.parse_args()
    if given.cores:
        os.sched_setaffinity(0, [int(core) for core in given.cores.split(",")])
    began, spent = time.monotonic(), time.process_time()
    token = inherited_environment().get(TOKEN, "")
    made = request_by_get if given.method == "GET" else request_of
    requests = [made(line, token) for line in given.bodies.read_bytes().splitlines()]
    burst = uvloop.run(_burst(given.port, requests, given.connections, given.seconds))
    found = {
        "latencies": sorted(burst.seconds),
        "failures": burst.failures[:3],
        "received": burst.received,
        "wall": time.monotonic() - began,
        "cpu": time.process_time() - spent,
    }
    sys.stdout.buffer.write(orjson.dumps(found))


if __name__ == "__main__":
    main()
