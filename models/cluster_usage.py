"""What moves all the time about a cluster: narrow rows without index, hash or history."""

from sqlalchemy.orm import Mapped

from models.base import HASHED_BY_VCENTER, Base, VCenterKey, big


class ClusterUsage(VCenterKey, Base):
    """Volatile numbers of a cluster."""

    __tablename__ = "cluster_usage"
    __table_args__ = (HASHED_BY_VCENTER,)

    num_vmotions: Mapped[int | None] = big("Migrations within the cluster so far.")
    current_failover_level: Mapped[int | None] = big(
        "Failed hosts that the cluster could bear now."
    )
    drs_score: Mapped[int | None] = big("How well its VMs get what they ask for, in percent.")
