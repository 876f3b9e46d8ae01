"""The limit of one SQL statement: PostgreSQL builds the whole answer, this only passes it on.

Written by hand for the four queries; takes `{"query": "Q1", "variables": {…}}`.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import asyncpg
import orjson

from runtime.collection import collect_seldom
from runtime.settings import inherited_environment

Message = MutableMapping[str, Any]
SETTINGS = {"plan_cache_mode": "force_generic_plan", "jit": "off"}
COLUMNS = (
    "m.moid",
    "m.name",
    'm.power_state AS "powerState"',
    'm.guest_full_name AS "guestFullName"',
    'm.num_cpus AS "numCpus"',
    'm.memory_bytes AS "memoryBytes"',
    'host(m.ip_address) AS "ipAddress"',
    'm.bios_uuid AS "biosUuid"',
    'm.guest_hostname AS "guestHostname"',
    'm.connection_state AS "connectionState"',
    'm.tools_running_status AS "toolsRunningStatus"',
    'm.overall_status AS "overallStatus"',
    'm.hardware_version AS "hardwareVersion"',
    "m.annotation",
    'm.boot_time AS "bootTime"',
)


def _columns(count: int) -> str:
    return ", ".join(COLUMNS[:count])


def _named(alias: str) -> str:
    return f"CASE WHEN {alias}.name IS NOT NULL THEN json_build_object('name', {alias}.name) END"


Q1 = f"""SELECT '{{"data":{{"virtualMachine":' || row_to_json(r)::text || '}}}}' FROM (
    SELECT {_columns(10)}, {_named("h")} AS host, {_named("v")} AS vcenter
    FROM virtual_machines m
    LEFT JOIN hosts h ON h.vcenter_id = $1 AND h.moid = m.host_moid
    LEFT JOIN vcenters v ON v.id = $1
    WHERE m.vcenter_id = $1 AND m.moid = $2) r"""
Q2 = f"""WITH page AS MATERIALIZED (
    SELECT m.moid, m.name, m.power_state, m.guest_full_name, m.num_cpus, m.memory_bytes,
      m.ip_address, m.bios_uuid, m.guest_hostname, m.connection_state, m.tools_running_status,
      m.overall_status, m.host_moid,
      row_number() OVER (ORDER BY m.name COLLATE "C", m.moid) AS place
    FROM virtual_machines m
    WHERE m.vcenter_id = $1 AND m.power_state = $2 AND m.deleted_at IS NULL
    ORDER BY m.name COLLATE "C", m.moid LIMIT 101),
  edges AS MATERIALIZED (
    SELECT e.vm_moid,
      json_agg(json_build_object('name', d.name) ORDER BY d.name COLLATE "C") AS names
    FROM vm_datastores e JOIN datastores d ON d.vcenter_id = $1 AND d.moid = e.datastore_moid
    WHERE e.vcenter_id = $1 AND e.vm_moid = ANY (ARRAY(SELECT moid FROM page WHERE place <= 100))
      AND d.deleted_at IS NULL
    GROUP BY e.vm_moid)
SELECT '{{"data":{{"virtualMachines":{{"pageInfo":' || json_build_object(
    'hasNextPage', (SELECT count(*) > 100 FROM page),
    'endCursor', (SELECT encode(convert_to(json_build_array(name, $1::int, moid)::text, 'UTF8'),
        'base64') FROM page WHERE place <= 100 ORDER BY place DESC LIMIT 1)
  )::text || ',"nodes":' || coalesce((SELECT json_agg(r)::text FROM (
    SELECT {_columns(12)}, CASE WHEN h.name IS NOT NULL THEN
        json_build_object('name', h.name, 'cluster', {_named("c")}) END AS host,
      coalesce(e.names, '[]') AS datastores
    FROM page m
    LEFT JOIN hosts h ON h.vcenter_id = $1 AND h.moid = m.host_moid
    LEFT JOIN clusters c ON c.vcenter_id = $1 AND c.moid = h.cluster_moid
    LEFT JOIN edges e ON e.vm_moid = m.moid
    WHERE m.place <= 100 ORDER BY m.place) r), '[]') || '}}}}}}'"""


def _list(columns: int, condition: str, order: str, limit: int) -> str:
    return f"""SELECT '{{"data":{{"virtualMachines":{{"nodes":' ||
    coalesce((SELECT json_agg(r)::text FROM (
      SELECT {_columns(columns)} FROM virtual_machines m
      WHERE {condition} AND m.deleted_at IS NULL
      ORDER BY {order} COLLATE "C", m.vcenter_id, m.moid LIMIT {limit}) r), '[]') || '}}}}}}'"""


STATEMENTS = {
    "Q1": (Q1, ("vcenterId", "moid")),
    "Q2": (Q2, ("vcenterId", "powerState")),
    # An expression, or a generic plan walks all names in their order and hopes.
    "Q3": (_list(7, "m.name ILIKE $1", "m.name || ''", 20), ("pattern",)),
    "Q4": (_list(15, "m.vcenter_id = $1", "m.name", 1000), ("vcenterId",)),
}


class OneStatement:
    """The ASGI application."""

    def __init__(self) -> None:
        self._pool: asyncpg.Pool | None = None

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        body = await received_bytes(receive)
        await send_bytes(send, await self._answer(orjson.loads(body)))

    async def _answer(self, asked: dict[str, Any]) -> bytes:
        assert self._pool is not None
        statement, names = STATEMENTS[asked["query"]]
        values = [asked["variables"][name] for name in names]
        found: str = await self._pool.fetchval(statement, *values)
        return found.encode()

    async def _live(
        self,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        given = inherited_environment()
        collect_seldom()
        await receive()
        size = int(given["POOL_SIZE"])
        self._pool = await asyncpg.create_pool(
            given["DATABASE_URL"],
            min_size=size,
            max_size=size,
            max_inactive_connection_lifetime=0,
            server_settings=SETTINGS,
            reset=_nothing,
        )
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._pool.close()
        await send({"type": "lifespan.shutdown.complete"})


async def _nothing(_connection: asyncpg.Connection) -> None:
    """Spare the round trip that would reset a connection nobody changed."""


async def received_bytes(receive: Callable[[], Awaitable[Message]]) -> bytes:
    """Return the body of a request."""
    body = b""
    more = True
    while more:
        message = await receive()
        body += message["body"]
        more = message.get("more_body", False)
    return body


async def send_bytes(send: Callable[[Message], Awaitable[None]], body: bytes) -> None:
    """Send an answer of JSON."""
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


app = OneStatement()
