"""What every managed entity has in its table."""

from collections.abc import Mapping

from vminer.simulator.render.node import Integers, Link, Node, enum, text

READ_ONLY = -2  # the number of vSphere's own read-only role

ENTITY: Mapping[str, Node] = {
    "name": text(lambda entity: entity.name),
    "parent": Link(lambda entity: entity.parent),
    "overallStatus": enum("ManagedEntityStatus", lambda entity: entity.overall_status),
    "effectiveRole": Integers(lambda _: (READ_ONLY,)),
}
