"""The documents of PostGraphile. It takes the integers that are vCenters' primary keys."""

from tests.benchmarks.peers.documents import variables
from tests.benchmarks.peers.documents.variables import scalars
from tests.benchmarks.peers.system import Post

BYTEWISE = "orderBy: [NAME_BYTEWISE_ASC, PRIMARY_KEY_ASC]"
LIVE = "condition: {deletedAt: null}"
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
    "C1": Post(
        "query($address: String!) { virtualMachines: allIdentifiers(first: 10, condition:"
        ' {kind: "IP", value: $address, type: "VirtualMachine"}) { nodes { virtualMachine {'
        " name powerState host { name cluster { name } } vcenter { name } } } } }",
        variables.address,
    ),
    "C2": Post(
        "query($vcenterId: Int!, $moid: String!) { cluster: clusterByVcenterIdAndMoid("
        f"vcenterId: $vcenterId, moid: $moid) {{ name hosts(first: 20, {BYTEWISE}, {LIVE})"
        " { nodes { name connectionState"
        f" virtualMachines(first: 50, {BYTEWISE}, {LIVE}) {{ nodes {{ name powerState }} }}"
        " } } } }",
        variables.cluster_key,
    ),
    "C3": Post(
        "query($vcenterId: Int!) { datastores: allDatastores(first: 10,"
        " orderBy: [FREE_SPACE_ASC, PRIMARY_KEY_ASC],"
        " condition: {vcenterId: $vcenterId, deletedAt: null})"
        " { nodes { name type capacityBytes usage { freeSpaceBytes } } } }",
        variables.number,
    ),
    "C4": Post(
        "query($vcenterId: Int!) { virtualMachines: allVirtualMachines("
        "condition: {vcenterId: $vcenterId, isTemplate: false, deletedAt: null})"
        " { aggregates: groupedAggregates(groupBy: [POWER_STATE])"
        " { keys distinctCount { moid } sum { numCpus memoryBytes } } } }",
        variables.number,
    ),
    "C5": Post(
        "query($vcenterId: Int!, $moid: String!) { virtualMachine:"
        " virtualMachineByVcenterIdAndMoid(vcenterId: $vcenterId, moid: $moid) { name"
        " host { name model version cluster { name drsEnabled haEnabled datacenter { name } } }"
        " datastores: vmDatastoresList { datastore { name type usage { freeSpaceBytes } } }"
        " vcenter { name version build } } }",
        variables.key,
    ),
}
