"""What all tables share: naming of constraints, the key of an inventory row, its life cycle.

Every inventory row is keyed by `(vcenter_id, moid)`: the managed object id inside one vCenter is
the only identity vSphere guarantees. UUIDs duplicate, names repeat, moids repeat over vCenters.
Column comments are the one description of a column: PostgreSQL and the GraphQL schema show them.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.schema import SchemaItem

HASHED_BY_VCENTER = {"postgresql_partition_by": "HASH (vcenter_id)"}


class Base(DeclarativeBase):
    """All tables; the types below are what an annotation alone means."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own spelling
        str: Text(),
        int: Integer(),
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB(),
        list[dict[str, Any]]: JSONB(),
    }


class VCenterKey:
    """The key of everything that lives inside one vCenter."""

    vcenter_id: Mapped[int] = mapped_column(
        primary_key=True,
        autoincrement=False,
        sort_order=-10,
        comment="Registry number of the vCenter.",
    )
    moid: Mapped[str] = mapped_column(
        primary_key=True,
        sort_order=-9,
        comment="Managed object id, unique inside its vCenter only.",
    )


class Inventory(VCenterKey):
    """Identity and life cycle of an inventory row; the writer alone sets them."""

    name: Mapped[str] = mapped_column(
        sort_order=-8, comment="Display name, percent escapes decoded."
    )
    raw_name: Mapped[str | None] = mapped_column(
        sort_order=-7,
        comment="The name as vSphere stores it, where decoding changed it (%2f, %5c, %25).",
    )
    row_hash: Mapped[bytes] = mapped_column(
        LargeBinary,
        sort_order=10,
        comment="Hash over the collected columns; equal means nothing changed.",
    )
    generation: Mapped[int] = mapped_column(
        sort_order=11, server_default="1", comment="Counts the objects that have carried this moid."
    )
    first_seen: Mapped[datetime] = mapped_column(
        sort_order=12, comment="When a scan first saw the object."
    )
    changed_at: Mapped[datetime] = mapped_column(
        sort_order=13, comment="When a scan last saw it change."
    )
    missing_since: Mapped[datetime | None] = mapped_column(
        sort_order=14,
        comment="When a complete scan first did not find it; null while it is present.",
    )
    deleted_at: Mapped[datetime | None] = mapped_column(
        sort_order=15, comment="When a second complete scan confirmed that it is gone."
    )
    unknown_columns: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text),
        sort_order=16,
        comment="Columns the vCenter could not tell; they keep their last values. Null: none.",
    )
    unknown_since: Mapped[datetime | None] = mapped_column(
        sort_order=17,
        comment="Since when the vCenter could not tell some of its columns; null: it tells all.",
    )

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[SchemaItem | dict[str, Any], ...]:
        """Keyset order of lists, parts of names, what the table adds, its hash partitioning."""
        table: str = cls.__tablename__  # type: ignore[attr-defined]
        own = (name_trigrams(table), *cls.extra_indexes())
        return (*keyset_indexes(table), *own, HASHED_BY_VCENTER)

    @classmethod
    def extra_indexes(cls) -> tuple[SchemaItem, ...]:
        """Return the indexes that only this table has."""
        return ()


def keyset_indexes(table: str) -> tuple[Index, ...]:
    """Return the index that gives lists their total order: name bytewise, vCenter, moid.

    `COLLATE "C"`: libc sorts differently on different machines, so on different replicas.
    """
    return (
        Index(f"ix_{table}_keyset", text('name COLLATE "C"'), "vcenter_id", "moid"),
        Index(f"ix_{table}_vcenter_keyset", "vcenter_id", text('name COLLATE "C"'), "moid"),
    )


def name_trigrams(table: str) -> Index:
    """Return the index that finds any three letters of a name."""
    return Index(
        f"ix_{table}_name_trigrams",
        "name",
        postgresql_using="gin",
        postgresql_ops={"name": "gin_trgm_ops"},
    )


def big(comment: str) -> Mapped[int | None]:
    """Return a nullable 64-bit column (bytes, MHz totals)."""
    return mapped_column(BigInteger, nullable=True, comment=comment)


def small(comment: str) -> Mapped[int | None]:
    """Return a nullable 16-bit column (counts of one machine's parts)."""
    return mapped_column(SmallInteger, nullable=True, comment=comment)


def unread_since() -> Mapped[datetime | None]:
    """Return the column that tells how old one row of a slower tier is."""
    return mapped_column(
        nullable=True,
        comment="Since when it could not be read again; null: it is as fresh as its tier.",
    )


def custom_attributes() -> Mapped[list[dict[str, Any]] | None]:
    """Return the column of an entity's custom attributes."""
    return mapped_column(JSONB, nullable=True, comment="Custom attributes that are set, by name.")
