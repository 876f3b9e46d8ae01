"""What it takes to mark rows as missing: evidence, second looks, approvals, permissions."""

from datetime import timedelta

import pytest

from models.commands.approval import approve_missing
from models.commands.transaction import Primary
from models.enums import HoldReason, InventoryType, SyncRunState
from runtime.errors import NotFoundError
from sync_agent.records import Listing, Page, Proof
from sync_agent.writer.connection import Pool
from sync_agent.writer.outcome import Outcome
from tests.integration.test_writer import marks, pool, rows, sync, vcenter
from tests.support.records import datastore, host, pages, vm
from tests.support.registry import new_vcenter

__all__ = ["pool", "vcenter"]

VM, HOST = InventoryType.VirtualMachine, InventoryType.Host
AT_ONCE, LATER = timedelta(0), timedelta(hours=1)
FRAME = (host(1), datastore(1))
MANY = [vm(number) for number in range(1, 61)]
ROLES = {"group-d1": (-2,), "datacenter-2": (-2,)}


def scan(*gone: int) -> list[Page]:
    return pages(*FRAME, *(record for n, record in enumerate(MANY, 1) if n not in gone))


async def missing(pool: Pool, vcenter_id: int) -> set[str]:
    """Return the machines that are not present."""
    return {m for m, mark in (await marks(pool, vcenter_id)).items() if mark != "present"}


async def evidence(pool: Pool, vcenter_id: int) -> dict[str, tuple[str, str | None]]:
    """Return what is suspected: reason, and who approved."""
    query = "SELECT moid, reason, approved_by FROM suspected_missing WHERE vcenter_id = $1"
    return {moid: (reason, by) for moid, reason, by in await rows(pool, query, vcenter_id)}


async def told(pool: Pool, vcenter_id: int) -> tuple[str, str, str | None]:
    """Return state and code of the last run, and what the vCenter's row says of it."""
    query = """
        SELECT r.state, r.error_code, v.state_reason FROM sync_runs r
        JOIN vcenters v ON v.id = r.vcenter_id
        WHERE v.id = $1 ORDER BY r.requested_at DESC LIMIT 1"""
    (found,) = await rows(pool, query, vcenter_id)
    return found


async def test_a_scan_that_lost_too_much_leaves_evidence_and_says_why(engine, pool, vcenter):
    await sync(engine, pool, vcenter, scan())

    outcome = await sync(engine, pool, vcenter, scan(*range(1, 31)), second_look=LATER)

    assert outcome.state is SyncRunState.QUARANTINED
    assert await missing(pool, vcenter) == set()
    assert await evidence(pool, vcenter) == {f"vm-{n}": ("SHRUNK", None) for n in range(1, 31)}
    state, code, reason = await told(pool, vcenter)
    assert (state, code) == ("QUARANTINED", "SUSPECT_SHRUNK")
    assert reason is not None
    assert "30 of 60 objects of type VirtualMachine" in reason


async def test_a_second_look_that_is_too_early_confirms_nothing(engine, pool, vcenter):
    await sync(engine, pool, vcenter, scan())
    for _ in range(3):
        await sync(engine, pool, vcenter, scan(*range(1, 31)), second_look=LATER)

    assert await missing(pool, vcenter) == set()
    since = "SELECT count(DISTINCT since), count(DISTINCT run_id) FROM suspected_missing"
    assert await rows(pool, f"{since} WHERE vcenter_id = $1", vcenter) == [(1, 1)]


async def test_a_second_look_marks_exactly_what_both_looks_missed(engine, pool, vcenter):
    await sync(engine, pool, vcenter, scan())
    await sync(engine, pool, vcenter, scan(*range(1, 31)))

    outcome = await sync(engine, pool, vcenter, scan(*range(2, 33)), second_look=AT_ONCE)

    assert await missing(pool, vcenter) == {f"vm-{n}" for n in range(2, 31)}
    assert set(await evidence(pool, vcenter)) == {"vm-31", "vm-32"}
    assert (outcome.types[VM].missing, outcome.types[VM].suspect) == (29, 2)
    third = await sync(engine, pool, vcenter, scan(*range(2, 33)))
    assert third.state is SyncRunState.SUCCEEDED
    assert (third.types[VM].missing, third.types[VM].deleted) == (2, 29)
    assert await evidence(pool, vcenter) == {}


