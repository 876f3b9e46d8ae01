"""Making ready what is known by hash, so that no first request after a start waits for it."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from graphql_api.execution import Executor
from graphql_api.persisted import PersistedDocuments

log = logging.getLogger(__name__)


@asynccontextmanager
async def warming(persisted: PersistedDocuments, executor: Executor) -> AsyncIterator[None]:
    """Take in what Redis has, beside the first requests, and compile its plans."""
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(_warm(persisted, executor), name="warm documents")
        try:
            yield
        finally:
            task.cancel()


async def _warm(persisted: PersistedDocuments, executor: Executor) -> None:
    documents = plans = 0
    try:
        async for document in persisted.all():
            documents += 1
            plans += executor.compile(document)
            await asyncio.sleep(0)  # compiling one takes some milliseconds: requests go first
    except Exception:  # whatever Redis holds, requests are answered
        log.exception("documents are not made ready")
    if documents:
        log.info("persisted documents are ready", extra={"documents": documents, "plans": plans})
