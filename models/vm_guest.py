"""What moves with the work of a VM (GUEST): what Tools reports from inside, and its storage."""

from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from models.base import HASHED_BY_VCENTER, Base, VCenterKey, unread_since


class VmGuest(VCenterKey, Base):
    """File systems, adapters and IP stacks of one guest, empty while Tools does not run; storage.

    Storage by datastore is here because it moves all the time, as free space does: as columns of
    the edges to datastores it would make every running VM a changed one, at every sync.
    """

    __tablename__ = "vm_guest"
    __table_args__ = (HASHED_BY_VCENTER,)

    row_hash: Mapped[bytes] = mapped_column(LargeBinary, comment="Hash over the collected columns.")
    partitions: Mapped[list[dict[str, Any]]] = mapped_column(
        comment="File systems that Tools reports."
    )
    nics: Mapped[list[dict[str, Any]]] = mapped_column(
        comment="Network adapters as the guest sees them."
    )
    ip_stacks: Mapped[list[dict[str, Any]]] = mapped_column(
        comment="Host name, DNS and gateways of each IP stack of the guest."
    )
    storage_usage: Mapped[list[dict[str, Any]] | None] = mapped_column(
        comment="What it occupies on each of its datastores."
    )
    app_state: Mapped[str | None] = mapped_column(
        comment="What an application monitor in the guest says: none, appStateOk, …"
    )
    app_heartbeat_status: Mapped[str | None] = mapped_column(
        comment="Heartbeat of an application monitor in the guest."
    )
    kernel_crashed: Mapped[bool | None] = mapped_column(
        comment="Whether the guest's kernel has crashed."
    )
    operations_ready: Mapped[bool | None] = mapped_column(
        comment="Whether guest operations can be carried out."
    )
    interactive_operations_ready: Mapped[bool | None] = mapped_column(
        comment="Whether guest operations on the console's session can be carried out."
    )
    state_change_supported: Mapped[bool | None] = mapped_column(
        comment="Whether the guest can be shut down or restarted through Tools."
    )
    unknown_since: Mapped[datetime | None] = unread_since()
