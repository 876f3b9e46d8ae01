"""The documents of Mercurius, over a schema of its own that is made for them."""

from tests.benchmarks.peers.documents import variables
from tests.benchmarks.peers.documents.variables import scalars
from tests.benchmarks.peers.system import Post

POSTS = {
    "Q1": Post(
        "query($vcenterId: Int!, $moid: String!) { virtualMachine(vcenterId: $vcenterId,"
        f" moid: $moid) {{ {scalars(10)} host {{ name }} vcenter {{ name }} }} }}",
        variables.key,
    ),
    "Q2": Post(
        "query($vcenterId: Int!, $powerState: String!) { virtualMachines(first: 100,"
        " vcenterId: $vcenterId, powerState: $powerState) { pageInfo { hasNextPage endCursor }"
        f" nodes {{ {scalars(12)} host {{ name cluster {{ name }} }}"
        " datastores { name } } } }",
        variables.number_and_state,
    ),
    "Q3": Post(
        "query($part: String!) { virtualMachines(first: 20, nameContains: $part)"
        f" {{ nodes {{ {scalars(7)} }} }} }}",
        variables.part,
    ),
    "Q4": Post(
        "query($vcenterId: Int!) { virtualMachines(first: 1000, vcenterId: $vcenterId)"
        f" {{ nodes {{ {scalars(15)} }} }} }}",
        variables.number,
    ),
}
