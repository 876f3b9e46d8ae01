"""The systems that are compared, and the four queries in the words of each."""

import sys
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from graphql_api.settings import GatewaySettings
from resolvers.global_id import encode
from tests.benchmarks.gateway import PATIENT
from tests.benchmarks.peers.drawn import Drawn
from tests.benchmarks.peers.system import Command, Post, Start, System
from tests.benchmarks.queries import QUERIES, SCALARS
from tests.support.node import NODE, installed

ROOT = Path(__file__).parents[3]
PROJECTS = Path(__file__).parent
PACKAGES = {"postgraphile": "PostGraphile", "mercurius": "Mercurius"}
COMPILED = "compiled_execution"
"""The setting of vMiner that turns compiled execution off."""
POWERED_ON = "poweredOn"
GENERIC_PLANS = "-c plan_cache_mode=force_generic_plan -c jit=off"
"""As vMiner's own connections have it; of the three modes each peer takes the least time by it."""


def systems(answers: Path) -> Iterator[System]:
    """Yield all of them, vMiner first; `answers` is what the last one will hold in memory."""
    yield System("vMiner", VMINER, partial(_vminer, {}))
    if COMPILED in GatewaySettings.model_fields:
        plain = {f"VMINER_{COMPILED.upper()}": "false"}
        yield System("vMiner, field by field", VMINER, partial(_vminer, plain))
    yield System("PostGraphile", POSTGRAPHILE, partial(_node, "postgraphile"))
    yield System("Mercurius", MERCURIUS, partial(_node, "mercurius"))
    yield System("one statement", ONE_STATEMENT, partial(_uvicorn, "one_statement", {}))
    held = {"ANSWERS": str(answers)}
    yield System(
        "from memory", VMINER, partial(_uvicorn, "from_memory", held), reads_database=False
    )


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


def _node(project: str, start: Start) -> Command:
    environment = {
        "NODE_ENV": "production",
        "GRAPHILE_ENV": "production",
        "DATABASE_URL": start.database_url,
        "PORT": str(start.port),
        "POOL_SIZE": str(start.pool_size),
        "PG_OPTIONS": GENERIC_PLANS,
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


def _id(drawn: Drawn) -> dict[str, Any]:
    return {"id": encode("VirtualMachine", drawn.vcenter_uuid, drawn.moid)}


def _vcenter(drawn: Drawn) -> dict[str, Any]:
    return {"vcenter": encode("VCenter", drawn.vcenter_uuid)}


def _part(drawn: Drawn) -> dict[str, Any]:
    return {"part": drawn.part}


def _key(drawn: Drawn) -> dict[str, Any]:
    return {"vcenterId": drawn.vcenter_id, "moid": drawn.moid}


def _number(drawn: Drawn) -> dict[str, Any]:
    return {"vcenterId": drawn.vcenter_id}


def _number_and_state(drawn: Drawn) -> dict[str, Any]:
    return {"vcenterId": drawn.vcenter_id, "powerState": POWERED_ON}


def _pattern(drawn: Drawn) -> dict[str, Any]:
    return {"pattern": f"%{drawn.part}%"}


def _scalars(count: int) -> str:
    return " ".join(list(SCALARS)[:count])


VMINER = {
    query.name: Post(query.document, variables)
    for query, variables in zip(QUERIES, (_id, _vcenter, _part, _vcenter), strict=True)
}

BYTEWISE = "orderBy: [NAME_BYTEWISE_ASC, PRIMARY_KEY_ASC]"
POSTGRAPHILE = {
    "Q1": Post(
        "query($vcenterId: Int!, $moid: String!) { virtualMachine:"
        " virtualMachineByVcenterIdAndMoid(vcenterId: $vcenterId, moid: $moid)"
        f" {{ {_scalars(10)} host {{ name }} vcenter {{ name }} }} }}",
        _key,
    ),
    "Q2": Post(
        "query($vcenterId: Int!, $powerState: String!) { virtualMachines: allVirtualMachines("
        f"first: 100, {BYTEWISE}, condition: {{vcenterId: $vcenterId, powerState: $powerState,"
        " deletedAt: null}) { pageInfo { hasNextPage endCursor } nodes {"
        f" {_scalars(12)} host {{ name cluster {{ name }} }}"
        " datastores: vmDatastoresList { datastore { name } } } } }",
        _number_and_state,
    ),
    "Q3": Post(
        "query($part: String!) { virtualMachines: allVirtualMachines("
        "first: 20, orderBy: [NAME_SORTED_ASC, PRIMARY_KEY_ASC], condition: {deletedAt: null},"
        " filter: {name: {includesInsensitive: $part}})"
        f" {{ nodes {{ {_scalars(7)} }} }} }}",
        _part,
    ),
    "Q4": Post(
        "query($vcenterId: Int!) { virtualMachines: allVirtualMachines("
        f"first: 1000, {BYTEWISE}, condition: {{vcenterId: $vcenterId, deletedAt: null}})"
        f" {{ nodes {{ {_scalars(15)} }} }} }}",
        _number,
    ),
}

MERCURIUS = {
    "Q1": Post(
        "query($vcenterId: Int!, $moid: String!) { virtualMachine(vcenterId: $vcenterId,"
        f" moid: $moid) {{ {_scalars(10)} host {{ name }} vcenter {{ name }} }} }}",
        _key,
    ),
    "Q2": Post(
        "query($vcenterId: Int!, $powerState: String!) { virtualMachines(first: 100,"
        " vcenterId: $vcenterId, powerState: $powerState) { pageInfo { hasNextPage endCursor }"
        f" nodes {{ {_scalars(12)} host {{ name cluster {{ name }} }}"
        " datastores { name } } } }",
        _number_and_state,
    ),
    "Q3": Post(
        "query($part: String!) { virtualMachines(first: 20, nameContains: $part)"
        f" {{ nodes {{ {_scalars(7)} }} }} }}",
        _part,
    ),
    "Q4": Post(
        "query($vcenterId: Int!) { virtualMachines(first: 1000, vcenterId: $vcenterId)"
        f" {{ nodes {{ {_scalars(15)} }} }} }}",
        _number,
    ),
}

ONE_STATEMENT = {
    "Q1": Post("Q1", _key),
    "Q2": Post("Q2", _number_and_state),
    "Q3": Post("Q3", _pattern),
    "Q4": Post("Q4", _number),
}
