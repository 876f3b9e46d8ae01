"""What is declared about changes and kin agrees with the tables."""

from models.edge import EDGE_TABLES
from models.kin import KIN
from models.tables import INVENTORY, Base, Identifier, QuarantinedObject, VmHardware, VmLineage
from models.tracked import TRACKED, TRACKED_PARTS, tracked_of
from sync_agent.writer.layout import LIFE_CYCLE

VOLATILE = {"overall_status", "change_version", "boot_time"}


def test_every_tracked_column_is_collected():
    for type_ in INVENTORY:
        columns = set(INVENTORY[type_].__table__.columns.keys()) - LIFE_CYCLE
        assert set(tracked_of(type_)) <= columns, type_


def test_no_column_that_moves_by_itself_is_tracked():
    for columns in TRACKED.values():
        assert not VOLATILE & set(columns)


def test_every_tracked_part_is_an_array_of_hardware():
    assert set(TRACKED_PARTS) <= set(VmHardware.__table__.columns.keys())


def test_a_purge_reaches_every_table_that_belongs_to_inventory_rows():
    """Add a new table of usage, details or edges to `models/kin.py`."""
    partitioned = {
        table.name
        for table in Base.metadata.tables.values()
        if "HASH" in (table.dialect_options["postgresql"]["partition_by"] or "")
    }
    reached = {model.__tablename__ for model in INVENTORY.values()}
    reached |= {model.__tablename__ for of_type in KIN.values() for model, _ in of_type}

    assert partitioned == reached - {VmLineage.__tablename__}
    assert {"type", "moid"} <= set(Identifier.__table__.columns.keys())
    assert {"type", "moid"} <= set(QuarantinedObject.__table__.columns.keys())


def test_kin_is_found_by_columns_that_exist():
    for of_type in KIN.values():
        for model, column in of_type:
            assert {"vcenter_id", column} <= set(model.__table__.columns.keys())


def test_edges_are_kin_of_both_their_ends():
    for edge in EDGE_TABLES:
        assert (edge.model, edge.near) in KIN[edge.start]
        assert (edge.model, edge.far) in KIN[edge.end]
