"""What every managed entity has in its table."""

from collections.abc import Mapping

from vminer.simulator.render.node import Link, Node, enum, text

ENTITY: Mapping[str, Node] = {
    "name": text(lambda entity: entity.name),
    "parent": Link(lambda entity: entity.parent),
    "overallStatus": enum("ManagedEntityStatus", lambda entity: entity.overall_status),
}
