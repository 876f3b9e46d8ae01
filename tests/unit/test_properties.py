"""Every property an inventory should have is in the schema, or the page says what keeps it out."""

import pytest

from tests.support import properties
from tests.support.machine_properties import MACHINE
from tests.unit.test_rvtools import ROWS, missing_part

HEADING = "Not collected, and why"
KINDS = {
    "VCenter": properties.VCENTER,
    "places": properties.PLACES,
    "Cluster": properties.CLUSTER,
    "Host": properties.HOST,
    "Datastore": properties.DATASTORE,
    "Network": properties.NETWORK,
    "VirtualMachine": MACHINE,
}
SHOWN = [
    pytest.param(path, id=f"{kind}-{name}")
    for kind, listed in KINDS.items()
    for name, path in listed.items()
    if path is not None
]


@pytest.mark.parametrize("path", SHOWN)
def test_the_schema_shows_the_property(path: str) -> None:
    assert missing_part(path) is None


def test_what_is_not_collected_has_a_reason_and_nothing_else_is_said_to_be_missing() -> None:
    left_out = {name for listed in KINDS.values() for name, path in listed.items() if path is None}
    reasons = {cells[0]: cells[2] for heading, cells in ROWS if heading == HEADING}

    assert reasons.keys() == left_out
    assert all(len(reason.split()) > 3 for reason in reasons.values())
