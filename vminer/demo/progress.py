"""A bar for each vCenter while the first sync runs, fed by GraphQL."""

import time
from collections.abc import Callable

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from runtime.errors import UnavailableError
from vminer.demo.api import Api, SyncProgress

POLL_SECONDS = 0.5


def watch_first_sync(
    api: Api, console: Console, *, vcenters: int, deadline_seconds: float, alive: Callable[[], None]
) -> list[SyncProgress]:
    """Show the syncs until each of `vcenters` has succeeded once; return how they ended.

    `alive` is called in each round and raises where a process of the demo has died.

    Raises:
        UnavailableError: a sync failed for good, or the deadline passed.
    """
    bars: dict[str, TaskID] = {}
    end = time.monotonic() + deadline_seconds
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TextColumn("{task.fields[state]}"), console=console) as progress:
        while True:
            alive()
            found = api.progress()
            for item in found:
                _show(progress, bars, item)
            _refuse_failures(found)
            if len(found) == vcenters and all(item.synced for item in found):
                return found
            if time.monotonic() > end:
                raise UnavailableError(f"the first sync took more than {deadline_seconds:.0f} s")
            time.sleep(POLL_SECONDS)


def _show(progress: Progress, bars: dict[str, TaskID], item: SyncProgress) -> None:
    if item.vcenter not in bars:
        bars[item.vcenter] = progress.add_task(f"  {item.vcenter:<18}", state="", total=None)
    progress.update(
        bars[item.vcenter],
        completed=item.objects_read,
        total=max(item.objects_expected or 0, item.objects_read) or None,
        state=item.state.lower(),
    )


def _refuse_failures(found: list[SyncProgress]) -> None:
    for item in found:
        if item.state in {"FAILED", "DEAD", "QUARANTINED"}:
            raise UnavailableError(f"the sync of {item.vcenter} ended {item.state}: {item.error}")
