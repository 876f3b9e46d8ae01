"""Adding a vCenter: ask it who it is, seal its password, register it. One way for CLI and demo."""

from sqlalchemy.ext.asyncio import AsyncEngine

from models.commands.registry import NewVCenter, add_vcenter
from runtime.secrets import seal
from sync_agent.collector.probe import probe
from sync_agent.collector.settings import CollectorSettings
from sync_agent.collector.target import Target


async def register(
    engine: AsyncEngine,
    target: Target,
    *,
    name: str,
    public_key: str,
    interval_seconds: int = 300,
) -> NewVCenter:
    """Register the vCenter behind `target` once it has answered and let us in.

    Raises:
        VCenterError: it cannot be reached, trusted or logged in to, or is no vCenter.
        AlreadyRegisteredError: the name is taken, or this vCenter is registered already.
    """
    new = await asked(target, name=name, public_key=public_key, interval_seconds=interval_seconds)
    await add_vcenter(engine, new)
    return new


async def asked(target: Target, *, name: str, public_key: str, interval_seconds: int) -> NewVCenter:
    """Ask a vCenter who it is; return it as it is to be stored, its password sealed.

    Raises:
        VCenterError: it cannot be reached, trusted or logged in to, or is no vCenter.
    """
    about = await probe(target, CollectorSettings.load())
    sealed = seal(public_key, password=target.password, host=target.host)
    return NewVCenter(
        name=name,
        host=target.host,
        port=target.port,
        username=target.username,
        sealed_credentials=sealed,
        ca_certificates=target.ca_certificates,
        pinned_certificate=target.pinned_certificate,
        instance_uuid=about.instance_uuid,
        version=about.version,
        build=about.build,
        api_version=about.api_version,
        full_name=about.full_name,
        interval_seconds=interval_seconds,
    )
