"""Every statement of a loader is held to the caller's scope."""

import ast
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import (
    CompoundSelect,
    Executable,
    Select,
    TextClause,
    select,
)

from loaders import build_loaders
from loaders.aggregate import Measure, Summary, SummaryKey
from loaders.build import LOADERS
from loaders.condition import All, Condition, Either, Not, Some, SomePart, Through
from loaders.detail import EdgeKey
from loaders.duplicate import CarriersKey, DuplicatesKey
from loaders.entity import ENTITIES, HOST, SYNC_RUN, VCENTERS, VIRTUAL_MACHINE, Joined
from loaders.feed import HEAD, FeedKey, Position
from loaders.listing import ListKey
from loaders.narrowing import WITHOUT_VCENTER
from loaders.overcommit import MostOvercommitted, OvercommitKey, Resource
from loaders.page import Page, Sifting
from loaders.relation import RELATIONS
from loaders.row import IdKey, RowKey
from loaders.scope import EVERYTHING, Scope, narrowed
from loaders.search import WAYS, SearchKey
from loaders.vcenter_numbers import remember
from models.base import Base
from models.db.text import Text
from models.edge import EDGE_TABLES
from models.enums import IdentifierKind, SearchMatch
from models.tables import Heartbeat
from resolvers.search import KINDS
from tests.support import source
from tests.support.held import READ, Asked, Recorder, sql_of, unheld, vcenter_columns

OWN = {7: uuid4(), 8: uuid4()}
FOREIGN = {8: uuid4(), 9: uuid4()}
"""A scope that keys of vCenter 7 are out of."""
HOSTS = HOST.table
NAMED = Condition("name", "contains", "web")
KNOWN = uuid4()
"""A vCenter whose number the process knows."""
remember(KNOWN, 7)
PAGES = (
    Page(5),
    Page(0, include_deleted=True),
    Page(5, conditions=(NAMED,)),
    Page(5, conditions=(Condition("vcenter_uuid", "eq", uuid4()),)),
    Page(5, conditions=(Condition("vcenter_uuid", "in", (uuid4(), uuid4())), NAMED)),
    Page(5, conditions=(Condition("identifier", "eq", (("IP", "10.0.0.1"),)),)),
    Page(5, conditions=(Not(Through("datacenter_moid", "Datacenter", NAMED)),)),
    Page(5, conditions=(Through("", "VCenter", NAMED),)),
    Page(5, conditions=(NAMED,), sifting=Sifting.IF_FEW),
    Page(5, sifting=Sifting.ALL),
    Page(5, conditions=(Condition("vcenter_uuid", "eq", KNOWN), NAMED)),
)
MEMORY = VIRTUAL_MACHINE.ordered_by("memory_bytes", is_descending=True, nulls_first=False)
STORAGE = VIRTUAL_MACHINE.ordered_by(
    "storage_committed_bytes", is_descending=True, nulls_first=False
)
OF_MACHINES = (
    Page(5, conditions=(Condition("storage_committed_bytes", "ne", 5, "vm_usage"),)),
    Page(5, conditions=(SomePart("vm_hardware", "disks", Condition("label", "eq", "a")),)),
    Page(5, conditions=(SomePart("virtual_machines", "custom_attributes", All()),)),
    Page(5, conditions=(Either((Some("networks_by_virtual_machine", NAMED), NAMED)),)),
    Page(5, conditions=(Through("host_moid", "Host", Some("datastores_by_host", All())),)),
    Page(5, order=(MEMORY, *VIRTUAL_MACHINE.key_order)),
    Page(5, order=(STORAGE, *VIRTUAL_MACHINE.key_order), is_last=True),
    Page(5, after=("a", 7, "vm-1"), before=("b", 8, "vm-2")),
)
OF_CLUSTERS = (
    Page(5, conditions=(Some("datastores_by_cluster", NAMED),)),
    Page(5, conditions=(Not(Some("hosts_by_cluster", All())),)),
)
SEARCHES = (
    SearchKey("web", tuple(KINDS), 5),
    SearchKey("we", tuple(KINDS), 5),
    SearchKey("vm-7", tuple(KINDS), 5, (("FQDN", "vm-7"),)),
    SearchKey("10.0.0.0/8", tuple(KINDS), 5, (), "10.0.0.0/8"),
)
SEVERAL_WAYS = {"virtual_machines", "virtual_machines_by_vcenter", "datastores_by_cluster"}
NUMBERS = (
    ":of_vcenter::INTEGER",
    "ANY (:of_vcenters::INTEGER[])",
    "wanted.vcenter_id",
    "parent.vcenter_id",
)
"""What statements say where the numbers of vCenters are their parameters."""
UNHELD = {"head_of_feed", "stretch_of_feed"}


