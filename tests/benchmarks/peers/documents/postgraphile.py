"""The documents of PostGraphile. It takes the integers that are vCenters' primary keys."""

from tests.benchmarks.peers.documents import variables
from tests.benchmarks.peers.documents.variables import scalars
from tests.benchmarks.peers.system import Post

BYTEWISE = "orderBy: [NAME_BYTEWISE_ASC, PRIMARY_KEY_ASC]"
POSTS = {
    "Q1": Post(
        "query($vcenterId: Int!, $moid: String!) { virtualMachine:"
        " virtualMachineByVcenterIdAndMoid(vcenterId: $vcenterId, moid: $moid)"
        f" {{ {scalars(10)} host {{ name }} vcenter {{ name }} }} }}",
        variables.key,
    ),
    "Q2": Post(
        "query($vcenterId: Int!, $powerState: String!) { virtualMachines: allVirtualMachines("
        f"first: 100, {BYTEWISE}, condition: {{vcenterId: $vcenterId, powerState: $powerState,"
        " deletedAt: null}) { pageInfo { hasNextPage endCursor } nodes {"
        f" {scalars(12)} host {{ name cluster {{ name }} }}"
        " datastores: vmDatastoresList { datastore { name } } } } }",
        variables.number_and_state,
    ),
    "Q3": Post(
        "query($part: String!) { virtualMachines: allVirtualMachines("
        "first: 20, orderBy: [NAME_SORTED_ASC, PRIMARY_KEY_ASC], condition: {deletedAt: null},"
        " filter: {name: {includesInsensitive: $part}})"
        f" {{ nodes {{ {scalars(7)} }} }} }}",
        variables.part,
    ),
    "Q4": Post(
        "query($vcenterId: Int!) { virtualMachines: allVirtualMachines("
        f"first: 1000, {BYTEWISE}, condition: {{vcenterId: $vcenterId, deletedAt: null}})"
        f" {{ nodes {{ {scalars(15)} }} }} }}",
        variables.number,
    ),
}
