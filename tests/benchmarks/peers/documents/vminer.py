"""The documents of vMiner."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from resolvers.global_id import encode
from tests.benchmarks.peers.documents import variables
from tests.benchmarks.peers.drawn import Drawn
from tests.benchmarks.peers.system import Post
from tests.benchmarks.queries import Q3, QUERIES

_VARIABLES = {
    "Q1": variables.global_id,
    "Q2": variables.vcenter,
    "Q3": variables.part,
    "Q4": variables.vcenter,
}
POSTS = {query.name: Post(query.document, _VARIABLES[query.name]) for query in QUERIES}


def narrowed(vcenters: Sequence[UUID]) -> dict[str, Post]:
    """Return what the queries of all vCenters find where some alone may be seen."""
    ids = [encode("VCenter", uuid) for uuid in vcenters]

    def part_and_vcenters(drawn: Drawn) -> dict[str, Any]:
        return variables.part(drawn) | {"vcenters": ids}

    document = Q3.replace("$part: String!", "$part: String!, $vcenters: [ID!]!")
    document = document.replace("filter: {", "filter: {vcenterId: {in: $vcenters}, ")
    return {"Q3": Post(document, part_and_vcenters)}
