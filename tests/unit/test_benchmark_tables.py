"""What the benchmarks print, and the check that comes before any speed."""

import pytest

from tests.benchmarks.peers.same import assert_same
from tests.benchmarks.peers.statements import Count
from tests.benchmarks.requests import _assert_holds
from tests.benchmarks.table import Table, figure, markdown


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, "0"), (12345.6, "12,346"), (271.828, "272"), (3.14159, "3.14"), (0.12345, "0.123")],
)
def test_a_figure_has_as_many_digits_as_mean_something(number, shown):
    assert figure(number) == shown


def test_a_table_is_written_as_markdown():
    table = Table("rows", ("sync", "rows/s"), (("first", "9,644"),), ("fsync is off.",))

    assert markdown([table]) == (
        "### rows\n\n| sync | rows/s |\n| --- | ---: |\n| first | 9,644 |\n\nfsync is off.\n"
    )


def test_an_answer_may_hold_more_than_is_expected():
    _assert_holds({"node": {"name": "a", "moid": "vm-1"}}, {"node": {"name": "a"}}, "Q")


@pytest.mark.parametrize(
    "found",
    [
        {"nodes": [{"name": "b"}, {"name": "a"}]},
        {"nodes": [{"name": "a"}]},
        {"nodes": [{"name": "a"}, {"name": "b"}, {"name": "c"}]},
        {"nodes": [{"name": "a"}, {"name": None}]},
    ],
    ids=["another order", "a row less", "a row more", "another value"],
)
def test_an_answer_that_differs_is_refused(found):
    with pytest.raises(AssertionError, match=r"Q\.nodes"):
        _assert_holds(found, {"nodes": [{"name": "a"}, {"name": "b"}]}, "Q")


def test_systems_may_write_times_and_whole_numbers_in_their_own_way():
    one = {"memoryBytes": 4294967296, "bootTime": "2026-01-02T17:07:28+00:00"}
    other = {"memoryBytes": "4294967296", "bootTime": "2026-01-02T18:07:28.000000+01:00"}

    assert_same({"nodes": [other]}, {"nodes": [one]}, "Q")


def test_systems_may_have_cursors_and_edges_of_their_own():
    one = {"endCursor": "a", "datastores": [{"name": "a"}, {"name": "b"}]}
    other = {"endCursor": "b", "datastores": [{"datastore": {"name": n}} for n in ("b", "a")]}

    assert_same(other, one, "Q")


def test_systems_may_show_counts_and_second_tables_in_their_own_way():
    one = {
        "aggregates": [
            {"group": {"powerState": "poweredOn"}, "count": 2, "sum": {"numCpus": 8}},
            {"group": {"powerState": None}, "count": 1, "sum": {"numCpus": None}},
        ],
        "datastores": {"nodes": [{"name": "a", "freeSpaceBytes": 1}]},
    }
    other = {
        "aggregates": [
            {"keys": [None], "distinctCount": {"moid": "1"}, "sum": {"numCpus": None}},
            {"keys": ["poweredOn"], "distinctCount": {"moid": "2"}, "sum": {"numCpus": "8"}},
        ],
        "datastores": {"nodes": [{"name": "a", "usage": {"freeSpaceBytes": "1"}}]},
    }

    assert_same(other, one, "C")


@pytest.mark.parametrize(
    ("sent", "counted"),
    [
        ([(b"P", b"\0SELECT 1\0"), (b"B", b""), (b"E", b""), (b"S", b"")], Count(1, 1)),
        ([(b"B", b""), (b"E", b""), (b"B", b""), (b"E", b""), (b"S", b"")], Count(2, 1)),
        ([(b"Q", b"begin isolation level repeatable read\0"), (b"Q", b"COMMIT\0")], Count(0, 2)),
        ([(b"Q", b"SELECT 1\0")], Count(1, 1)),
    ],
    ids=["prepared", "two at once", "a transaction's ends", "simple"],
)
def test_statements_are_counted_in_the_protocol(sent, counted):
    count = Count()

    for kind, body in sent:
        count.add(kind, body)

    assert count == counted


@pytest.mark.parametrize(
    "found",
    [
        {"nodes": [{"name": "b"}, {"name": "a"}]},
        {"nodes": [{"name": "a"}]},
        {"nodes": [{"name": "a", "moid": "vm-1"}, {"name": "b"}]},
        {"nodes": None},
    ],
    ids=["another order", "a row less", "a field more", "nothing"],
)
def test_systems_that_answer_differently_are_told(found):
    with pytest.raises(AssertionError, match=r"Q\.nodes"):
        assert_same(found, {"nodes": [{"name": "a"}, {"name": "b"}]}, "Q")
