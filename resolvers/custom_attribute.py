"""Custom attributes."""

import strawberry

from resolvers.part import entry


@strawberry.type(description="A custom attribute that is set on an object.")
class CustomAttribute:
    """One element of `custom_attributes`."""

    name: str = entry("name", "Name of the attribute; its number where vCenter does not tell it.")
    value: str = entry("value", "What it is set to.")
