"""How PostgreSQL is reached: one primary for writes, several replicas for reads."""

from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import NoDecode

from runtime.settings import Settings

ASYNCPG_SCHEME = "postgresql+asyncpg://"


class DatabaseSettings(Settings):
    """The primary, the replicas, and how long vMiner waits for them."""

    primary_url: str
    """PostgreSQL primary, as postgresql://user:password@host:port/database."""

    replica_urls: Annotated[tuple[str, ...], NoDecode] = ()
    """Read replicas, comma separated; 3 to 5 in production. Empty: the primary serves reads."""

    partitions: int = Field(default=16, ge=1, le=1024)
    """Hash partitions of each inventory table; the first migration decides, then it is fixed."""

    pool_size: int = Field(default=8, ge=1, le=200)
    """Connections to each server that one process holds."""

    connect_timeout_seconds: float = Field(default=2.0, gt=0)
    """Seconds to wait for a connection to be established."""

    statement_timeout_seconds: float = Field(default=10.0, gt=0)
    """Seconds a read statement may take before PostgreSQL cancels it."""

    @field_validator("primary_url")
    @classmethod
    def _with_driver(cls, url: str) -> str:
        return _asyncpg_url(url)

    @field_validator("replica_urls", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(_asyncpg_url(part.strip()) for part in value.split(",") if part.strip())
        return value


class ReplicaSettings(Settings):
    """When a server may serve reads, and how often it is asked."""

    replica_probe_seconds: float = Field(default=1.0, gt=0)
    """Seconds between two probes of a server, give or take a fifth."""

    replica_probe_timeout_seconds: float = Field(default=0.25, gt=0)
    """Seconds a server may take to answer a probe."""

    replica_max_lag_seconds: float = Field(default=10.0, gt=0)
    """Seconds a replica may be behind the freshest server."""

    replica_bench_seconds: float = Field(default=1.0, gt=0)
    """First pause of a server that failed; each further failure doubles it."""

    replica_max_bench_seconds: float = Field(default=30.0, gt=0)
    """Longest pause of a server that failed."""

    replica_good_probes: int = Field(default=2, ge=1)
    """Good probes in a row that bring a benched server back."""

    replica_primary_share: float = Field(default=0.5, gt=0, le=1)
    """Share of the primary's connections that may serve reads when no replica is fit."""


def _asyncpg_url(url: str) -> str:
    """Return the URL with SQLAlchemy's name for asyncpg, whichever spelling came in."""
    for scheme in ("postgresql://", "postgres://"):
        if url.startswith(scheme):
            return ASYNCPG_SCHEME + url.removeprefix(scheme)
    if not url.startswith(ASYNCPG_SCHEME):
        raise ValueError("must start with postgresql://")
    return url
