"""Changes: rows of `inventory_changes` with the identity of their vCenter."""

from collections.abc import Container
from datetime import datetime

from sqlalchemy import FromClause, select

from loaders.entity import VCENTERS, Columns, Entity, visible
from loaders.order import Long, Order
from models.base import Base
from models.tables import InventoryChange

CHANGES = Base.metadata.tables[InventoryChange.__tablename__]


def _extend(part: FromClause, _wanted: Container[str]) -> tuple[FromClause, Columns]:
    columns: Columns = {str(column.key): part.c[str(column.key)] for column in visible(CHANGES)}
    uuid = select(VCENTERS.c.instance_uuid).where(VCENTERS.c.id == part.c.vcenter_id)
    columns["vcenter_uuid"] = uuid.correlate(part).scalar_subquery()
    return part, columns


CHANGE = Entity(
    name="Change",
    phrase="change",
    table=CHANGES,
    order=(
        Order("at", "at", datetime, is_descending=True),
        Order("seq", "seq", Long, is_descending=True),
    ),
    identity=(),
    extend=_extend,
)
"""In histories: newest first. The feed has an order of its own (`feed`)."""
