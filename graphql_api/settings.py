"""How the gateway listens, and what it lets a request cost."""

from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import NoDecode

from graphql_api.cross_origin import check_origin
from loaders.budget import MOST_OBJECTS
from runtime.settings import Settings


class GatewaySettings(Settings):
    """The API process: address, Redis, limits of a request."""

    api_host: str = "127.0.0.1"
    """Address to listen on; others than loopback only where every request needs a key."""

    api_key_required: bool = False
    """Whether every request needs an API key. If not, whoever reaches the port may do all."""

    api_keys_refresh_seconds: float = Field(default=5.0, gt=0, le=300)
    """Seconds for which a process believes the API keys it read: as long a revoked one goes on."""

    api_port: int = Field(default=8000, ge=1, le=65535)
    """Port to listen on."""

    api_shutdown_seconds: int = Field(default=25, ge=1)
    """Seconds that requests under way get to finish when the process is asked to end."""

    compiled_execution: bool = True
    """Whether queries are executed by plans; if not, field by field as Strawberry does it."""

    compared_executions: float = Field(default=0.0, ge=0, le=1)
    """Share of queries that are executed both by their plan and field by field, in one snapshot;
    whether the two agree is counted (`vminer_compared_executions`), and logged if they do not."""

    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    """Origins whose web pages may read answers of `/graphql`, comma separated and exact, as
    https://portal.example; empty: none but those served from here."""

    redis_url: str = "redis://127.0.0.1:6379/0"
    """Redis or Valkey that instances share persisted documents through; it may be away."""

    redis_timeout_seconds: float = Field(default=0.05, gt=0)
    """Seconds to wait for Redis before going on without it."""

    redis_pause_seconds: float = Field(default=5.0, gt=0)
    """Seconds without asking Redis again after it failed."""

    apq_ttl_seconds: int = Field(default=86_400, ge=1)
    """Seconds that an automatically persisted document is kept in Redis after its last use."""

    document_cache_size: int = Field(default=1000, ge=1)
    """Valid documents that a process keeps with their plans: as many that are asked for by their
    hash, and as many that were sent as text alone. A thousand take some 26 MiB."""

    response_cache_poll_seconds: float = Field(default=1.0, ge=0, le=60)
    """Seconds between two looks of a process at what each server has of every vCenter: as long, and
    the replica's lag, the cache may serve an answer after a sync has ended. 0: no cache."""

    response_cache_seconds: float = Field(default=300.0, gt=0)
    """Seconds after which an answer is executed again though nothing it rests on has changed."""

    response_cache_estate_seconds: float = Field(default=10.0, ge=0)
    """Seconds that an answer over the whole estate, or one that depends on the time, is served from
    the cache; some vCenter of a large estate always changes. 0: not at all."""

    response_cache_bytes: int = Field(default=64 * 1024 * 1024, ge=0)
    """Bytes of answers that a process keeps; those longest unused go first."""

    response_cache_entry_bytes: int = Field(default=1024 * 1024, ge=0)
    """Largest answer that is kept, in bytes."""

    response_cache_shared_ms: float = Field(default=10.0, ge=0)
    """Milliseconds from which executing a query is dear enough to share its answer between
    processes, through Redis. 0: never."""

    max_body_bytes: int = Field(default=256 * 1024, ge=1024)
    """Largest request body, in bytes."""

    max_tokens: int = Field(default=2000, ge=1)
    """Most tokens of a document."""

    max_depth: int = Field(default=15, ge=1)
    """Deepest nesting of fields, fragments spread out."""

    max_aliases: int = Field(default=30, ge=0)
    """Most aliases of a document, fragments spread out."""

    max_root_fields: int = Field(default=20, ge=1)
    """Most fields at the root of an operation."""

    max_fields: int = Field(default=1000, ge=1)
    """Most fields of an operation, fragments spread out."""

    max_answer_objects: int = Field(default=MOST_OBJECTS, ge=1000)
    """Most objects that the lists of an answer hold together, those inside of others counted as
    often as they are shown."""

    max_variable_depth: int = Field(default=20, ge=1)
    """Deepest nesting of lists and objects in variables."""

    request_deadline_seconds: float = Field(default=5.0, gt=0)
    """Seconds a request may take."""

    max_exports: int = Field(default=4, ge=1)
    """Most exports that a process has under way at once."""

    export_page_rows: int = Field(default=1000, ge=1, le=1000)
    """Rows of a list that an export reads at once; fewer where lists stand below them."""

    export_page_seconds: float = Field(default=30.0, gt=0)
    """Seconds that a page of an export may take."""

    export_seconds: float = Field(default=3600.0, gt=0)
    """Seconds that a whole export may take, its client's slowness included."""

    export_spool_bytes: int = Field(default=8 * 1024 * 1024, ge=1024)
    """Bytes of one vCenter's rows that an export keeps in memory until they are sent; what is more
    goes to the directory for temporary files."""

    run_wait_seconds: float = Field(default=20.0, ge=0)
    """Most seconds that `syncRun(waitSeconds:)` waits, before the request's own seconds begin; keep
    them below `VMINER_API_SHUTDOWN_SECONDS`, and below what proxies allow."""

    catch_up_seconds: float = Field(default=2.0, ge=0)
    """Seconds that a request waits for a replica that has what it must see (`minEpoch`, the end of
    a run) before it reads the primary; a part of the request's own seconds."""

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _origins(cls, value: object) -> object:
        if isinstance(value, str):
            value = [part.strip() for part in value.split(",") if part.strip()]
        return (
            tuple(check_origin(str(part)) for part in value) if isinstance(value, list) else value
        )
