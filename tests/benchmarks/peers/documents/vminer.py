"""The documents of vMiner."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from resolvers.global_id import encode
from tests.benchmarks.peers.documents import variables
from tests.benchmarks.peers.drawn import Drawn
from tests.benchmarks.peers.system import Post
from tests.benchmarks.queries import Q1, Q2, Q3, Q4

C1 = """query($address: String!) {
  virtualMachines(first: 10, identifier: $address) { nodes {
    name powerState host { name cluster { name } } vcenter { name } } } }"""
C2 = """query($id: ID!) { cluster(id: $id) { name hosts(first: 20) { nodes {
  name connectionState virtualMachines(first: 50) { nodes { name powerState } } } } } }"""
C3 = """query($vcenter: ID!) { datastores(
    first: 10
    orderBy: [{field: freeSpaceBytes, direction: ASC}]
    filter: {vcenterId: {eq: $vcenter}}
  ) { nodes { name type capacityBytes freeSpaceBytes } } }"""
C4 = """query($vcenter: ID!) { virtualMachines(
    first: 0
    filter: {vcenterId: {eq: $vcenter}, isTemplate: {eq: false}}
  ) { aggregates(groupBy: [powerState]) {
    group { powerState } count sum { numCpus memoryBytes } } } }"""
C5 = """query($id: ID!) { virtualMachine(id: $id) {
  name
  host { name model version cluster { name drsEnabled haEnabled datacenter { name } } }
  datastores { name type freeSpaceBytes }
  vcenter { name version build } } }"""
POSTS = {
    "Q1": Post(Q1, variables.global_id),
    "Q2": Post(Q2, variables.vcenter),
    "Q3": Post(Q3, variables.part),
    "Q4": Post(Q4, variables.vcenter),
    "C1": Post(C1, variables.address),
    "C2": Post(C2, variables.cluster),
    "C3": Post(C3, variables.vcenter),
    "C4": Post(C4, variables.vcenter),
    "C5": Post(C5, variables.global_id),
}


IN_SCOPE = "vcenterId: {in: $vcenters}"
NARROWED = {
    "Q3": Q3.replace("filter: {", f"filter: {{{IN_SCOPE}, "),
    "C1": C1.replace("$address)", f"$address, filter: {{{IN_SCOPE}}})"),
}


def narrowed(question: str, vcenters: Sequence[UUID]) -> Post:
    """Return a question of all vCenters as one of these alone."""
    ids = [encode("VCenter", uuid) for uuid in vcenters]
    variables_of = POSTS[question].variables

    def with_vcenters(drawn: Drawn) -> dict[str, Any]:
        return variables_of(drawn) | {"vcenters": ids}

    document = NARROWED[question].replace("String!", "String!, $vcenters: [ID!]!", 1)
    return Post(document, with_vcenters)
