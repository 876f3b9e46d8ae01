"""What an operator agreed to: objects that scans did not find and that the next one may mark."""

import strawberry

from resolvers.enums import InventoryType


@strawberry.type(description="Objects of one kind that somebody agreed are gone.")
class ApprovedMissing:
    """One kind, with its count."""

    type: InventoryType = strawberry.field(description="Kind of object.")
    count: int = strawberry.field(
        description="How many the last scan did not find; the next one marks those it misses too."
    )
