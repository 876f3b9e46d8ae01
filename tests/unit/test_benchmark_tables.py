"""What the benchmarks print, and the check that comes before any speed."""

import asyncio
import time
from collections import Counter
from uuid import UUID

import pytest

from tests.benchmarks.crowd import Answers, Asked, User
from tests.benchmarks.peers.documents import vminer
from tests.benchmarks.peers.drawn import Drawn
from tests.benchmarks.peers.same import assert_same
from tests.benchmarks.peers.statements import Count
from tests.benchmarks.peers.users import BY_HASH, MIX, asked
from tests.benchmarks.plots import Bars, Lines, Plot, draw
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


def test_a_table_is_followed_by_its_plot():
    table = Table("peers: Q1", ("system",), (("one",),), plot=Plot("peers-q1", ()))

    assert markdown([table], "plots").endswith("| one |\n\n![peers: Q1](plots/peers-q1.svg)\n")


def test_a_plot_is_the_same_whenever_its_figures_are(tmp_path):
    bars = Bars("Q", "ms", ("server", "PostgreSQL"), {"one": (1, 2), "other": (9, 8)}, 4)
    lines = Lines("Q", "ms", ("1", "16"), {"one": (1, 20)}, is_logarithmic=True)
    plot = Plot("peers", (bars, lines))

    draw(plot, tmp_path / "once")
    draw(plot, tmp_path / "again")

    once, again = (tmp_path / name / "peers.svg" for name in ("once", "again"))
    assert once.read_bytes() == again.read_bytes()


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


def test_users_ask_in_the_shares_of_the_mix():
    machine = Drawn(1, UUID(int=1), "vm-1", "prod-web-nyc-0123456", "domain-c1", "10.0.0.1")

    found = asked(vminer.POSTS, {question: [machine] for question in MIX})

    shares = Counter(question for question, _ in found)
    for question, percent in MIX.items():
        assert shares[question] / len(found) == pytest.approx(percent / 100, abs=0.02)
    assert all(("query" in body) != (question in BY_HASH) for question, body in found)


async def test_a_user_waits_for_an_answer_before_it_asks_again():
    answers, sent = Answers(), Sent()
    user = User(answers, counted_from=0)
    user.connection_made(sent)
    now = time.monotonic()

    user.ask(Asked(now - 2, "Q1", b"first"))
    user.ask(Asked(now - 1, "Q4", b"second"))
    assert sent.written == [b"first"]
    for part in (b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n", b'\r\n{"data"', b":{}}"):
        user.data_received(part)
    assert sent.written == [b"first", b"second"]
    user.connection_lost(None)

    assert answers.seconds["Q1"][0] >= 2
    assert (answers.failed, answers.failures) == (1, ["Q4: the connection was closed (None)"])


class Sent(asyncio.Transport):
    """A connection that keeps what is sent."""

    def __init__(self):
        super().__init__()
        self.written = []

    def write(self, data):
        self.written.append(data)
