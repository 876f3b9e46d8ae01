"""What the benchmarks print, and the check that comes before any speed."""

import pytest

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