async def test_a_scan_that_finds_everything_again_clears_the_evidence(engine, pool, vcenter):
    await sync(engine, pool, vcenter, scan())
    await sync(engine, pool, vcenter, scan(*range(1, 31)))

    await sync(engine, pool, vcenter, scan())

    assert await evidence(pool, vcenter) == {}
    assert await told(pool, vcenter) == ("SUCCEEDED", None, None)
    await sync(engine, pool, vcenter, scan(*range(1, 31)), second_look=AT_ONCE)
    assert await missing(pool, vcenter) == set()


async def test_what_an_operator_approves_is_marked_by_the_next_scan_and_no_more(
    engine, pool, vcenter
):
    await sync(engine, pool, vcenter, scan())
    await sync(engine, pool, vcenter, scan(*range(1, 31)))

    counted = await approve_missing(engine, vcenter, approved_by="cli:ann")
    again = await approve_missing(engine, vcenter, approved_by="cli:bob")
    approved = await evidence(pool, vcenter)
    await sync(engine, pool, vcenter, scan(*range(1, 32)))

    assert counted == again == {VM: 30}
    assert approved == {f"vm-{n}": ("SHRUNK", "cli:ann") for n in range(1, 31)}
    assert await missing(pool, vcenter) == {f"vm-{n}" for n in range(1, 31)}
    assert await evidence(pool, vcenter) == {"vm-31": ("SHRUNK", None)}


async def test_what_came_back_after_an_approval_stays(engine, pool, vcenter):
    await sync(engine, pool, vcenter, scan())
    await sync(engine, pool, vcenter, scan(*range(1, 31)))
    await approve_missing(engine, vcenter, approved_by="cli:ann")

    await sync(engine, pool, vcenter, scan(1))

    assert await missing(pool, vcenter) == {"vm-1"}
    assert await evidence(pool, vcenter) == {}


async def test_an_approval_needs_a_vcenter_and_may_find_nothing_to_approve(engine, vcenter):
    assert await approve_missing(engine, vcenter, approved_by="cli:ann") == {}
    with pytest.raises(NotFoundError):
        await approve_missing(engine, 2_000_000_000, approved_by="cli:ann")


async def _under(
    engine: Primary, pool: Pool, vcenter_id: int, *gone: int, **roles: object
) -> Outcome:
    """Sync with an account of these roles; the root folder's and a datacenter's, unless said."""
    now = {moid: value for moid, value in (ROLES | roles).items() if value is not None}
    proof = Proof(permissions=now)  # type: ignore[arg-type]
    return await sync(engine, pool, vcenter_id, scan(*gone), proof=proof, second_look=AT_ONCE)


@pytest.mark.parametrize(
    "lost",
    [{"datacenter-2": None}, {"group-d1": (-5,)}, {"group-d1": ()}],
    ids=["an entity is gone", "another role", "no role"],
)
async def test_a_scan_with_fewer_permissions_marks_nothing_however_often(
    engine, pool, vcenter, lost
):
    await _under(engine, pool, vcenter)

    for _ in range(3):
        outcome = await _under(engine, pool, vcenter, 1, 2, **lost)

    assert outcome.state is SyncRunState.QUARANTINED
    assert await missing(pool, vcenter) == set()
    assert await evidence(pool, vcenter) == {f"vm-{n}": ("PERMISSION", None) for n in (1, 2)}
    _, code, reason = await told(pool, vcenter)
    assert code == "SUSPECT_PERMISSION"
    assert reason is not None
    assert next(iter(lost)) in reason


