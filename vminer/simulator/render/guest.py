"""VirtualMachine.guest."""

from vminer.simulator.inventory import guest
from vminer.simulator.inventory.guest import GuestNic
from vminer.simulator.inventory.machine import Machine
from vminer.simulator.render.node import Items, Struct, bool_text, enum, text


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
    },
)
