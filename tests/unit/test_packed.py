"""Packed: what a plain dict would hold, whatever is set, set again and deleted, in less memory."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_agent.records import Record
from sync_agent.writer import packed
from sync_agent.writer.packed import Packed
from tests.support.records import vm

Item = TypeVar("Item")

STEPS = st.lists(
    st.tuples(st.integers(0, 12), st.one_of(st.none(), st.integers(0, 99))), max_size=60
)


@pytest.fixture(autouse=True)
def small_packs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Packs of three, so that few items fill many."""
    monkeypatch.setattr(packed, "TOGETHER", 3)


async def listed(items: AsyncIterator[Item]) -> list[Item]:
    return [item async for item in items]


@given(steps=STEPS)
def test_it_holds_what_a_dict_would_hold(steps: list[tuple[int, int | None]]) -> None:
    expected: dict[str, int] = {}
    kept = Packed[int]()
    for number, item in steps:
        moid = f"vm-{number}"
        if item is not None:
            expected[moid] = kept[moid] = item
        elif moid in expected:
            del expected[moid], kept[moid]

    assert dict(asyncio.run(listed(kept.items()))) == expected
    assert sorted(asyncio.run(listed(kept.values()))) == sorted(expected.values())
    assert (len(kept), kept.moids(), bool(kept)) == (len(expected), expected.keys(), bool(expected))


def test_deleting_what_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        del Packed[int]()["vm-1"]


async def test_a_record_comes_back_as_it_was() -> None:
    record = vm(1, unknown=("notes",), usage={"cpu_usage_mhz": 7})
    kept = Packed[Record]()
    for number in range(5):
        kept[f"vm-{number}"] = record

    assert await listed(kept.values()) == [record] * 5


async def test_others_have_their_turn_before_each_pack() -> None:
    turns: list[int] = []
    kept = Packed[int]()
    for number in range(7):
        kept[f"vm-{number}"] = number

    async def other() -> None:
        for turn in range(3):
            turns.append(turn)
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(other())
        async for number in kept.values():
            assert len(turns) >= number // 3

    assert turns == [0, 1, 2]


def test_many_records_take_a_fraction_of_their_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "TOGETHER", 500)
    count = 5000
    tracemalloc.start()
    try:
        plain = {f"vm-{number}": vm(number) for number in range(count)}
        as_objects, _ = tracemalloc.get_traced_memory()
        kept = Packed[Record]()
        before, _ = tracemalloc.get_traced_memory()
        for moid, record in plain.items():
            kept[moid] = record
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert len(kept) == count
    assert (after - before) * 4 < as_objects
