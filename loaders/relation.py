"""Which lists there are, as data: of the whole estate, and of one parent's children.

A relation says which rows of its target belong to a parent; how pages, counts and batches are made
of it is the same for all (`page`, `listing`).
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, FromClause, Table, and_, select

from loaders.change import CHANGE
from loaders.entity import (
    CLUSTER,
    DATACENTER,
    DATASTORE,
    DISTRIBUTED_SWITCH,
    ENTITIES,
    FOLDER,
    HOST,
    NETWORK,
    RESOURCE_POOL,
    STORAGE_POD,
    VCENTER,
    VIRTUAL_MACHINE,
    Entity,
)
from models.edge import (
    HOST_DATASTORES,
    HOST_NETWORKS,
    SWITCH_HOSTS,
    VM_DATASTORES,
    VM_NETWORKS,
    EdgeTable,
)
from models.enums import InventoryType

Membership = Callable[[FromClause, ColumnElement[int], ColumnElement[str]], ColumnElement[bool]]

PLACED = (
    *(CLUSTER, HOST, VIRTUAL_MACHINE, DATASTORE, STORAGE_POD),
    *(RESOURCE_POOL, NETWORK, DISTRIBUTED_SWITCH),
)
"""What lies in datacenters and their folders."""
DATACENTER_CHILDREN = (*PLACED, FOLDER)
FOLDER_CHILDREN = (DATACENTER, *PLACED)
REMEMBERED = (DATACENTER, FOLDER, *PLACED)
"""What syncs remember the changes of: every kind of object of an inventory."""


@dataclass(frozen=True, eq=False)
class Relation:
    """One list: its name is what loaders, spans and cursors call it."""

    name: str
    target: Entity
    belongs: Membership | None = None
    """Condition on the target's table beside "in the parent's vCenter"; None: the vCenter's all."""
    narrows: bool = False
    """Whether an index leads straight to a parent's rows, so that they are found, then sorted."""
    is_root: bool = False
    """Whether it has no parent: the whole estate."""
    tie: "Tie | None" = None
    """The table of edges that it leads over, where it leads over one."""


@dataclass(frozen=True, slots=True)
class Tie:
    """A table of edges, seen from one of its ends."""

    table: Table
    near: str
    """The column that holds the parent's moid."""
    far: str


def _holding(column: str) -> Membership:
    """Return the membership of rows that hold their parent's moid in a column."""
    return lambda table, _vcenter_id, moid: table.c[column] == moid


def _ends(edge: EdgeTable) -> Tie:
    """Lead to rows at the end of their parent's edges."""
    return Tie(edge.table, edge.near, edge.far)


def _starts(edge: EdgeTable) -> Tie:
    """Lead to rows whose edges end at their parent."""
    return Tie(edge.table, edge.far, edge.near)


def _through(tie: Tie) -> Membership:
    """Return the membership of rows that a table of edges ties to their parent."""
    edges, near, far = tie.table, tie.near, tie.far

    def belongs(
        table: FromClause, vcenter_id: ColumnElement[int], moid: ColumnElement[str]
    ) -> ColumnElement[bool]:
        ends = select(edges.c[far]).where(edges.c.vcenter_id == vcenter_id, edges.c[near] == moid)
        return table.c.moid.in_(ends.correlate_except(edges))

    return belongs


def _of_object(type_: str) -> Membership:
    """Return the membership of rows about one object: they name it by type and moid."""
    return lambda table, _vcenter_id, moid: (table.c.moid == moid) & (table.c.type == type_)


def _ends_of_hosts(edge: EdgeTable) -> Membership:
    """Return the membership of what any host of the parent, a cluster, is tied to, once each."""
    hosts, edges = HOST.table, edge.table
    host, end = (edge.near, edge.far) if edge.start is InventoryType.Host else (edge.far, edge.near)
    same = and_(edges.c.vcenter_id == hosts.c.vcenter_id, edges.c[host] == hosts.c.moid)
    tied = hosts.join(edges, same)

    def belongs(
        table: FromClause, vcenter_id: ColumnElement[int], moid: ColumnElement[str]
    ) -> ColumnElement[bool]:
        ends = (
            select(edges.c[end])
            .select_from(tied)
            .where(hosts.c.vcenter_id == vcenter_id, hosts.c.cluster_moid == moid)
        )
        return table.c.moid.in_(ends.correlate_except(hosts, edges))

    return belongs


