"""The workbook: all sheets of one vCenter are read in one snapshot, then those of the next one.

Sheets of the same objects are made of one reading, for VMs alone ten of them.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence

import orjson

from graphql_api.documents import Documents
from graphql_api.export.plan import Plan, plan_of
from graphql_api.export.reading import Reader, Where
from graphql_api.export.spool import Spool
from graphql_api.export.workbook import ExcelFile, SheetTable
from graphql_api.schema import core_schema
from loaders.reading import grouped
from vminer.rvtools.tab import Tab, document_of
from vminer.rvtools.tabs import TABS

ATTRIBUTES = "{ vcenters { nodes { customAttributeDefinitions { name objectType } } } }"
OF_MACHINES = {None, "", "VirtualMachine"}


async def write_book(
    file: ExcelFile,
    reader: Reader,
    documents: Documents,
    walked: Sequence[Where],
    tell: Callable[[int], None],
) -> None:
    """Write every sheet; `tell` is told how many vCenters are done. Raises ExportFailedError."""
    names = await _attributes(reader, documents)
    tabs = [tab.with_attributes(names) for tab in TABS]
    groups = [group for _, group in grouped(tabs, lambda tab: tab.read_with)]
    plans = [_plan(reader, documents, document_of(group)) for group in groups]
    tables = {tab.name: file.table(tab.name, tab.headers) for tab in tabs}
    for done, where in enumerate(walked, 1):
        spools = await reader.read(plans, where)
        for group, spool in zip(groups, spools, strict=True):
            with spool:
                await asyncio.to_thread(_write, group, tables, spool)
        tell(done)


async def _attributes(reader: Reader, documents: Documents) -> list[str]:
    """Return the names of custom attributes that VMs may have anywhere."""
    (spool,) = await reader.read([_plan(reader, documents, ATTRIBUTES)], None)
    with spool:
        defined = [
            each
            for lines in spool.batches()
            for line in lines
            for each in orjson.loads(line)["customAttributeDefinitions"] or ()
        ]
    return sorted({each["name"] for each in defined if each["objectType"] in OF_MACHINES})


def _plan(reader: Reader, documents: Documents, document: str) -> Plan:
    prepared = documents.prepare(document)
    return plan_of(core_schema, prepared, {}, None, page_rows=reader.settings.export_page_rows)


def _write(tabs: Sequence[Tab], tables: Mapping[str, SheetTable], spool: Spool) -> None:
    """Write the rows of the sheets that are made of one reading."""
    for lines in spool.batches():
        for line in lines:
            node = orjson.loads(line)
            for tab in tabs:
                for cells in tab.cells(node):
                    tables[tab.name].write(cells)
