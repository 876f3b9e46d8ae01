"""Every statement of a loader is held to the caller's scope, and what cannot be is refused."""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    CompoundSelect,
    Executable,
    Integer,
    Join,
    MetaData,
    Select,
    Table,
    TextClause,
    and_,
    any_,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import asyncpg

from loaders import build_loaders
from loaders.aggregate import Measure, Summary, SummaryKey
from loaders.build import LOADERS
from loaders.condition import All, Condition, Either, Not, Some, SomePart, Through
from loaders.detail import EdgeKey
from loaders.duplicate import CarriersKey, DuplicatesKey
from loaders.entity import ENTITIES, HOST, SYNC_RUN, VCENTERS, VIRTUAL_MACHINE, Joined
from loaders.feed import HEAD, FeedKey, Position
from loaders.given import parameter
from loaders.listing import ListKey
from loaders.narrowing import WITHOUT_VCENTER, ScopeError, sifted
from loaders.overcommit import MostOvercommitted, OvercommitKey, Resource
from loaders.page import Page, Sifting
from loaders.prepared import Prepared
from loaders.relation import RELATIONS
from loaders.row import IdKey, RowKey
from loaders.scope import EVERYTHING, Scope, narrowed
from loaders.search import WAYS, SearchKey
from models.base import Base
from models.db.text import Text
from models.edge import EDGE_TABLES
from models.enums import IdentifierKind, SearchMatch
from models.tables import ApiKey, Heartbeat, Lease
from resolvers.search import KINDS
from tests.support import source

OWN = {7: uuid4(), 8: uuid4()}
FOREIGN = {8: uuid4(), 9: uuid4()}
"""A scope that keys of vCenter 7 are out of."""
HOSTS = HOST.table
NAMED = Condition("name", "contains", "web")
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
WIDE = Table("wide", MetaData(), Column("vcenter_id", Integer), Column("x", Integer))
NAMES = "|".join([*Base.metadata.tables, WIDE.name])
READ = re.compile(rf"(?:FROM|JOIN|,) ({NAMES})\b(?!\.)(?: AS (\w+))?")
DIALECT = asyncpg.dialect(paramstyle="named")
HELD_HERE = r"(?: \+ 0)? = ANY \(:scope::INTEGER\[\]\)"
NUMBERS = (
    ":of_vcenter::INTEGER",
    "ANY (:of_vcenters::INTEGER[])",
    "wanted.vcenter_id",
    "parent.vcenter_id",
)
"""What statements say where the numbers of vCenters are their parameters."""
UNHELD = {"head_of_feed", "stretch_of_feed"}


class Asked(Exception):  # noqa: N818 - an answer
    """What a loader asks."""

    def __init__(self, statement: Executable | Text) -> None:
        self.statement = statement


class Recorder:
    """Reads nothing: hands back what was to be read."""

    async def rows(self, statement: Executable) -> Sequence[Any]:
        raise Asked(statement)

    async def fetch(self, text: Text, parameters: Mapping[str, Any]) -> Sequence[Any]:
        assert set(text.names) <= {*text.constants, *parameters}
        raise Asked(text)


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


def sql_of(statement: Executable | Text) -> str:
    if isinstance(statement, Text):
        named = re.sub(r"\$(\d+)", lambda at: f":{statement.names[int(at[1]) - 1]}", statement.sql)
        return " ".join(named.split())
    return " ".join(str(statement.compile(dialect=DIALECT)).split())  # type: ignore[attr-defined]


def unheld(statement: Executable | Text, numbers: Iterable[str] = ()) -> list[str]:
    """Return what the SQL of a statement reads out of scope, by the name it has there.

    Held is what has the condition, and what equals something that is held or of these numbers; what
    a SELECT in FROM shows is held as the tables are that it is made of.
    """
    sql = sql_of(statement)
    reads = Counter(READ.findall(sql))
    wanted = {
        (alias or table, column): times
        for (table, alias), times in reads.items()
        for column in vcenter_columns(table)
    }
    held = {(name, key) for name in re.findall(r"\) AS (\w+)", sql) for key in ("vcenter_id", "id")}
    while more := {
        p for p in wanted if p not in held and not _missing(sql, p, wanted[p], held, numbers)
    }:
        held |= more
    return [".".join(place) for place in wanted if place not in held]