def lists() -> Iterator[ListKey]:
    """Return a page of each list, and of some every kind of page."""
    for relation in RELATIONS.values():
        parent = None if relation.is_root else (7, "parent-1")
        for page in PAGES if relation.name in SEVERAL_WAYS else PAGES[:1]:
            yield ListKey(relation, page, parent)
    for page in OF_MACHINES:
        yield ListKey(RELATIONS["virtual_machines"], page)
        yield ListKey(RELATIONS["virtual_machines_by_host"], page, (7, "host-1"))
    for page in OF_CLUSTERS:
        yield ListKey(RELATIONS["clusters"], page)


def summaries() -> Iterator[SummaryKey]:
    """Return a summary of each list, beside its conditions."""
    of_machines = (Measure("sum", "memory_bytes"), Measure("max", "cpu_usage_mhz", "vm_usage"))
    for relation, page, parent in lists():
        is_machine = relation.target is VIRTUAL_MACHINE
        grouped = ("vcenter_id",) if relation.target.is_inventory else ()
        summary = Summary(grouped, of_machines if is_machine else (), 5)
        yield SummaryKey(relation, page, summary, parent)


def asked_of_loaders() -> dict[str, list[Any]]:
    """Return for each loader keys that make every statement it has."""
    position = Position(1, 2, None)
    kinds = list(IdentifierKind)
    return {
        "row_by_key": [
            RowKey(entity, 7, "moid-1") for entity in ENTITIES.values() if entity is not SYNC_RUN
        ],
        "row_by_id": [IdKey(entity, uuid4(), "moid-1") for entity in ENTITIES.values()],
        "page": list(lists()),
        "count": list(lists()),
        "groups_of_list": list(summaries()),
        "hits_of_search": list(SEARCHES),
        "overcommit": [
            OvercommitKey((7, "domain-c1")),
            *(OvercommitKey(None, MostOvercommitted(r, 5, (NAMED,))) for r in Resource),
        ],
        "edges_by_end": [
            EdgeKey(e, end, 7, "moid-1") for e in EDGE_TABLES for end in (e.near, e.far)
        ],
        "vm_hardware_by_key": [(7, "vm-1")],
        "vm_guest_by_key": [(7, "vm-1")],
        "host_hardware_by_key": [(7, "host-1")],
        "collections_by_vcenter": [7],
        "head_of_feed": ["head"],
        "stretch_of_feed": [FeedKey(5, None), FeedKey(5, position)],
        "changes_of_feed": [FeedKey(5, None), FeedKey(5, position, (), position)],
        "duplicate_values": [
            DuplicatesKey(kind, 5, after) for kind in kinds for after in (None, "a")
        ],
        "carriers_of_identifier": [CarriersKey(kind, "value", 5) for kind in kinds],
        "problems_by_vcenter": [7],
        "lineage_by_vm": [(7, "vm-1")],
        "lineage_by_former_vm": [(7, "vm-1")],
    }


async def statements(scope: Scope, loader: str, keys: list[Any]) -> list[Executable | Text]:
    """Return what a loader asks for each key."""
    loaders = build_loaders(Recorder(), scope)
    found = []
    for key in keys:
        with pytest.raises(Asked) as asked:
            await getattr(loaders, loader).batch_load_fn([key])
        found.append(asked.value.statement)
    return found


@pytest.mark.parametrize("match", WAYS)
def test_every_way_to_search_is_held_to_the_scope(match: SearchMatch) -> None:
    asked = [way for key in SEARCHES if (way := WAYS[match](key)) is not None]

    assert asked
    for way in asked:
        assert unheld(way.statement.narrowed) == []


def test_every_loader_has_keys_here() -> None:
    assert set(asked_of_loaders()) == set(LOADERS)


def joined(name: str) -> Joined:
    """Return the rows of one kind that another leads to, with the vCenter of those."""
    entity = ENTITIES[name]
    vcenter = Joined(ENTITIES["VCenter"], ("vcenter_id",), ("name", "vcenter_id"))
    by = ("vcenter_id", {"Host": "host_moid"}.get(name, "cluster_moid"))
    return Joined(entity, by, (*entity.keys, "vcenter_id"), (vcenter,))


