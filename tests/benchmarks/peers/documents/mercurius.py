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
    "C1": Post(
        "query($address: String!) { virtualMachines(first: 10, address: $address) { nodes {"
        " name powerState host { name cluster { name } } vcenter { name } } } }",
        variables.address,
    ),
    "C2": Post(
        "query($vcenterId: Int!, $moid: String!) { cluster(vcenterId: $vcenterId, moid: $moid) {"
        " name hosts(first: 20) { nodes { name connectionState"
        " virtualMachines(first: 50) { nodes { name powerState } } } } } }",
        variables.cluster_key,
    ),
    "C3": Post(
        "query($vcenterId: Int!) { datastores(first: 10, vcenterId: $vcenterId)"
        " { nodes { name type capacityBytes freeSpaceBytes } } }",
        variables.number,
    ),
    "C4": Post(
        "query($vcenterId: Int!) { virtualMachines: virtualMachineCounts(vcenterId: $vcenterId)"
        " { aggregates { group { powerState } count sum { numCpus memoryBytes } } } }",
        variables.number,
    ),
    "C5": Post(
        "query($vcenterId: Int!, $moid: String!) { virtualMachine(vcenterId: $vcenterId,"
        " moid: $moid) { name"
        " host { name model version cluster { name drsEnabled haEnabled datacenter { name } } }"
        " datastores { name type freeSpaceBytes } vcenter { name version build } } }",
        variables.key,
    ),
}
