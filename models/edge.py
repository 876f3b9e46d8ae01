"""Which kinds of object are tied to which others, many to many: one declaration for each table.

The writer fills the tables and the loaders follow them by these declarations alone: an edge more is
a table more and a line here.
"""

from dataclasses import dataclass

from sqlalchemy import Table

from models.base import Base
from models.enums import InventoryType
from models.host_datastore import HostDatastore
from models.host_network import HostNetwork
from models.switch_host import SwitchHost
from models.vm_datastore import VmDatastore
from models.vm_network import VmNetwork


@dataclass(frozen=True, slots=True)
class EdgeTable:
    """One table of edges."""

    start: InventoryType
    """The kind whose scan lists the edges: they are replaced when one of its objects changes."""
    end: InventoryType
    model: type[Base]
    near: str
    """The column that holds the moid of the start."""
    far: str
    """The column that holds the moid of the end."""

    @property
    def table(self) -> Table:
        """Return the table itself."""
        table = self.model.__table__
        assert isinstance(table, Table)
        return table

    @property
    def name(self) -> str:
        """Return the name of the table."""
        return self.table.name

    @property
    def held(self) -> tuple[str, ...]:
        """Return the columns of what an edge holds beside its ends."""
        return tuple(column.name for column in self.table.columns if not column.primary_key)

    @property
    def columns(self) -> tuple[str, ...]:
        """Return every column that the scan fills: both ends, then what is held."""
        return self.near, self.far, *self.held


HOST_DATASTORES = EdgeTable(
    InventoryType.Datastore,
    InventoryType.Host,
    HostDatastore,
    near="datastore_moid",
    far="host_moid",
)
"""Datastores list them: they know how each host sees them."""
VM_DATASTORES = EdgeTable(
    InventoryType.VirtualMachine,
    InventoryType.Datastore,
    VmDatastore,
    near="vm_moid",
    far="datastore_moid",
)
HOST_NETWORKS = EdgeTable(
    InventoryType.Host, InventoryType.Network, HostNetwork, near="host_moid", far="network_moid"
)
VM_NETWORKS = EdgeTable(
    InventoryType.VirtualMachine,
    InventoryType.Network,
    VmNetwork,
    near="vm_moid",
    far="network_moid",
)
SWITCH_HOSTS = EdgeTable(
    InventoryType.DistributedSwitch,
    InventoryType.Host,
    SwitchHost,
    near="switch_moid",
    far="host_moid",
)

EDGE_TABLES = (HOST_DATASTORES, VM_DATASTORES, HOST_NETWORKS, VM_NETWORKS, SWITCH_HOSTS)
