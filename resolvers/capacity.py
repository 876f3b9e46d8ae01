"""`capacity`: ready-made answers about what there is, and how much of it is promised."""

from typing import Any

import strawberry

from loaders.entity import DATASTORE, HOST
from resolvers.aggregate import grouped_by
from resolvers.overcommit import Overcommit, most_overcommitted


@strawberry.type(description="What there is, and how much of it is promised: made ready.")
class Capacity:
    """Aggregates of lists whose groups are chosen already."""

    overcommit: list[Overcommit] = most_overcommitted()
    datastores_by_type = grouped_by(
        DATASTORE, ("type",), "Datastores by type: VMFS, NFS, vsan …; sums of their space."
    )
    hosts_by_build = grouped_by(HOST, ("version", "build"), "Hosts by version and build of ESXi.")


def capacity() -> Any:
    """Lead from the query's root to the ready-made answers."""
    return strawberry.field(
        resolver=Capacity, description="What the estate has and promised: ready-made answers."
    )
