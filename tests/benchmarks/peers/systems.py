"""The systems that are compared, and how each is started."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType

import orjson

from graphql_api.settings import GatewaySettings
from tests.benchmarks.gateway import PATIENT
from tests.benchmarks.peers.documents import mercurius, one_statement, postgraphile, vminer
from tests.benchmarks.peers.system import Command, Start, System
from tests.support.node import NODE, installed

ROOT = Path(__file__).parents[3]
PROJECTS = Path(__file__).parent
PACKAGES = {"postgraphile": "PostGraphile", "mercurius": "Mercurius"}
COMPILED = "compiled_execution"
"""The setting of vMiner that turns compiled execution off."""
MEASURED = "vMiner"
WHOLE = "vMiner, key of all"
YARDSTICK = "PostGraphile"
INSTALLED = "PostGraphile, as installed"
GENERIC_PLANS = "-c plan_cache_mode=force_generic_plan -c jit=off"
"""As vMiner's own connections have it; of the three modes each peer takes the least time by it."""
SERVER_DEFAULTS = ""


@dataclass(frozen=True, slots=True)
class Given:
    """What systems are given for one run."""

    answers: Path
    """What the last one holds in memory."""
    token: str
    """Of a key that sees some vCenters."""
    token_of_all: str
    """Of a key that sees all, each of them named in it."""
    traces_url: str


def measured(given: Given, more: Mapping[str, str] = MappingProxyType({})) -> System:
    """Return vMiner with keys, scope, limits and traces on, and more settings."""
    command = partial(_vminer, _secured(given) | dict(more))
    return System(MEASURED, vminer.POSTS, command, given.token, is_scoped=True)


def systems(given: Given) -> Iterator[System]:
    """Yield all of them, vMiner first."""
    ours = _secured(given)
    yield measured(given)
    yield System(WHOLE, vminer.POSTS, partial(_vminer, ours), given.token_of_all)
    if COMPILED in GatewaySettings.model_fields:
        plain = partial(_vminer, ours | {f"VMINER_{COMPILED.upper()}": "false"})
        yield System("vMiner, field by field", vminer.POSTS, plain, given.token, is_scoped=True)
    yield System(YARDSTICK, postgraphile.POSTS, partial(_node, "postgraphile", GENERIC_PLANS))
    yield System(INSTALLED, postgraphile.POSTS, partial(_node, "postgraphile", SERVER_DEFAULTS))
    yield System("Mercurius", mercurius.POSTS, partial(_node, "mercurius", GENERIC_PLANS))
    yield System("one statement", one_statement.POSTS, partial(_uvicorn, "one_statement", {}))
    yield System(
        "from memory",
        vminer.POSTS,
        partial(_uvicorn, "from_memory", {"ANSWERS": str(given.answers)}),
        is_scoped=True,
        reads_database=False,
    )


def _secured(given: Given) -> dict[str, str]:
    return {"VMINER_API_KEY_REQUIRED": "true", "VMINER_OTLP_ENDPOINT": given.traces_url}


def versions() -> str:
    """Return what the peers' lock files hold."""
    found = []
    for project, name in PACKAGES.items():
        lock = orjson.loads((PROJECTS / project / "package-lock.json").read_bytes())
        found.append(f"{name} {lock['packages'][f'node_modules/{project}']['version']}")
    return ", ".join(found)


def _vminer(settings: Mapping[str, str], start: Start) -> Command:
    environment = PATIENT | {
        "VMINER_PRIMARY_URL": start.database_url,
        "VMINER_REPLICA_URLS": "",
        "VMINER_RABBITMQ_URL": "amqp://127.0.0.1",  # no query needs it
        "VMINER_API_PORT": str(start.port),
        "VMINER_POOL_SIZE": str(start.pool_size),
    }
    return Command([sys.executable, "-m", "vminer", "serve"], environment | dict(settings), ROOT)


def _node(project: str, options: str, start: Start) -> Command:
    environment = {
        "NODE_ENV": "production",
        "GRAPHILE_ENV": "production",
        "DATABASE_URL": start.database_url,
        "PORT": str(start.port),
        "POOL_SIZE": str(start.pool_size),
        "PG_OPTIONS": options,
    }
    return Command([str(NODE), "server.mjs"], environment, installed(PROJECTS / project))


def _uvicorn(module: str, given: Mapping[str, str], start: Start) -> Command:
    options = {
        "--port": str(start.port),
        "--loop": "uvloop",
        "--http": "httptools",
        "--log-level": "warning",
        "--lifespan": "auto",
    }
    arguments = [part for pair in options.items() for part in pair]
    application = f"tests.benchmarks.peers.{module}:app"
    argv = [sys.executable, "-m", "uvicorn", application, "--no-access-log", *arguments]
    environment = {"DATABASE_URL": start.database_url, "POOL_SIZE": str(start.pool_size)}
    return Command(argv, environment | dict(given), ROOT)
