"""Reads virtual machines with pyVmomi's own decoder, whole objects; says what a graph must show.

Shares no code with the collector: not its paths, not its converters, not its parser.
"""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any
from uuid import UUID

from pyVim.connect import SmartStubAdapter
from pyVmomi import vim, vmodl

MIB = 1024 * 1024
PROPERTIES = [
    "config",
    "datastore",
    "guest",
    "name",
    "overallStatus",
    "runtime",
    "snapshot",
    "summary",
]
SELECTION = """
  moid name overallStatus powerState connectionState isTemplate biosUuid instanceUuid
  changeVersion hardwareVersion guestId guestFullName annotation vmPathName numCpus memoryBytes
  guestHostname ipAddress ipAddresses toolsRunningStatus bootTime snapshotCount
  storageCommittedBytes
  host { moid name } datastores { moid name }
  disks { key label capacityBytes fileName datastoreMoid thinProvisioned }
  networkAdapters { key label macAddress type }
  snapshots { moid name }
"""


@contextmanager
def logged_in(host: str, port: int, user: str, password: str, ca: str) -> Iterator[Any]:
    """Lend the ServiceContent of a session."""
    context = ssl.create_default_context(cadata=ca)
    stub = SmartStubAdapter(host=host, port=port, sslContext=context)
    content = vim.ServiceInstance("ServiceInstance", stub).RetrieveContent()
    content.sessionManager.Login(user, password, None)
    try:
        yield content
    finally:
        content.sessionManager.Logout()
        stub.DropConnections()


def read_all(content: Any, kind: Any, properties: list[str]) -> dict[str, dict[str, Any]]:
    """Return the properties of every object of a kind by moid."""
    query: Any = vmodl.query.PropertyCollector
    view = content.viewManager.CreateContainerView(content.rootFolder, [kind], True)
    through = query.TraversalSpec(type=vim.view.ContainerView, path="view")
    wanted = query.FilterSpec(
        propSet=[query.PropertySpec(type=kind, pathSet=properties)],
        objectSet=[query.ObjectSpec(obj=view, skip=True, selectSet=[through])],
    )
    collector = content.propertyCollector
    page = collector.RetrievePropertiesEx([wanted], query.RetrieveOptions())
    found: dict[str, dict[str, Any]] = {}
    while page is not None:
        for item in page.objects:
            found[item.obj._moId] = {prop.name: prop.val for prop in item.propSet}
        token = page.token
        page = collector.ContinueRetrievePropertiesEx(token) if token else None
    return found


def read_machines(content: Any) -> dict[str, dict[str, Any]]:
    """Return, by moid, what the graph must show of every VM that is wholly readable."""
    names = {
        moid: properties["name"]
        for kind in (vim.HostSystem, vim.Datastore)
        for moid, properties in read_all(content, kind, ["name"]).items()
    }
    machines = read_all(content, vim.VirtualMachine, PROPERTIES)
    return {
        moid: _machine(moid, found, names)
        for moid, found in machines.items()
        if found["runtime"].connectionState == "connected" and "config" in found
    }


def _machine(moid: str, found: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    config, guest, runtime = found["config"], found.get("guest"), found["runtime"]
    summary = found["summary"]
    devices = config.hardware.device
    disks = [each for each in devices if isinstance(each, vim.vm.device.VirtualDisk)]
    cards = [each for each in devices if isinstance(each, vim.vm.device.VirtualEthernetCard)]
    addresses = [ip for nic in (guest.net if guest else []) for ip in nic.ipAddress]
    if guest and guest.ipAddress:
        addresses.append(guest.ipAddress)
    return {
        "moid": moid,
        "name": _decoded(found["name"]),
        "overallStatus": found["overallStatus"],
        "powerState": runtime.powerState,
        "connectionState": runtime.connectionState,
        "isTemplate": config.template,
        "biosUuid": _uuid(config.uuid),
        "instanceUuid": _uuid(config.instanceUuid),
        "changeVersion": config.changeVersion,
        "hardwareVersion": config.version,
        "guestId": config.guestId or None,
        "guestFullName": config.guestFullName or None,
        "annotation": config.annotation or None,
        "vmPathName": config.files.vmPathName or None,
        "numCpus": config.hardware.numCPU,
        "memoryBytes": config.hardware.memoryMB * MIB,
        "guestHostname": (guest.hostName or None) if guest else None,
        "ipAddress": _address(guest.ipAddress) if guest else None,
        "ipAddresses": _addresses(addresses),
        "toolsRunningStatus": (guest.toolsRunningStatus or None) if guest else None,
        "bootTime": _moment(runtime.bootTime),
        "snapshotCount": len(_snapshots(found.get("snapshot"))),
        "storageCommittedBytes": summary.storage.committed if summary.storage else None,
        "host": {"moid": runtime.host._moId, "name": names[runtime.host._moId]},
        "datastores": sorted(
            ({"moid": each._moId, "name": names[each._moId]} for each in found["datastore"]),
            key=lambda each: each["moid"],
        ),
        "disks": [
            {
                "key": disk.key,
                "label": disk.deviceInfo.label,
                "capacityBytes": disk.capacityInBytes or disk.capacityInKB * 1024,
                "fileName": disk.backing.fileName,
                "datastoreMoid": disk.backing.datastore._moId if disk.backing.datastore else None,
                "thinProvisioned": disk.backing.thinProvisioned,
            }
            for disk in disks
        ],
        "networkAdapters": [
            {
                "key": card.key,
                "label": card.deviceInfo.label,
                "macAddress": card.macAddress.lower(),
                "type": type(card).__name__.rpartition(".")[2].removeprefix("Virtual"),
            }
            for card in cards
        ],
        "snapshots": sorted(
            (
                {"moid": each.snapshot._moId, "name": _decoded(each.name)}
                for each in _snapshots(found.get("snapshot"))
            ),
            key=lambda each: each["moid"],
        ),
    }


def comparable(node: dict[str, Any]) -> dict[str, Any]:
    """Return a VM of the graph with its unordered lists in the reader's order."""
    return node | {
        name: sorted(node[name] or [], key=lambda each: each["moid"])
        for name in ("datastores", "snapshots")
    }


def _snapshots(info: Any) -> list[Any]:
    found: list[Any] = []
    waiting = list(info.rootSnapshotList) if info is not None else []
    while waiting:
        tree = waiting.pop()
        found.append(tree)
        waiting += tree.childSnapshotList
    return found


def _decoded(name: str) -> str:
    for escaped, plain in (("%2f", "/"), ("%2F", "/"), ("%5c", "\\"), ("%5C", "\\")):
        name = name.replace(escaped, plain)
    return name.replace("%25", "%")


def _uuid(text: str) -> str | None:
    return str(UUID(text)) if text and UUID(text).int else None


def _address(text: str | None) -> str | None:
    return str(ip_address(text)) if text else None


def _addresses(texts: list[str]) -> list[str] | None:
    return list(dict.fromkeys(str(ip_address(text)) for text in texts)) or None


def _moment(moment: Any) -> str | None:
    return moment.isoformat() if moment else None
