"""Staging: changed rows are COPYed into temporary tables before one statement each merges them."""

from collections.abc import AsyncIterator, Iterator, Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address

import orjson

from models.edge import EDGE_TABLES, EdgeTable
from models.enums import IdentifierKind, InventoryType
from sync_agent.records import Columns
from sync_agent.writer.changes import ChangeSet
from sync_agent.writer.connection import Connection
from sync_agent.writer.layout import DETAILS, HASH, OBJECTS, USAGE, Detail, Layout

Row = tuple[object, ...]
Identifiers = Mapping[IdentifierKind, tuple[str, ...]]

UNKNOWN = "unknown_columns"
UNSEEN = "unseen_columns"
IDENTIFIERS = "stage_identifiers"
IDENTIFIER_SCOPES = "stage_identifier_scopes"
QUARANTINE = "stage_quarantined_objects"


def edge_stage(edge: EdgeTable) -> str:
    """Return the name of the staging table of edges."""
    return f"stage_{edge.name}"


def edge_scopes(edge: EdgeTable) -> str:
    """Return the name of the staging table of the objects whose edges are replaced."""
    return f"{edge_stage(edge)}_scopes"


def _creations() -> Iterator[str]:
    for layout in OBJECTS.values():
        columns = ("moid", *layout.columns, HASH, UNKNOWN, f"NULL::text[] AS {UNSEEN}")
        yield _create(layout.stage, columns, layout.table)
    for layout in USAGE.values():
        yield _create(layout.stage, ("moid", *layout.columns), layout.table)
    for layout in (detail.layout for detail in DETAILS):
        yield _create(layout.stage, ("moid", *layout.columns, HASH), layout.table)
    for edge in EDGE_TABLES:
        yield _create(edge_stage(edge), edge.columns, edge.name)
        yield _create(edge_scopes(edge), (edge.near,), edge.name)
    yield _create(IDENTIFIERS, ("type", "moid", "kind", "value", "address"), "identifiers")
    yield _create(IDENTIFIER_SCOPES, ("type", "moid", "kind"), "identifiers")
    yield _create(QUARANTINE, ("type", "moid", "reason"), "quarantined_objects")


def _create(stage: str, columns: tuple[str, ...], table: str) -> str:
    return (
        f"CREATE TEMP TABLE IF NOT EXISTS {stage} ON COMMIT DELETE ROWS"  # noqa: S608
        f" AS SELECT {', '.join(columns)} FROM {table} WITH NO DATA;\n"
    )


CREATE_STAGES = "".join(_creations())


async def stage(connection: Connection, changes: ChangeSet) -> None:
    """COPY everything that changed; of what did not, nothing is sent."""
    for type_, layout in OBJECTS.items():
        await _stage_objects(connection, changes, type_, layout)
    for type_, layout in USAGE.items():
        usage = ((moid, *numbers) async for moid, numbers in changes.types[type_].usage.items())
        await _copy(connection, layout.stage, ("moid", *layout.columns), usage)
    for detail in DETAILS:
        await _stage_detail(connection, changes, detail)
    for edge in EDGE_TABLES:
        await _stage_edges(connection, changes, edge)
    columns = ("type", "moid", "kind", "value", "address")
    await _copy(connection, IDENTIFIERS, columns, _identifier_rows(changes))
    await _copy(connection, IDENTIFIER_SCOPES, ("type", "moid", "kind"), _scope_rows(changes))
    await _copy(connection, QUARANTINE, ("type", "moid", "reason"), _quarantined_rows(changes))


async def _stage_objects(
    connection: Connection, changes: ChangeSet, type_: InventoryType, layout: Layout
) -> None:
    rows = (
        (
            record.moid,
            *_values(layout, record.columns),
            record.hash,
            sorted(record.unknown) or None,
            sorted(record.unseen) or None,
        )
        async for record in changes.types[type_].records()
    )
    await _copy(connection, layout.stage, ("moid", *layout.columns, HASH, UNKNOWN, UNSEEN), rows)


async def _stage_detail(connection: Connection, changes: ChangeSet, detail: Detail) -> None:
    layout = detail.layout
    rows = (
        (record.moid, *_values(layout, record.columns), record.hash)
        async for record in changes.details[detail.key].records.values()
    )
    await _copy(connection, layout.stage, ("moid", *layout.columns, HASH), rows)


async def _stage_edges(connection: Connection, changes: ChangeSet, edge: EdgeTable) -> None:
    found = changes.types[edge.start]
    rows = (
        (record.moid, end, *(holds.get(name) for name in edge.held))
        async for record in found.records()
        for end, holds in record.edges.get(edge.end, {}).items()
    )
    await _copy(connection, edge_stage(edge), edge.columns, rows)
    replaced = ((moid,) async for moid, record in found.updated.items() if edge.end in record.edges)
    await _copy(connection, edge_scopes(edge), (edge.near,), replaced)


def _values(layout: Layout, columns: Columns) -> Iterator[object]:
    for name in layout.columns:
        value = columns.get(name)
        is_json = name in layout.json and value is not None
        yield orjson.dumps(value, default=str).decode() if is_json else value


async def _identifier_rows(changes: ChangeSet) -> AsyncIterator[Row]:
    for type_, found in changes.types.items():
        async for record in found.records():
            for row in _identifiers_of(type_, record.moid, record.identifiers):
                yield row
    for (type_, _), of_tier in changes.details.items():
        async for detailed in of_tier.records.values():
            for row in _identifiers_of(type_, detailed.moid, detailed.identifiers):
                yield row


def _identifiers_of(type_: InventoryType, moid: str, identifiers: Identifiers) -> Iterator[Row]:
    for kind, values in identifiers.items():
        for value in values:
            yield type_, moid, kind, value, _address(kind, value)


async def _scope_rows(changes: ChangeSet) -> AsyncIterator[Row]:
    """Name what is replaced; objects new to the database have nothing to replace."""
    for type_, found in changes.types.items():
        async for record in found.updated.values():
            for kind in record.identifiers.keys() - record.partly:
                yield type_, record.moid, kind
    for (type_, _), of_tier in changes.details.items():
        if known := changes.stored.types[type_].hashes:
            async for detailed in of_tier.records.values():
                for kind in detailed.identifiers if detailed.moid in known else ():
                    yield type_, detailed.moid, kind


async def _quarantined_rows(changes: ChangeSet) -> AsyncIterator[Row]:
    for (type_, moid), reason in changes.quarantined.items():
        yield type_, moid, reason


def _address(kind: IdentifierKind, value: str) -> IPv4Address | IPv6Address | None:
    if kind is not IdentifierKind.IP:
        return None
    try:
        return ip_address(value)
    except ValueError:
        return None


async def _copy(
    connection: Connection, table: str, columns: tuple[str, ...], rows: AsyncIterator[Row]
) -> None:
    """COPY the rows; without any, do not even ask the server for the table's types."""
    first = await anext(rows, None)
    if first is not None:
        await connection.copy_records_to_table(
            table, records=_chained(first, rows), columns=columns, schema_name="pg_temp"
        )


async def _chained(first: Row, others: AsyncIterator[Row]) -> AsyncIterator[Row]:
    yield first
    async for row in others:
        yield row