def _missing(
    sql: str, place: tuple[str, str], times: int, held: set[tuple[str, str]], numbers: Iterable[str]
) -> int:
    """Return how many reads of a place nothing holds."""
    name = re.escape(".".join(place))
    values = [rf"(?:{re.escape(number)})" for number in numbers]
    values += [rf"{other}\.{column}\b" for other, column in held - {place}]
    values += [rf"\(SELECT vcenters\.id FROM vcenters WHERE [^()]*{HELD_HERE}[^()]*\)"]
    equal = [rf"{name} = {value}" for value in values] + [rf"{v} = {name}\b" for v in values]
    found = re.findall("|".join([rf"{name}{HELD_HERE}", *equal]), sql)
    return max(0, times - len(found))


def vcenter_columns(table: str) -> list[str]:
    if table == VCENTERS.name:
        return ["id"]
    known = WIDE if table == WIDE.name else Base.metadata.tables[table]
    return [column.key for column in known.columns if column.key.endswith("vcenter_id")]


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


@pytest.mark.parametrize(
    "statement",
    [
        text("SELECT name FROM hosts"),
        select(ApiKey.id),
        select(Lease.owner),
        select(text("1"), text("(SELECT count(*) FROM hosts)")),
        select(literal_column("(select max(name) from hosts)")),
        select(HOSTS.c.name).where(text("EXISTS (TABLE hosts)")),
        select(text("SELECT name FROM hosts").columns(HOSTS.c.name).subquery().c.name),
        select(HOSTS.c.name).select_from(HOSTS.join(WIDE, true(), full=True)),
        select(HOSTS.c.name).outerjoin(WIDE, true()),
        select(HOSTS.c.name, Lease.owner),
        HOSTS.insert(),
        HOSTS.delete(),
    ],
    ids=[
        "text",
        "keys",
        "leases",
        "text in it",
        "literal",
        "condition as text",
        "subquery as text",
        "full join",
        "join of a SELECT",
        "a table beside",
        "INSERT",
        "DELETE",
    ],
)
def test_what_cannot_be_held_to_a_scope_is_refused(statement: Executable) -> None:
    with pytest.raises(ScopeError):
        sql_of(narrowed(statement, [7]))


@pytest.mark.parametrize(
    "statement",
    [
        select(HOSTS.c.name).join_from(HOSTS, VCENTERS, VCENTERS.c.id == HOSTS.c.vcenter_id),
        select(HOSTS.alias("h").c.name),
        select(select(HOSTS.c.name).cte("c").c.name),
        select(HOSTS.c.name).union(select(VCENTERS.c.name)),
        select(select(func.count()).select_from(HOSTS).scalar_subquery()),
        select(VCENTERS.c.name).where(select(HOSTS.c.moid).exists()),
        select(HOSTS.c.name).where(HOSTS.c.moid.in_(select(HOSTS.alias("o").c.moid))),
        select(VCENTERS.c.name, select(HOSTS.c.name).lateral("l").c.name),
        select(HOSTS.c.name, WIDE.c.x).select_from(HOSTS.outerjoin(WIDE, true())),
        select(HOSTS.tablesample(1).c.name),
    ],
    ids=[
        "join",
        "alias",
        "CTE",
        "union",
        "scalar",
        "exists",
        "in",
        "lateral",
        "outer join",
        "sample",
    ],
)
def test_every_way_to_read_a_table_is_held_to_the_scope(statement: Executable) -> None:
    held = narrowed(statement, [7])

    assert unheld(held) == []
    if "wide" in str(statement):
        assert "ON true AND wide.vcenter_id = ANY" in sql_of(held)


A = Table("a", MetaData(), Column("vcenter_id", Integer), Column("other_vcenter_id", Integer))
B = Table("b", MetaData(), Column("vcenter_id", Integer), Column("place", Integer))
PARENT = func.unnest([1]).table_valued("vcenter_id").render_derived(name="parent")
HELD = " = ANY (:scope::INTEGER[])"


