"""The gateway, opened and closed in one place: pool, primary, queue, Redis; then the HTTP routes.

Nothing fails to start because a server is away: `/readyz` says what is, and requests say so too.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp

from graphql_api.answers.open import open_cache
from graphql_api.answers.short_path import ShortPath
from graphql_api.context import QueuedSync
from graphql_api.cross_origin import across_origins
from graphql_api.documents import Documents
from graphql_api.endpoint import GraphQLEndpoint, Scope
from graphql_api.execution import Executor
from graphql_api.export.endpoint import PREFIX, ExportEndpoint
from graphql_api.health import health_router
from graphql_api.keyring import Keyring
from graphql_api.optional_redis import OptionalRedis
from graphql_api.pages import pages_router
from graphql_api.persisted import PersistedDocuments
from graphql_api.reception import Reception
from graphql_api.schema import core_schema, schema
from graphql_api.settings import GatewaySettings
from graphql_api.warm import warming
from models.db.engines import primary_engine
from models.db.replicas import ReplicaPool
from models.db.settings import DatabaseSettings, ReplicaSettings
from models.queue import Publisher, QueueSettings
from runtime.telemetry import Telemetry


@dataclass(frozen=True, slots=True)
class GatewayGroups:
    """Every group of settings the gateway needs."""

    gateway: GatewaySettings
    database: DatabaseSettings
    replicas: ReplicaSettings
    queue: QueueSettings

    @classmethod
    def load(cls) -> "GatewayGroups":
        """Read them all. Raises SettingsError."""
        return cls(
            GatewaySettings.load(),
            DatabaseSettings.load(),
            ReplicaSettings.load(),
            QueueSettings.load(),
        )


class Gateway:
    """The ASGI application: the graph by the shortest way, everything else through FastAPI."""

    def __init__(self, groups: GatewayGroups, telemetry: Telemetry) -> None:
        self._groups = groups
        self._telemetry = telemetry
        self._endpoint: ASGIApp | None = None
        self._exports: ASGIApp | None = None
        self._http = FastAPI(
            title="vMiner", lifespan=self._lifespan, docs_url=None, redoc_url=None, openapi_url=None
        )

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Send a request to whom it is for."""
        path = scope["path"] if scope["type"] == "http" else ""
        if path == "/graphql" and self._endpoint is not None:
            await self._endpoint(scope, receive, send)
        elif path.startswith(PREFIX) and self._exports is not None:
            await self._exports(scope, receive, send)
        else:
            await self._http(scope, receive, send)

    @asynccontextmanager
    async def _lifespan(self, app: FastAPI) -> AsyncIterator[None]:
        groups = self._groups
        async with AsyncExitStack() as opened:
            pool = await opened.enter_async_context(
                ReplicaPool.open(groups.database, groups.replicas)
            )
            primary = primary_engine(groups.database, application="vminer-api")
            opened.push_async_callback(primary.dispose)
            publisher = Publisher(groups.queue)
            opened.push_async_callback(publisher.close)
            documents = Documents(core_schema, groups.gateway)
            redis = OptionalRedis(groups.gateway)
            opened.push_async_callback(redis.close)
            persisted = PersistedDocuments(documents, redis, groups.gateway)
            executor = Executor(schema, pool, QueuedSync(primary, publisher), groups.gateway)
            keyring = Keyring(pool, groups.gateway)
            reception = Reception(documents, persisted, keyring, groups.gateway)
            cache = await opened.enter_async_context(open_cache(pool, redis, groups.gateway))
            endpoint: ASGIApp = GraphQLEndpoint(reception, executor, self._telemetry, cache)
            if cache is not None:
                endpoint = ShortPath(endpoint, cache, keyring, self._telemetry)
            exports = ExportEndpoint(core_schema, reception, executor, groups.gateway)
            self._endpoint = across_origins(endpoint, groups.gateway.cors_origins)
            self._exports = across_origins(exports, groups.gateway.cors_origins)
            await opened.enter_async_context(warming(persisted, executor))
            app.include_router(health_router(pool, redis, self._telemetry))
            app.include_router(pages_router())
            yield
            self._endpoint = self._exports = None
