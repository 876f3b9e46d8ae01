"""What speaks against a scan that is complete: lost roles, counts that move."""

import pytest

from models.enums import HoldReason, InventoryType
from sync_agent.records import Listing, Proof
from sync_agent.writer.doubt import doubt_of, lost_permissions

VM, HOST = InventoryType.VirtualMachine, InventoryType.Host
ROLES = {"group-d1": (-2,), "datacenter-2": (-2, 7)}


def listing(before: int, after: int) -> Listing:
    return Listing(before, frozenset(map(str, range(after))))


@pytest.mark.parametrize(
    ("now", "lost"),
    [
        (ROLES, []),
        (ROLES | {"datacenter-9": (-2,)}, []),
        (ROLES | {"group-d1": (-2, -1)}, []),
        ({"group-d1": (-2,)}, ["datacenter-2"]),
        (ROLES | {"datacenter-2": (7,)}, ["datacenter-2"]),
        (ROLES | {"group-d1": ()}, ["group-d1"]),
        ({}, ["datacenter-2", "group-d1"]),
        (None, []),
    ],
    ids=[
        "the same",
        "a new datacenter",
        "a role more",
        "a datacenter gone",
        "a role less",
        "the root folder unreadable",
        "nothing left",
        "a vCenter that does not tell",
    ],
)
def test_lost_permissions_are_those_the_account_had(now, lost):
    assert lost_permissions(ROLES, now) == lost


def test_a_first_scan_has_no_permissions_to_lose():
    assert doubt_of(None, Proof(permissions={})) is None


@pytest.mark.parametrize(
    ("type_", "before", "after", "moves"),
    [
        (HOST, 10, 10, False),
        (HOST, 10, 11, True),
        (HOST, 10, 9, True),
        (VM, 40, 41, False),
        (VM, 40, 42, True),
        (VM, 1000, 990, False),
        (VM, 1000, 989, True),
    ],
    ids=lambda value: str(value),
)
def test_counts_stand_still_but_for_the_usual_coming_and_going_of_machines(
    type_, before, after, moves
):
    doubt = doubt_of(None, Proof(listed={type_: listing(before, after)}))

    assert (doubt is not None) is moves
    if doubt is not None:
        assert doubt.reason is HoldReason.UNSETTLED
        assert f"{before} → {after}" in doubt.message


def test_lost_permissions_are_named_before_counts_that_move():
    doubt = doubt_of(ROLES, Proof({}, {HOST: listing(2, 1)}))

    assert doubt is not None
    assert doubt.code == "SUSPECT_PERMISSION"
    assert "datacenter-2, group-d1" in doubt.message