@pytest.mark.parametrize(
    ("source", "dropped"),
    [
        (HOSTS.outerjoin(B, B.c.vcenter_id == HOSTS.c.vcenter_id), True),
        (HOSTS.outerjoin(B, and_(B.c.place == 1, HOSTS.c.vcenter_id == B.c.vcenter_id)), True),
        (VCENTERS.outerjoin(B, B.c.vcenter_id == VCENTERS.c.id), True),
        (HOSTS.outerjoin(B, or_(B.c.place == 1, HOSTS.c.vcenter_id == B.c.vcenter_id)), False),
        (HOSTS.outerjoin(B, B.c.vcenter_id == B.c.place), False),
        (HOSTS.outerjoin(B, B.c.vcenter_id <= HOSTS.c.vcenter_id), False),
        (HOSTS.outerjoin(B, B.c.place == HOSTS.c.vcenter_id), False),
        (HOSTS.outerjoin(B, B.c.vcenter_id == HOSTS.c.vcenter_id + 1), False),
        (HOSTS.outerjoin(B, B.c.vcenter_id == cast(HOSTS.c.moid, Integer)), False),
        (PARENT.outerjoin(B, B.c.vcenter_id == PARENT.c.vcenter_id), False),
    ],
    ids=["=", "and", "id", "or", "itself", "<=", "another", "+", "moid", "parameter"],
)
def test_an_outer_join_by_a_column_that_is_held_needs_no_condition_of_its_own(
    source: Join, dropped: bool
) -> None:
    sql = sql_of(narrowed(select(B.c.place).select_from(source), [7]))

    assert (f"b.vcenter_id{HELD}" not in sql) is dropped


NUMBER = select(VCENTERS.c.id).where(VCENTERS.c.name == "a")
OF = {name: bindparam(name, 7, Integer) for name in ("of_vcenter", "other")}
WANTED = func.unnest(
    bindparam("of_vcenters", [7], ARRAY(Integer)), bindparam("x", [1], ARRAY(Integer))
)
ROWS = WANTED.table_valued("vcenter_id", "place").render_derived(name="wanted")


@pytest.mark.parametrize(
    ("condition", "dropped"),
    [
        (B.c.vcenter_id == NUMBER.scalar_subquery(), True),
        (NUMBER.scalar_subquery() == B.c.vcenter_id, True),
        (and_(B.c.place == 1, B.c.vcenter_id == NUMBER.scalar_subquery()), True),
        (or_(B.c.place == 1, B.c.vcenter_id == NUMBER.scalar_subquery()), False),
        (B.c.vcenter_id != NUMBER.scalar_subquery(), False),
        (B.c.vcenter_id == select(func.max(VCENTERS.c.id)).scalar_subquery(), False),
        (B.c.vcenter_id == select(HOSTS.c.num_nics).scalar_subquery(), False),
        (
            B.c.vcenter_id
            == NUMBER.where(VCENTERS.c.id == B.c.vcenter_id).correlate(B).scalar_subquery(),
            False,
        ),
        (B.c.vcenter_id == OF["of_vcenter"], False),
    ],
    ids=["=", "turned", "and", "or", "!=", "max", "nics", "itself", "number"],
)
def test_what_equals_the_number_of_a_vcenter_in_scope_needs_no_condition_of_its_own(
    condition: ColumnElement[bool], dropped: bool
) -> None:
    sql = sql_of(narrowed(select(B.c.place).where(condition), [7]))

    assert (f"b.vcenter_id{HELD}" not in sql) is dropped


@pytest.mark.parametrize(
    ("source", "dropped"),
    [
        (select(B.c.place).where(B.c.vcenter_id == OF["of_vcenter"]), True),
        (select(B.c.place).where(B.c.vcenter_id == OF["other"]), False),
        (select(B.c.place).where(B.c.vcenter_id >= OF["of_vcenter"]), False),
        (select(B.c.place).where(not_(B.c.vcenter_id == OF["of_vcenter"])), False),
        (select(B.c.place).where(B.c.place == OF["of_vcenter"]), False),
        (select(B.c.place).join(ROWS, B.c.vcenter_id == ROWS.c.vcenter_id), True),
        (select(B.c.place).join(ROWS, B.c.vcenter_id == ROWS.c.place), False),
        (select(B.c.place).join(ROWS, true()), False),
    ],
    ids=["=", "another", ">=", "not", "place", "rows", "their place", "any row"],
)
def test_a_number_that_is_in_scope_holds_what_equals_it(source: Select[Any], dropped: bool) -> None:
    sql = sql_of(narrowed(source, [7], are_numbers_in_scope=True))

    assert (f"b.vcenter_id{HELD}" not in sql) is dropped
    assert f"b.vcenter_id{HELD}" in sql_of(narrowed(source, [7]))


