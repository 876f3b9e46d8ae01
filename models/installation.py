"""What was decided once, by the first migration, and must not silently differ later."""

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Installation(Base):
    """One fact of this installation, such as the number of hash partitions."""

    __tablename__ = "installation"

    key: Mapped[str] = mapped_column(primary_key=True, comment="Name of the fact.")
    value: Mapped[str] = mapped_column(comment="Its value, as text.")
