"""VirtualMachine.guest."""

from vminer.simulator.inventory import guest
from vminer.simulator.inventory.guest import GuestNic
from vminer.simulator.inventory.machine import Machine
from vminer.simulator.render.node import Items, Struct, bool_text, boolean, enum, escape, text


def _addresses(nic: GuestNic) -> str:
    return "".join(f"<ipAddress>{address}</ipAddress>" for address, _ in nic.addresses)


def _configuration(nic: GuestNic) -> str:
    inner = "".join(
        f"<ipAddress><ipAddress>{address}</ipAddress><prefixLength>{prefix}</prefixLength>"
        f"<state>preferred</state></ipAddress>"
        for address, prefix in nic.addresses
    )
    return f"<ipConfig>{inner}</ipConfig>"


def _nics(tag: str, machine: Machine) -> str:
    return "".join(
        f"<{tag}><network>{nic.network}</network>{_addresses(nic)}"
        f"<macAddress>{nic.mac}</macAddress><connected>{bool_text(nic.connected)}</connected>"
        f"<deviceConfigId>{nic.device_key}</deviceConfigId>{_configuration(nic)}</{tag}>"
        for nic in guest.guest_nics(machine)
    )


def _partitions(tag: str, machine: Machine) -> str:
    return "".join(
        f"<{tag}><diskPath>{escape(each.path)}</diskPath><capacity>{each.capacity}</capacity>"
        f"<freeSpace>{each.free}</freeSpace>"
        f"{_optional('filesystemType', each.file_system)}"
        f"<mappings><key>{each.disk_key}</key></mappings></{tag}>"
        for each in guest.partitions(machine)
    )


def _optional(name: str, value: str | None) -> str:
    return "" if value is None else f"<{name}>{value}</{name}>"


def _ip_stack(tag: str, machine: Machine) -> str:
    stack = guest.ip_stack(machine)
    if stack is None:
        return ""
    servers = "".join(f"<ipAddress>{each}</ipAddress>" for each in stack.dns_servers)
    domains = "".join(f"<searchDomain>{each}</searchDomain>" for each in stack.search_domains)
    routes = "".join(_default_route(gateway) for gateway in stack.gateways)
    return (
        f"<{tag}><dnsConfig><dhcp>{bool_text(stack.dhcp)}</dhcp>"
        f"<hostName>{stack.host_name}</hostName><domainName>{stack.domain_name}</domainName>"
        f"{servers}{domains}</dnsConfig><ipRouteConfig>{routes}"
        "<ipRoute><network>169.254.0.0</network><prefixLength>16</prefixLength>"
        f"<gateway><device>0</device></gateway></ipRoute></ipRouteConfig></{tag}>"
    )


def _default_route(gateway: str) -> str:
    network = "::" if ":" in gateway else "0.0.0.0"  # noqa: S104 - a route, not a binding
    return (
        f"<ipRoute><network>{network}</network><prefixLength>0</prefixLength><gateway>"
        f"<ipAddress>{gateway}</ipAddress><device>0</device></gateway></ipRoute>"
    )


def _while_running(read: str, machine: Machine) -> str | None:
    return str(getattr(machine.guest, read)) if guest.tools_running(machine) else None


GUEST = Struct(
    "GuestInfo",
    {
        "toolsStatus": enum(
            "VirtualMachineToolsStatus",
            lambda machine: "toolsOk" if guest.tools_running(machine) else "toolsNotRunning",
        ),
        "toolsVersionStatus2": text(guest.tools_version_status),
        "toolsRunningStatus": text(
            lambda machine: (
                "guestToolsRunning" if guest.tools_running(machine) else "guestToolsNotRunning"
            )
        ),
        "toolsVersion": text(guest.tools_version),
        "guestId": text(lambda machine: _while_running("guest_id", machine)),
        "guestFamily": text(lambda machine: _while_running("family", machine)),
        "guestFullName": text(lambda machine: _while_running("full_name", machine)),
        "hostName": text(guest.host_name),
        "ipAddress": text(guest.primary_address),
        "net": Items("GuestNicInfo", _nics),
        "guestState": text(
            lambda machine: "running" if guest.tools_running(machine) else "notRunning"
        ),
        "ipStack": Items("GuestStackInfo", _ip_stack),
        "disk": Items("GuestDiskInfo", _partitions),
        "appHeartbeatStatus": text(lambda _: "appStatusGray"),
        "guestKernelCrashed": boolean(lambda _: False),
        "appState": text(guest.app_state),
        "guestOperationsReady": boolean(guest.tools_running),
        "interactiveGuestOperationsReady": boolean(lambda _: False),
        "guestStateChangeSupported": boolean(guest.tools_running),
    },
)