def test_a_row_that_is_looked_up_for_another_leans_on_that() -> None:
    own = select(B.c.place).where(B.c.vcenter_id == HOSTS.c.vcenter_id)

    def sql(row: Select[Any]) -> str:
        each = row.lateral("each")
        statement = select(each.c.place).select_from(HOSTS.join(each, true()))
        return sql_of(narrowed(statement, [7]))

    assert f"b.vcenter_id{HELD}" not in sql(own.correlate(HOSTS))
    assert f"hosts.vcenter_id{HELD}" in sql(own.correlate(HOSTS))
    assert f"b.vcenter_id{HELD}" in sql(own)  # it may read the hosts itself


@pytest.mark.parametrize("around", [select(literal(1)), select(B.c.place)], ids=["nothing", "b"])
def test_a_table_that_nothing_around_reads_is_not_left_to_it(around: Select[Any]) -> None:
    inner = select(A.c.vcenter_id).where(A.c.vcenter_id == HOSTS.c.vcenter_id).correlate(HOSTS)

    with pytest.raises(ScopeError, match="hosts: nothing around reads it"):
        sql_of(narrowed(around.where(inner.exists()), [7]))


def test_what_is_joined_is_never_left_to_those_around() -> None:
    both = HOSTS.join(B, B.c.vcenter_id == HOSTS.c.vcenter_id)
    inner = select(B.c.place).select_from(both).correlate(HOSTS, B)
    sql = sql_of(narrowed(select(HOSTS.c.name, B.c.place).where(inner.exists()), [7]))

    assert sql.count("FROM hosts JOIN b") == 1
    assert sql.count(f"hosts.vcenter_id{HELD}") == sql.count(f"b.vcenter_id{HELD}") == 2


def test_tables_that_share_an_alias_are_not_taken_for_each_other() -> None:
    one, other = HOSTS.alias("x"), VIRTUAL_MACHINE.table.alias("x")
    inner = select(one.c.name).correlate(one)

    with pytest.raises(ScopeError, match="nothing around reads it"):
        sql_of(narrowed(select(other.c.name).where(inner.exists()), [7]))


def test_what_leaves_out_and_what_looks_through_are_compiled_apart() -> None:
    statement = select(HOSTS.c.name)
    keys = [narrowed(each, [7])._generate_cache_key() for each in (statement, sifted(statement))]

    assert keys[0] != keys[1]
    assert f"hosts.vcenter_id + 0{HELD}" in sql_of(narrowed(sifted(statement), [7]))


def test_both_columns_of_a_link_are_held_where_one_is_a_number_in_scope() -> None:
    link = select(A.c.vcenter_id).where(A.c.vcenter_id == OF["of_vcenter"])
    sql = sql_of(narrowed(link, [7], are_numbers_in_scope=True))

    assert f"a.other_vcenter_id{HELD}" in sql


@pytest.mark.parametrize(
    ("parameters", "is_keyed"),
    [
        ({"of_vcenter": 7}, True),
        ({"of_vcenter": 9}, False),
        ({"of_vcenters": [8, 7]}, True),
        ({"of_vcenters": [8, 9]}, False),
        ({"of_vcenters": []}, True),
    ],
)
async def test_only_numbers_in_scope_are_trusted(
    parameters: dict[str, Any], is_keyed: bool
) -> None:
    (name,) = parameters
    given = parameter(name, Integer if name == "of_vcenter" else ARRAY(Integer))
    number = given if name == "of_vcenter" else any_(given)
    statement = Prepared(lambda: select(HOSTS.c.name).where(HOSTS.c.vcenter_id == number))

    with pytest.raises(Asked) as asked:
        await Scope(OWN).over(Recorder()).fetch(statement, parameters)

    assert ("scope" not in asked.value.statement.names) is is_keyed


def test_columns_of_one_outer_join_do_not_lean_on_each_other() -> None:
    itself = HOSTS.outerjoin(A, A.c.vcenter_id == A.c.other_vcenter_id)
    sql = sql_of(narrowed(select(A.c.vcenter_id).select_from(itself), [7]))

    assert f"a.vcenter_id{HELD}" in sql
    assert f"a.other_vcenter_id{HELD}" in sql


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
