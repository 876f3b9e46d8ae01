"""`extensions.minEpoch`: what it may hold, and what is said of anything else."""

from typing import Any
from uuid import UUID

import pytest

from graphql_api.min_epoch import MOST_EPOCHS, read_min_epoch
from graphql_api.refusal import Refusal
from loaders.awaited import MinEpoch
from resolvers import global_id

UUID_7 = UUID(int=7)
VCENTER = global_id.encode("VCenter", UUID_7)
HOST = global_id.encode("Host", UUID_7, "host-1")
GOOD = {"vcenter": VCENTER, "type": "VirtualMachine", "epoch": 42}


def test_an_epoch_is_that_of_the_light_tier_unless_another_is_named() -> None:
    heavy = {**GOOD, "tier": "HEAVY", "epoch": 0}

    assert read_min_epoch({"minEpoch": [GOOD, heavy]}) == (
        MinEpoch(UUID_7, "VirtualMachine", "LIGHT", 42),
        MinEpoch(UUID_7, "VirtualMachine", "HEAVY", 0),
    )


@pytest.mark.parametrize("extensions", [{}, {"minEpoch": None}, {"minEpoch": []}], ids=str)
def test_who_asks_for_nothing_waits_for_nothing(extensions: dict[str, Any]) -> None:
    assert read_min_epoch(extensions) == ()


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (GOOD, "BAD_REQUEST"),
        ("42", "BAD_REQUEST"),
        ([42], "BAD_REQUEST"),
        ([{**GOOD, "more": 1}], "BAD_REQUEST"),
        ([{**GOOD, "type": "Toaster"}], "BAD_REQUEST"),
        ([{**GOOD, "type": ["Host"]}], "BAD_REQUEST"),
        ([{**GOOD, "tier": "SLOW"}], "BAD_REQUEST"),
        ([{**GOOD, "tier": None}], "BAD_REQUEST"),
        ([{**GOOD, "epoch": "42"}], "BAD_REQUEST"),
        ([{**GOOD, "epoch": True}], "BAD_REQUEST"),
        ([{**GOOD, "epoch": -1}], "BAD_REQUEST"),
        ([{**GOOD, "epoch": 2**63}], "BAD_REQUEST"),
        ([{"type": "Host", "epoch": 1}], "BAD_REQUEST"),
        ([GOOD] * (MOST_EPOCHS + 1), "BAD_REQUEST"),
        ([{**GOOD, "vcenter": "nonsense"}], "INVALID_ID"),
        ([{**GOOD, "vcenter": HOST}], "INVALID_ID"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_anything_else_is_refused_with_a_code(wanted: Any, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_min_epoch({"minEpoch": wanted})

    assert refused.value.errors[0]["extensions"]["code"] == code
