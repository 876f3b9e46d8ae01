"""Which tables lean on what is in scope, which get a condition, and which SELECTs are refused."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Executable,
    Integer,
    Join,
    MetaData,
    Select,
    Table,
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

from loaders.entity import HOST, VCENTERS, VIRTUAL_MACHINE
from loaders.given import parameter
from loaders.narrowing import ScopeError, sifted
from loaders.prepared import Prepared
from loaders.scope import Scope, narrowed
from models.tables import ApiKey, Lease
from tests.support.held import WIDE, Asked, Recorder, sql_of, unheld

OWN = {7: uuid4(), 8: uuid4()}
HOSTS = HOST.table


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
