"""`/export` over the graph's own database: real pages and snapshots, without a server of HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from graphql_api.caller import Caller
from graphql_api.context import NoSync
from graphql_api.documents import Documents
from graphql_api.execution import Executor
from graphql_api.export.endpoint import ExportEndpoint
from graphql_api.optional_redis import OptionalRedis
from graphql_api.persisted import PersistedDocuments
from graphql_api.reception import Reception
from graphql_api.schema import core_schema, schema
from graphql_api.settings import GatewaySettings
from loaders.scope import EVERYTHING, Scope
from models.db.replicas import ReplicaPool
from models.db.settings import DatabaseSettings, ReplicaSettings


@dataclass(frozen=True, slots=True)
class FixedKeyring:
    """Knows one caller, whatever they send."""

    scope: Scope

    async def caller(self, authorization: str) -> Caller:
        return Caller("test", self.scope, may_sync=False)


@dataclass(frozen=True, slots=True)
class Exports:
    """What tests ask `/export`."""

    http: httpx.AsyncClient
    endpoint: ExportEndpoint

    async def get(self, format_: str, document: str, *, rows: str = "", **variables: Any) -> bytes:
        """Return a file that must come whole."""
        answer = await self.post(format_, document, rows=rows, **variables)
        assert answer.status_code == 200, answer.text
        return answer.content

    async def post(
        self, format_: str, document: str, *, rows: str = "", **variables: Any
    ) -> httpx.Response:
        body = {"query": document, "variables": variables}
        parameters = {"rows": rows} if rows else {}
        return await self.http.post(f"/export/{format_}", json=body, params=parameters)


@asynccontextmanager
async def opened_exports(
    database: DatabaseSettings,
    scope: Scope = EVERYTHING,
    *,
    executor: type[Executor] = Executor,
    settings: GatewaySettings | None = None,
) -> AsyncIterator[Exports]:
    """Open `/export` over a database for a caller with this scope."""
    given = settings or GatewaySettings()
    replicas = ReplicaSettings(replica_probe_seconds=0.2, replica_probe_timeout_seconds=2)
    async with ReplicaPool.open(database, replicas) as pool:
        documents = Documents(core_schema, given)
        redis = OptionalRedis(given)
        persisted = PersistedDocuments(documents, redis, given)
        keyring: Any = FixedKeyring(scope)
        reception = Reception(documents, persisted, keyring, given)
        running = executor(schema, pool, NoSync(), given)
        endpoint = ExportEndpoint(core_schema, reception, running, given)
        transport = httpx.ASGITransport(endpoint)
        async with httpx.AsyncClient(transport=transport, base_url="http://export") as http:
            yield Exports(http, endpoint)
        await redis.close()