def _vms_of_switch(
    table: FromClause, vcenter_id: ColumnElement[int], moid: ColumnElement[str]
) -> ColumnElement[bool]:
    """Membership of VMs on any port group of the switch, once each."""
    networks, edges = NETWORK.table, VM_NETWORKS.table
    same = and_(
        edges.c.vcenter_id == networks.c.vcenter_id, edges.c.network_moid == networks.c.moid
    )
    ends = (
        select(edges.c.vm_moid)
        .select_from(networks.join(edges, same))
        .where(networks.c.vcenter_id == vcenter_id, networks.c.switch_moid == moid)
    )
    return table.c.moid.in_(ends.correlate_except(networks, edges))


def _below(parent: str, column: str, *targets: Entity) -> list[Relation]:
    return [
        Relation(
            name=f"{target.plural}_by_{parent}",
            target=target,
            belongs=_holding(column),
            narrows=any(
                index.columns.keys() == ["vcenter_id", column] for index in target.table.indexes
            ),
        )
        for target in targets
    ]


def _tied(name: str, target: Entity, over: Tie | Membership) -> Relation:
    """Return a list that leads over edges, whose index finds a parent's rows."""
    if isinstance(over, Tie):
        return Relation(name, target, _through(over), narrows=True, tie=over)
    return Relation(name, target, over, narrows=True)


INSIDE_VCENTER = [entity for entity in ENTITIES.values() if entity is not VCENTER]

RELATIONS = {
    relation.name: relation
    for relation in (
        *(Relation(entity.plural, entity, is_root=True) for entity in ENTITIES.values()),
        *(Relation(f"{entity.plural}_by_vcenter", entity) for entity in INSIDE_VCENTER),
        *_below("host", "host_moid", VIRTUAL_MACHINE, RESOURCE_POOL),
        *_below("cluster", "cluster_moid", HOST, VIRTUAL_MACHINE, RESOURCE_POOL),
        *_below("resource_pool", "resource_pool_moid", VIRTUAL_MACHINE),
        *_below("distributed_switch", "switch_moid", NETWORK),
        *_below("resource_pool", "parent_moid", RESOURCE_POOL),
        *_below("datacenter", "datacenter_moid", *DATACENTER_CHILDREN),
        *_below("folder", "folder_moid", *FOLDER_CHILDREN),
        *_below("folder", "parent_folder_moid", FOLDER),
        *_below("storage_pod", "storage_pod_moid", DATASTORE),
        _tied("datastores_by_cluster", DATASTORE, _ends_of_hosts(HOST_DATASTORES)),
        _tied("datastores_by_host", DATASTORE, _starts(HOST_DATASTORES)),
        _tied("datastores_by_virtual_machine", DATASTORE, _ends(VM_DATASTORES)),
        _tied("hosts_by_datastore", HOST, _ends(HOST_DATASTORES)),
        _tied("virtual_machines_by_datastore", VIRTUAL_MACHINE, _starts(VM_DATASTORES)),
        _tied("networks_by_cluster", NETWORK, _ends_of_hosts(HOST_NETWORKS)),
        _tied("networks_by_host", NETWORK, _ends(HOST_NETWORKS)),
        _tied("networks_by_virtual_machine", NETWORK, _ends(VM_NETWORKS)),
        _tied("hosts_by_network", HOST, _starts(HOST_NETWORKS)),
        _tied("virtual_machines_by_network", VIRTUAL_MACHINE, _starts(VM_NETWORKS)),
        _tied("hosts_by_distributed_switch", HOST, _ends(SWITCH_HOSTS)),
        _tied("distributed_switches_by_host", DISTRIBUTED_SWITCH, _starts(SWITCH_HOSTS)),
        _tied("virtual_machines_by_distributed_switch", VIRTUAL_MACHINE, _vms_of_switch),
        *(
            Relation(f"changes_by_{entity.phrase}", CHANGE, _of_object(entity.name))
            for entity in REMEMBERED
        ),
    )
}
"""Every list by name: `virtual_machines` is the estate's, `virtual_machines_by_host` a host's."""