async def test_a_look_with_fewer_permissions_is_no_first_look(engine, pool, vcenter):
    many = range(1, 31)
    await _under(engine, pool, vcenter)
    await _under(engine, pool, vcenter, *many, **{"group-d1": (-5,)})

    await _under(engine, pool, vcenter, *many)

    assert await missing(pool, vcenter) == set()
    assert (await evidence(pool, vcenter))["vm-1"] == ("SHRUNK", None)
    await _under(engine, pool, vcenter, *many)
    assert await missing(pool, vcenter) == {f"vm-{n}" for n in many}


async def test_an_approval_accepts_fewer_permissions_too(engine, pool, vcenter):
    await _under(engine, pool, vcenter)
    await _under(engine, pool, vcenter, 1, **{"group-d1": (-5,)})
    await approve_missing(engine, vcenter, approved_by="cli:ann")

    first = await _under(engine, pool, vcenter, 1, 2, **{"group-d1": (-5,)})
    second = await _under(engine, pool, vcenter, 1, 2, 3, **{"group-d1": (-5,)})

    assert (first.doubt, second.doubt) == (None, None)
    marked = await marks(pool, vcenter)
    assert [marked[f"vm-{n}"] for n in (1, 2, 3)] == ["deleted", "deleted", "missing"]


async def test_an_approval_of_fewer_permissions_lets_no_great_loss_through(engine, pool, vcenter):
    fewer = {"group-d1": (-5,)}
    await _under(engine, pool, vcenter)
    await _under(engine, pool, vcenter, 1, **fewer)
    await approve_missing(engine, vcenter, approved_by="cli:ann")

    outcome = await _under(engine, pool, vcenter, *range(1, 31), **fewer)

    assert await missing(pool, vcenter) == {"vm-1"}
    assert outcome.doubt is not None
    assert outcome.doubt.reason is HoldReason.SHRUNK


async def test_other_permissions_that_hide_nothing_are_trusted(engine, pool, vcenter):
    await _under(engine, pool, vcenter)

    await _under(engine, pool, vcenter, **{"group-d1": (17,)})
    await _under(engine, pool, vcenter, 1, **{"group-d1": (17,)})

    assert await missing(pool, vcenter) == {"vm-1"}


async def test_counts_that_move_during_a_scan_delete_nothing(engine, pool, vcenter):
    await sync(engine, pool, vcenter, scan())
    moving = Proof(listed={HOST: Listing(0, frozenset({"host-1"}))})

    outcome = await sync(engine, pool, vcenter, scan(1), proof=moving)

    assert outcome.state is SyncRunState.QUARANTINED
    assert await told(pool, vcenter) == (
        "QUARANTINED",
        "SUSPECT_UNSETTLED",
        outcome.doubt.message if outcome.doubt else None,
    )
    assert await evidence(pool, vcenter) == {"vm-1": ("UNSETTLED", None)}
    assert (await sync(engine, pool, vcenter, scan(1))).types[VM].missing == 1


async def test_what_the_vcenter_still_lists_is_there_though_no_page_held_it(engine, pool, vcenter):
    await sync(engine, pool, vcenter, scan())
    everything = frozenset(f"vm-{n}" for n in range(1, 61))

    proof = Proof(listed={VM: Listing(60, everything)})
    outcome = await sync(engine, pool, vcenter, scan(1, 2), proof=proof)

    assert outcome.state is SyncRunState.SUCCEEDED
    assert await missing(pool, vcenter) == set()


async def test_the_evidence_of_one_vcenter_is_no_evidence_in_another(engine, pool, vcenter):
    await sync(engine, pool, vcenter, scan())
    await sync(engine, pool, vcenter, scan(*range(1, 31)))
    second = await new_vcenter(engine)
    await sync(engine, pool, second, scan())

    outcome = await sync(engine, pool, second, scan(*range(1, 31)), second_look=AT_ONCE)

    assert outcome.state is SyncRunState.QUARANTINED
    assert await missing(pool, second) == set()
