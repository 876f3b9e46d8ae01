"""Runs a simulation in a thread of its own, for callers that block (pyVmomi, tests)."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager

from vminer.simulator.simulation import Simulation, simulate


@contextmanager
def simulated(sizes: Sequence[int], seed: int = 7) -> Iterator[Simulation]:
    """Serves one vCenter per size until the block ends.

    The vCenters' switches may be used from the calling thread: each is one small step.
    """
    ready: Future[tuple[Simulation, asyncio.AbstractEventLoop, asyncio.Event]] = Future()
    thread = threading.Thread(
        target=lambda: asyncio.run(_serve(sizes, seed, ready)), name="simulator", daemon=True
    )
    thread.start()
    simulation, loop, stop = ready.result()
    try:
        yield simulation
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()


async def _serve(
    sizes: Sequence[int],
    seed: int,
    ready: "Future[tuple[Simulation, asyncio.AbstractEventLoop, asyncio.Event]]",
) -> None:
    stop = asyncio.Event()
    try:
        async with simulate(sizes, seed) as simulation:
            ready.set_result((simulation, asyncio.get_running_loop(), stop))
            await stop.wait()
    except BaseException as error:
        if not ready.done():
            ready.set_exception(error)
        raise
