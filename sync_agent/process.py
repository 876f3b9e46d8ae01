"""What the long-running processes have in common: uvloop, and an event that a signal sets."""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import uvloop

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)

T = TypeVar("T")


def run_until_signal(
    main: Callable[[asyncio.Event], Coroutine[Any, Any, T]], *, threads: int | None = None
) -> T:
    """Run `main` to its end; the event it is given is set by SIGTERM or SIGINT.

    `threads` is how many blocking calls may go on at once; None: asyncio's few.
    """

    async def with_signals() -> T:
        stopping = asyncio.Event()
        loop = asyncio.get_running_loop()
        if threads is not None:
            loop.set_default_executor(ThreadPoolExecutor(threads, "blocking"))
        for number in STOP_SIGNALS:
            loop.add_signal_handler(number, stopping.set)
        return await main(stopping)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(with_signals())
