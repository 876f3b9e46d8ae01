"""`hygiene`: ready-made lists of what wants tidying up, filtered and paged as any list."""

from collections.abc import Mapping
from typing import Any

import strawberry

from loaders.condition import Condition, Where
from models.enums import (
    HostConnectionState,
    PowerState,
    ToolsRunningStatus,
    ToolsVersionStatus,
    VirtualMachineConnectionState,
)
from resolvers.declare import Only, to_all
from resolvers.filter import check_days
from resolvers.reference import (
    ClusterConnection,
    DatastoreConnection,
    HostConnection,
    NetworkConnection,
    VCenterConnection,
    VirtualMachineConnection,
)
from resolvers.signature import argument

NO_TEMPLATE = Condition("is_template", "ne", True)
NO_PLACEHOLDER = Condition("is_srm_placeholder", "ne", True)
NOT_INSTALLED = Condition("tools_version_status", "eq", ToolsVersionStatus.guestToolsNotInstalled)
POWERED_ON = Condition("power_state", "eq", PowerState.poweredOn)
NOT_RUNNING = Condition("tools_running_status", "eq", ToolsRunningStatus.guestToolsNotRunning)
INSTALLED = Condition("tools_version_status", "ne", ToolsVersionStatus.guestToolsNotInstalled)
MISSING = Condition("missing_since", "is_null", False)
GONE = "that the last scan of their vCenter did not find and no second one confirmed as deleted"


def _all(*conditions: Where) -> Only:
    return lambda _arguments: conditions


def _old_snapshots(arguments: Mapping[str, Any]) -> tuple[Where, ...]:
    days = arguments["older_than_days"]
    check_days(days)
    return (Condition("oldest_snapshot_at", "older_than_days", days),)


@strawberry.type(description="What wants tidying up: lists made ready, which take filters too.")
class Hygiene:
    """Each is the list of its kind under a condition; those of VMs have an index each."""

    virtual_machines_without_tools: VirtualMachineConnection = to_all(
        "virtual_machines",
        "VMs without VMware Tools; templates and placeholders of Site Recovery Manager are left "
        "out.",
        _all(NOT_INSTALLED, NO_TEMPLATE, NO_PLACEHOLDER),
    )
    virtual_machines_with_tools_stopped: VirtualMachineConnection = to_all(
        "virtual_machines",
        "Powered-on VMs whose Tools are installed and do not run.",
        _all(POWERED_ON, NOT_RUNNING, INSTALLED),
    )
    virtual_machines_with_old_snapshots: VirtualMachineConnection = to_all(
        "virtual_machines",
        "VMs with a snapshot older than some days.",
        _old_snapshots,
        older_than_days=argument(float, "Days since the oldest snapshot was taken.", 30.0),
    )
    virtual_machines_to_consolidate: VirtualMachineConnection = to_all(
        "virtual_machines",
        "VMs whose disks still hold what removed snapshots left (consolidationNeeded).",
        _all(Condition("consolidation_needed", "eq", True)),
    )
    unreachable_virtual_machines: VirtualMachineConnection = to_all(
        "virtual_machines",
        "VMs that are not connected: orphaned, inaccessible, invalid, or on a lost host.",
        _all(Condition("connection_state", "ne", VirtualMachineConnectionState.connected)),
    )
    unreachable_hosts: HostConnection = to_all(
        "hosts",
        "Hosts that are not connected.",
        _all(Condition("connection_state", "ne", HostConnectionState.connected)),
    )
    missing_virtual_machines: VirtualMachineConnection = to_all(
        "virtual_machines", f"VMs {GONE}.", _all(MISSING)
    )
    missing_hosts: HostConnection = to_all("hosts", f"Hosts {GONE}.", _all(MISSING))
    missing_clusters: ClusterConnection = to_all("clusters", f"Clusters {GONE}.", _all(MISSING))
    missing_datastores: DatastoreConnection = to_all(
        "datastores", f"Datastores {GONE}.", _all(MISSING)
    )
    missing_networks: NetworkConnection = to_all("networks", f"Networks {GONE}.", _all(MISSING))
    stale_vcenters: VCenterConnection = to_all(
        "vcenters",
        "vCenters whose objects may be out of date (isStale).",
        _all(Condition("is_stale", "eq", True)),
    )


def hygiene() -> Any:
    """Lead from the query's root to the ready-made lists."""
    return strawberry.field(
        resolver=Hygiene, description="What wants tidying up: ready-made lists of the estate."
    )