async def test_rows_read_with_what_they_lead_to_are_held_to_the_scope() -> None:
    loaders = build_loaders(Recorder(), Scope(OWN))
    columns, key = VIRTUAL_MACHINE.keys, IdKey(VIRTUAL_MACHINE, uuid4(), "vm-1")

    with pytest.raises(Asked) as asked:
        await loaders.row_by_id.record(key, columns, (joined("Host"), joined("Cluster")))

    assert len(READ.findall(sql_of(asked.value.statement))) > 8
    assert unheld(asked.value.statement) == []


@pytest.mark.parametrize("name", sorted(set(ENTITIES) - {"SyncRun"}))
async def test_some_columns_of_rows_are_held_to_the_scope(name: str) -> None:
    for numbers, scope in ((NUMBERS, OWN), ((), FOREIGN)):
        loaders, entity = build_loaders(Recorder(), Scope(scope)), ENTITIES[name]
        for keys in ([(7, "moid-1")], [(7, "moid-1"), (8, "moid-1")]):
            with pytest.raises(Asked) as asked:
                await loaders.row_by_key.records(entity, keys, entity.keys)

            assert READ.search(sql_of(asked.value.statement))
            assert unheld(asked.value.statement, numbers) == []


@pytest.mark.parametrize("loader", sorted(set(asked_of_loaders()) - UNHELD))
async def test_every_table_a_loader_reads_is_held_to_the_scope(loader: str) -> None:
    """Those asked for vCenters by their numbers rest on these, where they are in scope."""
    for numbers, scope in ((NUMBERS, OWN), ((), FOREIGN)):
        asked = await statements(Scope(scope), loader, asked_of_loaders()[loader])

        assert asked
        for statement in asked:
            assert READ.search(sql_of(statement))
            assert unheld(statement, numbers) == []


@pytest.mark.parametrize("loader", asked_of_loaders())
async def test_whoever_may_see_everything_asks_as_ever(loader: str) -> None:
    for statement in await statements(EVERYTHING, loader, asked_of_loaders()[loader]):
        assert isinstance(statement, Select | CompoundSelect | TextClause | Text)
        assert ":scope" not in sql_of(statement)


def test_what_is_the_same_for_all_is_marked_in_the_feed_alone() -> None:
    """The database's number and clock, and a place in the feed: no object of any vCenter."""
    calls = list(source.calls("estate_wide", "loaders", "resolvers", "graphql_api"))

    assert len(calls) == len(list(source.calls("estate_wide", "loaders/feed.py"))) == 2
    assert narrowed(HEAD, [7]) is HEAD


def test_equal_statements_of_several_scopes_are_compiled_once() -> None:
    def key(host: str, scope: list[int]) -> object:
        statement = select(HOSTS.c.name).where(HOSTS.c.moid == host)
        cache_key = narrowed(statement, scope)._generate_cache_key()  # type: ignore[attr-defined]
        return cache_key.key

    assert key("host-1", [7]) == key("host-2", [8, 9])


def test_tables_that_say_nothing_of_vcenters_are_few_and_named() -> None:
    without = {
        name
        for name, table in Base.metadata.tables.items()
        if table is not VCENTERS and not vcenter_columns(name)
    }

    assert without - WITHOUT_VCENTER == {"api_keys", "leases"}
    assert narrowed(select(Heartbeat.beat_at), [7]) is not None


def test_loaders_read_in_one_way_only() -> None:
    """Straight from a session read: keys themselves, what operators ask at a command line,

    what a snapshot must have before it is read, for which execution applies the scope, and the
    vCenters that an export walks, which applies it itself.
    """
    readers = {"reading.py", "scope.py"}
    sessions = {"api_key.py", "awaited.py", "comparison.py", "problem.py", "walk.py"}
    files = sorted((source.ROOT / "loaders").glob("*.py"))

    for file in files:
        calls = [n for n in source.nodes(ast.Attribute, f"loaders/{file.name}") if n.attr == "rows"]
        of = {n.value.id for n in calls if isinstance(n.value, ast.Name)}
        allowed = {"self", "entity", "CHANGE"} | ({"reads"} if file.name in sessions else set())
        assert of <= allowed or file.name in readers, file.name
    for place in ("resolvers", "graphql_api"):
        assert not [n for n in source.nodes(ast.Attribute, place) if n.attr == "rows"]
