"""`vminer vcenter add` and `test`: can we reach it, trust it, log in and read?"""

from runtime.errors import PermissionDeniedError
from sync_agent.collector.bulk import read_property
from sync_agent.collector.session import open_session
from sync_agent.collector.settings import CollectorSettings
from sync_agent.collector.target import Target
from sync_agent.records import About


async def probe(target: Target, settings: CollectorSettings) -> About:
    """Log in, read the name of the root folder, log out; return what the vCenter says of itself.

    Raises:
        VCenterError: whatever stands in the way, in a sentence.
    """
    async with open_session(target, settings, agent="probe") as session:
        root = session.content.rootFolder
        if await read_property(session, root, "name", settings) is None:
            raise PermissionDeniedError(
                f"{target.username} may log in to {target.address} and read nothing there"
            )
        return session.about
