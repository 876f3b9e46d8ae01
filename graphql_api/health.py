"""`/healthz` (the process lives), `/readyz` (it can answer queries), `/metrics`."""

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from graphql_api.optional_redis import OptionalRedis
from models.db.replicas import ReplicaPool
from runtime.telemetry import METRICS_CONTENT_TYPE, Telemetry


def health_router(pool: ReplicaPool, redis: OptionalRedis, telemetry: Telemetry) -> APIRouter:
    """Return the routes that say how the process is."""
    router = APIRouter()

    @router.get("/healthz")
    async def healthz() -> PlainTextResponse:
        return PlainTextResponse("ok")

    @router.get("/readyz")
    async def readyz() -> Response:
        servers = {
            member.name: {
                "fit": member.is_fit,
                "lagSeconds": member.lag_seconds,
                "reason": member.reason,
            }
            for member in pool.servers
        }
        is_ready = any(member.is_fit for member in pool.servers)
        state = "reachable" if await redis.is_reachable() else "away"
        content = {"ready": is_ready, "servers": servers, "redis": state}
        return JSONResponse(content, status_code=200 if is_ready else 503)

    @router.get("/metrics")
    async def metrics() -> Response:
        return Response(telemetry.render(), media_type=METRICS_CONTENT_TYPE)

    return router
