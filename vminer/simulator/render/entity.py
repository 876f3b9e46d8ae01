"""What every managed entity has in its table."""

from collections.abc import Mapping
from typing import Any

from vminer.simulator.inventory.attribute import attributes_of
from vminer.simulator.render.node import Integers, Items, Link, Node, enum, escape, text

READ_ONLY = -2  # the number of vSphere's own read-only role


def _attributes(tag: str, entity: Any) -> str:
    return "".join(
        f'<{tag} xsi:type="CustomFieldStringValue"><key>{key}</key><value>{escape(value)}</value>'
        f"</{tag}>"
        for key, value in attributes_of(entity)
    )


ENTITY: Mapping[str, Node] = {
    "name": text(lambda entity: entity.name),
    "parent": Link(lambda entity: entity.parent),
    "overallStatus": enum("ManagedEntityStatus", lambda entity: entity.overall_status),
    "effectiveRole": Integers(lambda _: (READ_ONLY,)),
    "customValue": Items("CustomFieldValue", _attributes),
}
