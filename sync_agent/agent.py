"""`vminer agent`: starts worker processes, starts those that die again, stops them all in time.

Decoding holds Python's interpreter lock, so an agent is several processes; each has its own lease
owner, connections and metrics port.
"""

import asyncio
import logging
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress

from runtime.logs import LogSettings, configure_logs
from sync_agent.collector.settings import CollectorSettings
from sync_agent.process import run_until_signal
from sync_agent.settings import AgentSettings
from sync_agent.worker import SERVICE, WorkerSettings

log = logging.getLogger(__name__)

KILL_AFTER_SECONDS = 15.0  # beyond what running syncs get: a worker that hangs is killed


def run_agent(workers: int | None) -> int:
    """Run an agent until a signal comes; return the exit code.

    Raises:
        SettingsError: a setting that workers need is missing; none was started.
    """
    configure_logs(SERVICE, LogSettings.load())
    settings = WorkerSettings.load().agent
    CollectorSettings.load()
    count = workers or settings.agent_workers
    run_until_signal(lambda stopping: _supervise(count, settings, stopping))
    return 0


async def _supervise(count: int, settings: AgentSettings, stopping: asyncio.Event) -> None:
    async with asyncio.TaskGroup() as group:
        for index in range(count):
            group.create_task(_keep_alive(index, settings, stopping), name=f"worker {index}")


async def _keep_alive(index: int, settings: AgentSettings, stopping: asyncio.Event) -> None:
    """Run one worker, again and again, until told to stop."""
    while not stopping.is_set():
        worker = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "sync_agent", str(index), stdin=PIPE
        )
        await _ended_or_stopped(worker, settings, stopping)
        if not stopping.is_set():
            log.error("a worker ended", extra={"worker": index, "code": worker.returncode})
            with suppress(TimeoutError):
                async with asyncio.timeout(settings.agent_restart_seconds):
                    await stopping.wait()


async def _ended_or_stopped(
    worker: Process, settings: AgentSettings, stopping: asyncio.Event
) -> None:
    """Wait until the worker ended by itself or, when told to stop, end it."""
    async with asyncio.TaskGroup() as group:
        stopper = group.create_task(_stop(worker, settings, stopping))
        await worker.wait()
        stopper.cancel()


async def _stop(worker: Process, settings: AgentSettings, stopping: asyncio.Event) -> None:
    await stopping.wait()
    with suppress(ProcessLookupError):
        worker.terminate()
    await asyncio.sleep(settings.agent_shutdown_seconds + KILL_AFTER_SECONDS)
    log.error("a worker did not stop in time and is killed")
    with suppress(ProcessLookupError):
        worker.kill()
