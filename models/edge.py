"""Which kinds of object are tied to which others, many to many: one declaration for each table.

The writer fills the tables and the loaders follow them by these declarations alone: an edge more is
a table more and a line here.
"""

from dataclasses import dataclass

from sqlalchemy import Table

from models.base import Base
from models.enums import InventoryType
from models.host_datastore import HostDatastore
from models.vm_datastore import VmDatastore


@dataclass(frozen=True, slots=True)
class EdgeTable:
    """One table of edges; its key is the vCenter, the object that lists the edge, the other end."""

    start: InventoryType
    """The kind whose scan lists the edges: they are replaced when one of its objects changes."""
    end: InventoryType
    model: type[Base]

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
    def near(self) -> str:
        """Return the column that holds the moid of the start."""
        return self._moids()[0]

    @property
    def far(self) -> str:
        """Return the column that holds the moid of the end."""
        return self._moids()[1]

    def _moids(self) -> tuple[str, str]:
        _, near, far = (column.name for column in self.table.primary_key.columns)
        return near, far


HOST_DATASTORES = EdgeTable(InventoryType.Host, InventoryType.Datastore, HostDatastore)
VM_DATASTORES = EdgeTable(InventoryType.VirtualMachine, InventoryType.Datastore, VmDatastore)

EDGE_TABLES = (HOST_DATASTORES, VM_DATASTORES)
