"""What moves with the work of a VM (GUEST): what Tools reports from inside, and its storage."""

from sync_agent.collector import value
from sync_agent.collector.fill import Columns, hashed, withheld
from sync_agent.collector.inventory import text_of
from sync_agent.collector.part import (
    EMPTY,
    Part,
    Structure,
    compact,
    flag,
    mac,
    number,
    ordered,
    several,
    structures,
    text,
    within,
)
from sync_agent.collector.reply import Element, RawObject
from sync_agent.collector.table import Property, Table
from sync_agent.collector.virtual_machine import DEGRADED
from sync_agent.records import DetailRecord

STATE = Table(
    Property("guest.appState", "app_state", value.text),
    Property("guest.appHeartbeatStatus", "app_heartbeat_status", value.text),
    Property("guest.guestKernelCrashed", "kernel_crashed", value.boolean),
    Property("guest.guestOperationsReady", "operations_ready", value.boolean),
    Property(
        "guest.interactiveGuestOperationsReady", "interactive_operations_ready", value.boolean
    ),
    Property("guest.guestStateChangeSupported", "state_change_supported", value.boolean),
)
STORAGE = "storage.perDatastoreUsage"
PATHS = (
    "guest.disk",
    "guest.ipStack",
    "guest.net",
    STORAGE,
    "runtime.connectionState",
    *(item.path for item in STATE),
)
DEFAULT_ROUTES = frozenset({"0.0.0.0", "::"})  # noqa: S104 - a route, not a binding


def guest(raw: RawObject) -> DetailRecord | None:
    """Return what Tools reports, and the VM's storage.

    None where vCenter cannot tell: what is stored is kept then.
    """
    if text_of(raw, "runtime.connectionState") in DEGRADED or withheld(raw.missing):
        return None
    get, state = raw.properties.get, Columns(raw)
    state.fill(STATE)
    columns: dict[str, object] = {
        **state.known,
        "partitions": compact(map(_partition, structures(get("guest.disk")))),
        "nics": compact(map(_nic, structures(get("guest.net")))),
        "storage_usage": _storage(get(STORAGE)),
        "ip_stacks": compact(map(_ip_stack, structures(get("guest.ipStack")))),
    }
    return DetailRecord(raw.moid, columns, hashed(columns))


def _storage(usage: Element | None) -> list[Part] | None:
    """Return what is occupied on each datastore, in order of their moids; None: not told."""
    if usage is None:
        return None
    return ordered(map(_on_datastore, structures(usage)), "datastore_moid")


def _on_datastore(usage: Structure) -> Part:
    return {
        "datastore_moid": text(usage, "datastore"),
        "committed_bytes": number(usage, "committed"),
        "uncommitted_bytes": number(usage, "uncommitted"),
        "unshared_bytes": number(usage, "unshared"),
    }


def _partition(disk: Structure) -> Part:
    return {
        "path": text(disk, "diskPath"),
        "capacity_bytes": number(disk, "capacity"),
        "free_bytes": number(disk, "freeSpace"),
        "file_system": text(disk, "filesystemType"),
        "disk_keys": [number(mapping, "key") for mapping in several(disk, "mappings")],
    }


def _nic(nic: Structure) -> Part:
    dns = within(nic, "dnsConfig")
    configured = several(within(nic, "ipConfig"), "ipAddress")
    by_address = {each.get("ipAddress"): each for each in configured}
    return {
        "device_key": number(nic, "deviceConfigId"),
        "mac_address": mac(nic, "macAddress"),
        "network": text(nic, "network"),
        "connected": flag(nic, "connected"),
        "dhcp": flag(dns, "dhcp"),
        "dns_servers": several(dns, "ipAddress"),
        "addresses": compact(
            _address(value.spelled(address), by_address.get(spelled, EMPTY))
            for spelled in several(nic, "ipAddress")
            if (address := value.parse_address(spelled)) is not None
        ),
    }


def _address(address: str, configured: Structure) -> Part:
    return {
        "address": address,
        "prefix_length": number(configured, "prefixLength"),
        "origin": text(configured, "origin"),
        "state": text(configured, "state"),
    }


def _ip_stack(stack: Structure) -> Part:
    dns = within(stack, "dnsConfig")
    return {
        "host_name": text(dns, "hostName"),
        "domain_name": text(dns, "domainName"),
        "dhcp": flag(dns, "dhcp"),
        "dns_servers": several(dns, "ipAddress"),
        "search_domains": several(dns, "searchDomain"),
        "gateways": _gateways(within(stack, "ipRouteConfig")),
    }


def _gateways(routes: Structure) -> list[str]:
    """Return where the default routes lead, each once."""
    found: dict[str, None] = {}
    for route in several(routes, "ipRoute"):
        is_default = text(route, "network") in DEFAULT_ROUTES and number(route, "prefixLength") == 0
        gateway = value.parse_address(text(within(route, "gateway"), "ipAddress"))
        if is_default and gateway is not None:
            found[value.spelled(gateway)] = None
    return list(found)
