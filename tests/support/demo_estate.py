"""The demo's estate on a test's servers: its first three vCenters, and what a day does to them.

London's account loses a privilege that day; Frankfurt refuses its password and is never read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.cookbook_page import CURSOR, RUN, Mask
from tests.support.system import ENDED, System
from vminer.demo.run import SEED, DemoOptions
from vminer.simulator.client import SimulatorClient
from vminer.simulator.trouble import TroubleKind
from vminer.stack.stack import Stack

NEW_YORK, LONDON, FRANKFURT = "vcsa-nyc-0001", "vcsa-lon-0002", "vcsa-fra-0003"
SIZES = DemoOptions(vcenters=5, vms=1000, port=0, workers=1, once=True).sizes[:3]
CHANGES = 40
MOVING = "vm-1042"
WAITS = {"VMINER_SCHEDULE_TICK_SECONDS": "0.2"}
SETTLING = timedelta(minutes=1)
"""Clocks of several processes are compared."""
START = "{ changesSince(first: 1) { latestCursor } }"
RUNS = """query($name: String!) { syncRuns(filter: {vcenter: {name: {eq: $name}}}) {
  nodes { state } } }"""
MOVE = """query($moid: ID!, $name: String!) {
  virtualMachines(filter: {moid: {eq: $moid}, vcenter: {name: {eq: $name}}}) {
    nodes { movedFrom { formerName } } } }"""


class DemoSystem(System):
    """As the demo starts it, but for Frankfurt; so patient that no attempt is made twice."""

    workers = 1
    waits = WAITS

    def start_scheduler(self) -> None:
        """Let it find one vCenter that it cannot log in to."""
        with SimulatorClient(self.control_url) as control:
            control.switch_on(FRANKFURT, TroubleKind.WRONG_PASSWORD)
        super().start_scheduler()


@dataclass(slots=True)
class DemoEstate:
    """The running system, and what of it is another each time."""

    system: System
    began: datetime
    run: str = ""
    """The newest sync run of New York."""
    cursor: str = ""
    """Where the feed of changes stood after the first syncs."""

    def mask(self) -> Mask:
        """Return what masks its answers now."""
        return Mask(self.began, datetime.now(UTC) + SETTLING)

    def unmasked(self, value: Any) -> Any:
        """Return variables with what their masks stand for in this estate."""
        if isinstance(value, Mapping):
            return {key: self.unmasked(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self.unmasked(each) for each in value]
        known = {CURSOR: self.cursor, RUN: self.run}
        return known.get(value, value) if isinstance(value, str) else value

    def live_through_a_day(self) -> None:
        """Let the estate change as the demo lets it, and sync until what is gone is known to be."""
        self.cursor = self.system.query(START)["changesSince"]["latestCursor"]
        with SimulatorClient(self.system.control_url) as control:
            for name in (NEW_YORK, LONDON):
                control.drift(name, CHANGES)
            moid = control.move(MOVING, source=NEW_YORK, target=LONDON)
            where = {"entity": "VirtualMachine", "path": "config.annotation"}
            control.switch_on(LONDON, TroubleKind.MISSING_PROPERTY, **where)
        for name in (LONDON, NEW_YORK) * 2:
            self.run = self.system.request(name)
            assert self.system.ended(self.run)["state"] == "SUCCEEDED"
        self.system.until(lambda: self.is_known_to_have_moved(moid), "a machine's move is known")

    def is_known_to_have_moved(self, moid: str) -> bool:
        """Return whether a machine of London is known to have come from another vCenter."""
        nodes = self.system.query(MOVE, moid=moid, name=LONDON)["virtualMachines"]["nodes"]
        return any(machine["movedFrom"] for machine in nodes)

    def is_refused(self) -> bool:
        """Return whether Frankfurt's first sync has ended."""
        runs = self.system.query(RUNS, name=FRANKFURT)["syncRuns"]["nodes"]
        return bool(runs) and runs[0]["state"] in ENDED


def start_demo_estate(stack: Stack) -> DemoEstate:
    """Start it, synced and a day old; whoever called stops its system."""
    began = datetime.now(UTC) - SETTLING
    environment = {"VMINER_LINEAGE_SECONDS": "0.5", "OTEL_BSP_SCHEDULE_DELAY": "20"}
    system = DemoSystem(stack, SIZES, environment, name="demo", seed=SEED)
    try:
        system.start()
        estate = DemoEstate(system, began)
        system.wait_for_first_syncs(NEW_YORK, LONDON)
        system.until(estate.is_refused, "Frankfurt refuses the password")
        estate.live_through_a_day()
    except BaseException:
        system.stop()
        raise
    return estate
