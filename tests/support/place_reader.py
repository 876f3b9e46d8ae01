"""Reads folders, datacenters and attribute definitions with pyVmomi's own decoder.

Like `reader`, it shares no code with the collector.
"""

from typing import Any

from pyVmomi import VmomiSupport, vim, vmodl

from tests.support.reader import _decoded, attribute_names, read_all
from tests.support.reader_parts import attributes_of

DATACENTER = "moid name path overallStatus folder { moid } customAttributes { name value }"
FOLDER = "moid name path parent { moid } datacenter { moid } customAttributes { name value }"
DEFINITIONS = "customAttributeDefinitions { key name type objectType }"


def read_datacenters(content: Any) -> dict[str, dict[str, Any]]:
    """Return, by moid, what the graph must show of every datacenter."""
    wanted = ["customValue", "name", "overallStatus", "parent"]
    above, attributes = _named(content), attribute_names(content)
    return {
        moid: {
            "moid": moid,
            "name": _decoded(found["name"]),
            "path": _path(moid, above),
            "overallStatus": found["overallStatus"],
            "folder": _shown_folder(found["parent"], content),
            "customAttributes": attributes_of(found, attributes),
        }
        for moid, found in read_all(content, vim.Datacenter, wanted).items()
    }


def read_folders(content: Any) -> dict[str, dict[str, Any]]:
    """Return, by moid, what the graph must show of every folder, storage pods left out."""
    above, attributes = _named(content), attribute_names(content)
    pods = read_all(content, vim.StoragePod, ["name"])
    found = read_all(content, vim.Folder, ["customValue", "name", "parent"])
    return {
        moid: {
            "moid": moid,
            "name": _decoded(one["name"]),
            "path": _path(moid, above),
            "customAttributes": attributes_of(one, attributes),
            **_lies_in(one["parent"], above),
        }
        for moid, one in found.items()
        if moid not in pods
    }


def read_definitions(content: Any) -> list[dict[str, Any]]:
    """Return the custom attributes that the vCenter knows, in order of their keys."""
    query: Any = vmodl.query.PropertyCollector
    wanted = query.FilterSpec(
        propSet=[query.PropertySpec(type=vim.CustomFieldsManager, pathSet=["field"])],
        objectSet=[query.ObjectSpec(obj=content.customFieldsManager)],
    )
    page = content.propertyCollector.RetrievePropertiesEx([wanted], query.RetrieveOptions())
    held = [prop.val for item in page.objects for prop in item.propSet]
    found = [
        {
            "key": each.key,
            "name": each.name,
            "type": {str: "string", int: "int"}[each.type],
            "objectType": each.managedObjectType
            and VmomiSupport.GetWsdlName(each.managedObjectType),
        }
        for fields in held
        for each in fields
    ]
    return sorted(found, key=lambda each: each["key"])


def _named(content: Any) -> dict[str, tuple[str, Any]]:
    """Return name and parent of everything a path leads through, by moid."""
    return {
        moid: (_decoded(found["name"]), found.get("parent"))
        for kind in (vim.Folder, vim.Datacenter)
        for moid, found in read_all(content, kind, ["name", "parent"]).items()
    }


def _path(moid: str, above: dict[str, tuple[str, Any]]) -> str:
    """Return the names from below the root, which no view lists, to an object."""
    names: list[str] = []
    at: str | None = moid
    while at in above:
        name, parent = above[at]
        names.append(name)
        at = parent._moId if parent is not None else None
    return "/" + "/".join(reversed(names))


def _shown_folder(parent: Any, content: Any) -> dict[str, str] | None:
    """Return a datacenter's folder; the root folder is none."""
    return None if parent._moId == content.rootFolder._moId else {"moid": parent._moId}


def _lies_in(parent: Any, above: dict[str, tuple[str, Any]]) -> dict[str, Any]:
    """Return the folder and the datacenter that a folder lies in."""
    is_top = isinstance(parent, vim.Datacenter) or parent._moId not in above
    at = parent
    while at is not None and not isinstance(at, vim.Datacenter):
        at = above[at._moId][1] if at._moId in above else None
    return {
        "parent": None if is_top else {"moid": parent._moId},
        "datacenter": {"moid": at._moId} if at is not None else None,
    }
