"""The demo's check of itself: what GraphQL says must be what the simulators hold."""

from vminer.demo.api import Api

CHECK = """
query DemoCheck($name: String!) {
  vcenters(first: 1, filter: {name: {eq: $name}}) { nodes { id name virtualMachineCount } }
}
"""
SAMPLE = """
query DemoSample($vcenter: ID!) {
  virtualMachines(first: 100, filter: {vcenterId: {eq: $vcenter}}) {
    totalCount
    nodes { id name powerState host { name vcenter { id } } datastores { name } }
  }
}
"""


def problems(api: Api, expected: dict[str, int]) -> list[str]:
    """Return what is wrong; `expected` gives the number of VMs by vCenter."""
    return [problem for name, vms in expected.items() for problem in _problems(api, name, vms)]


def _problems(api: Api, name: str, vms: int) -> list[str]:
    found = api.query(CHECK, name=name)["vcenters"]["nodes"]
    if not found:
        return [f"{name} is not in the graph"]
    vcenter = found[0]
    sample = api.query(SAMPLE, vcenter=vcenter["id"])["virtualMachines"]
    wrong = []
    if sample["totalCount"] != vms:
        wrong.append(f"{name} has {sample['totalCount']} VMs in the graph and {vms} in vSphere")
    if len(sample["nodes"]) != min(100, vms):
        wrong.append(f"{name}: the first page holds {len(sample['nodes'])} VMs")
    for vm in sample["nodes"]:
        if vm["host"] and vm["host"]["vcenter"]["id"] != vcenter["id"]:
            wrong.append(f"{name}: the host of {vm['name']} belongs to another vCenter")
        if not vm["name"]:
            wrong.append(f"{name}: {vm['id']} has no name")
    return wrong
