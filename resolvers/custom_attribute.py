"""Custom attributes: what a vCenter knows, and what is set on its objects."""

import strawberry

from resolvers.part import entry


@strawberry.type(description="A custom attribute that is set on an object.")
class CustomAttribute:
    """One element of `custom_attributes`."""

    name: str = entry("name", "Name of the attribute; its number where vCenter does not tell it.")
    value: str = entry("value", "What it is set to.")


@strawberry.type(description="A custom attribute that a vCenter knows.")
class CustomAttributeDefinition:
    """One element of `vcenters.custom_attribute_definitions`."""

    key: int | None = entry("key", "Its number in this vCenter.")
    name: str | None = entry("name", "Name.")
    type: str | None = entry("type", "What its values are, by XML Schema's name: string.")
    object_type: str | None = entry(
        "object_type", "Kind of object it is for, as vSphere calls it; null: every kind."
    )
