"""What a scan may conclude from what it did not find: pure."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.enums import HoldReason, InventoryType
from sync_agent.writer.doubt import Doubt
from sync_agent.writer.missing import Look, Missing, decide_missing
from sync_agent.writer.stored import StoredType, Suspicion

VM, HOST, DATACENTER = (
    InventoryType.VirtualMachine,
    InventoryType.Host,
    InventoryType.Datacenter,
)
NOW = datetime(2030, 1, 2, tzinfo=UTC)
PATIENCE = timedelta(minutes=10)
LOOK = Look(NOW, PATIENCE)
DOUBTED = {
    reason: Look(NOW, PATIENCE, Doubt(reason, "for a reason"))
    for reason in (HoldReason.PERMISSION, HoldReason.UNSETTLED)
}


def names(*numbers: int) -> set[str]:
    return {f"vm-{number}" for number in numbers}


def stored(count: int, **more: object) -> StoredType:
    return StoredType(hashes={f"vm-{n}": b"" for n in range(count)}, **more)  # type: ignore[arg-type]


def evidence(moids: set[str], *, age: timedelta = PATIENCE, **more: object) -> dict[str, Suspicion]:
    suspicion = Suspicion(**{"reason": HoldReason.SHRUNK, "since": NOW - age, **more})  # type: ignore[arg-type]
    return dict.fromkeys(moids, suspicion)


def decided(known: StoredType, seen: set[str], look: Look = LOOK) -> Missing:
    return decide_missing({VM: known}, {VM: seen}, look).types[VM]


def test_missing_in_one_scan_is_deleted_in_the_next_that_is_complete():
    found = decided(stored(5, missing=names(1, 2)), names(0, 1, 3))

    assert (found.newly, found.confirmed) == (names(4), names(2))


def test_one_type_that_shrank_too_much_stops_deletion_in_every_type():
    types = {VM: stored(100, missing=names(0)), HOST: StoredType(hashes={"host-1": b""})}

    verdict = decide_missing(types, {VM: names(*range(2, 100)), HOST: set()}, LOOK)

    assert verdict.types[HOST].held == {"host-1"}
    assert verdict.types[VM].held == names(0, 1)
    assert all(not (missing.newly or missing.confirmed) for missing in verdict.types.values())
    assert verdict.doubt is not None
    assert verdict.doubt.code == "SUSPECT_SHRUNK"
    assert "1 of 1 objects of type Host" in verdict.doubt.message


@pytest.mark.parametrize(
    ("type_", "lost", "is_held"),
    [
        (HOST, 3, False),
        (HOST, 4, True),
        (DATACENTER, 3, False),
        (DATACENTER, 4, True),
        (VM, 9, False),
        (VM, 10, True),
    ],
    ids=lambda value: str(value),
)
def test_a_third_of_the_hosts_or_datacenters_or_all_of_anything_is_too_much(type_, lost, is_held):
    verdict = decide_missing({type_: stored(10)}, {type_: names(*range(lost, 10))}, LOOK)

    assert bool(verdict.types[type_].held) is is_held
    assert len(verdict.types[type_].newly) == (0 if is_held else lost)


def test_a_second_look_marks_exactly_what_both_looks_missed():
    gone = names(*range(30))
    known = stored(100, suspected=evidence(gone - names(0)))

    found = decided(known, {f"vm-{n}" for n in range(100)} - gone)

    assert found.newly == gone - names(0)
    assert found.held == names(0)


def test_what_was_missing_before_the_first_look_is_deleted_by_the_second():
    gone = names(*range(30))
    known = stored(100, missing=names(0), suspected=evidence(gone))

    found = decided(known, {f"vm-{n}" for n in range(100)} - gone)

    assert (found.confirmed, found.newly, found.held) == (names(0), gone - names(0), frozenset())


@pytest.mark.parametrize(
    "doubtful",
    [
        {"age": PATIENCE - timedelta(seconds=1)},
        {"reason": HoldReason.PERMISSION},
        {"reason": HoldReason.UNSETTLED},
    ],
    ids=["too early", "the first look had lost a role", "the first look saw counts move"],
)
def test_a_second_look_confirms_nothing_when(doubtful):
    gone = names(*range(30))
    known = stored(100, suspected=evidence(gone, **doubtful))

    found = decided(known, {f"vm-{n}" for n in range(100)} - gone)

    assert (found.newly, found.held) == (frozenset(), gone)


@pytest.mark.parametrize("look", DOUBTED.values(), ids=[reason.value for reason in DOUBTED])
def test_a_doubtful_scan_marks_nothing_however_little_is_gone(look):
    known = stored(100, missing=names(1), suspected=evidence(names(0)))

    verdict = decide_missing({VM: known}, {VM: names(*range(2, 100))}, look)

    assert verdict.types[VM] == Missing(held=frozenset(names(0, 1)))
    assert verdict.doubt is look.doubt


@pytest.mark.parametrize("look", [LOOK, *DOUBTED.values()], ids=["sound", *DOUBTED])
def test_what_an_operator_agreed_to_is_marked_by_the_next_scan_and_nothing_else(look):
    agreed = evidence(names(*range(29)), age=timedelta(0), is_approved=True)
    known = stored(100, suspected=agreed)

    found = decided(known, {f"vm-{n}" for n in range(30, 100)}, look)

    assert (found.newly, found.held) == (names(*range(29)), names(29))


def test_a_doubtful_scan_that_found_everything_is_believed():
    verdict = decide_missing({VM: stored(3)}, {VM: names(0, 1, 2)}, DOUBTED[HoldReason.PERMISSION])

    assert verdict.doubt is None


@settings(database=None)
@given(
    present=st.sets(st.integers(0, 300)),
    missing=st.sets(st.integers(301, 400)),
    seen=st.sets(st.integers(0, 400)),
    suspected=st.sets(st.integers(0, 400)),
    age=st.sampled_from([timedelta(0), PATIENCE]),
    look=st.sampled_from([LOOK, *DOUBTED.values()]),
)
def test_no_scan_marks_what_it_saw_nor_more_than_can_be_believed(
    present, missing, seen, suspected, age, look
):
    known = StoredType(
        hashes=dict.fromkeys([*map(str, present), *map(str, missing)], b""),
        missing=set(map(str, missing)),
        suspected=evidence(set(map(str, suspected)), age=age),
    )
    seen = set(map(str, seen))

    verdict = decide_missing({VM: known}, {VM: seen}, look)

    found = verdict.types[VM]
    assert not (found.newly | found.confirmed | found.held) & seen
    assert found.newly <= set(map(str, present))
    assert found.confirmed <= set(map(str, missing))
    assert found.newly | found.confirmed | found.held == known.hashes.keys() - seen
    unproven = found.newly - set(map(str, suspected)) if age else found.newly
    assert len(unproven) <= max(20, len(present) * 0.05)
    if look.doubt is not None:
        assert not found.newly | found.confirmed
    assert bool(found.held) is (verdict.doubt is not None)
