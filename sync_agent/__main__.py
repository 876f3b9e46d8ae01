"""`python -m sync_agent N`: one worker process of an agent.

The agent holds the other end of its standard input: when that closes, the agent is gone, however it
ended, and the worker stops as it does on SIGTERM.
"""

import asyncio
import os
import sys
from uuid import uuid4

from runtime.collection import collect_seldom
from runtime.logs import LogSettings, configure_logs
from runtime.telemetry import TelemetrySettings, configure_telemetry
from sync_agent.collector.settings import CollectorSettings
from sync_agent.process import run_until_signal
from sync_agent.vcenter_source import vcenter_source
from sync_agent.worker import SERVICE, WorkerSettings, work

STANDARD_INPUT = 0


def main(index: int) -> None:
    """Run worker number `index` of an agent."""
    configure_logs(SERVICE, LogSettings.load())
    telemetry = TelemetrySettings.load()
    opened = configure_telemetry(SERVICE, telemetry)
    if telemetry.metrics_port is not None:
        opened.serve(telemetry.metrics_host, telemetry.metrics_port + index)
    settings = WorkerSettings.load()
    owner = f"agent-{uuid4()}"  # by boot: a restarted pod has the same name and must not look alive
    open_source = vcenter_source(CollectorSettings.load(), agent=owner)

    collect_seldom()

    async def until_told(stopping: asyncio.Event) -> None:
        _stop_with_parent(stopping)
        await work(settings, open_source, stopping, owner=owner)

    # pyVmomi blocks its thread: with asyncio's few, a handful of vCenters that hang would keep
    # every other one of this worker from logging in. Twice: logging out goes on beside the next.
    run_until_signal(until_told, threads=2 * settings.agent.agent_concurrency)
    opened.close()


def _stop_with_parent(stopping: asyncio.Event) -> None:
    """Set the event when the agent that started this worker is gone."""
    loop = asyncio.get_running_loop()

    def on_end_of_input() -> None:
        if not os.read(STANDARD_INPUT, 1):
            loop.remove_reader(STANDARD_INPUT)
            stopping.set()

    loop.add_reader(STANDARD_INPUT, on_end_of_input)


if __name__ == "__main__":
    main(int(sys.argv[1]))
