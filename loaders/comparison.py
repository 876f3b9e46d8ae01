"""The machines of one vCenter in the few columns that the earlier vMiner kept."""

from sqlalchemy import and_, select

from loaders.entity import CLUSTER, HOST, VIRTUAL_MACHINE
from models.db.sessions import ReadSession


async def machines_of(reads: ReadSession, vcenter_id: int) -> dict[str, dict[str, str | None]]:
    """Return name, power state, host and cluster of every present VM, by moid."""
    vm, host, cluster = (entity.table for entity in (VIRTUAL_MACHINE, HOST, CLUSTER))
    on_host = and_(host.c.vcenter_id == vm.c.vcenter_id, host.c.moid == vm.c.host_moid)
    in_cluster = and_(cluster.c.vcenter_id == vm.c.vcenter_id, cluster.c.moid == vm.c.cluster_moid)
    columns = (
        vm.c.moid,
        vm.c.name,
        vm.c.power_state,
        host.c.name.label("host"),
        cluster.c.name.label("cluster"),
    )
    source = vm.outerjoin(host, on_host).outerjoin(cluster, in_cluster)
    statement = select(*columns).select_from(source).where(vm.c.vcenter_id == vcenter_id)
    rows = await reads.rows(statement.where(vm.c.deleted_at.is_(None)))
    return {row[0]: dict(row._mapping) | {} for row in rows}  # noqa: SLF001 - SQLAlchemy's name
