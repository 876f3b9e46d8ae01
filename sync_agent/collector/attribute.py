"""The custom attributes that a vCenter knows (CustomFieldsManager.field)."""

from sync_agent.collector.part import Part, Structure, compact, structures, text
from sync_agent.collector.reply import Element

XSD = "xsd:"


def definitions(fields: Element) -> list[Part]:
    """Return the definitions in order of their keys, of an array of CustomFieldDef.

    One that is for every kind of object names none; one without a number is left out.
    """
    by_key = {int(key): each for each in structures(fields) if (key := _digits(each))}
    return compact(_definition(key, by_key[key]) for key in sorted(by_key))


def _digits(field: Structure) -> str | None:
    key = text(field, "key") or ""
    return key if key.isdecimal() else None


def _definition(key: int, field: Structure) -> Part:
    return {
        "key": key,
        "name": text(field, "name"),
        "type": (text(field, "type") or "").removeprefix(XSD) or None,
        "object_type": text(field, "managedObjectType"),
    }


def names(found: list[Part]) -> dict[str, str]:
    """Return the names of custom attributes by key, as the values of objects spell it."""
    return {str(each["key"]): str(each.get("name") or "") for each in found}
