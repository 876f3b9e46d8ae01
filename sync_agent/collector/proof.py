"""How far a scan's silence can be believed: the vCenter's own lists, and the account's roles.

Both cost one request each, however many objects there are.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from pyVmomi import vim

from models.enums import InventoryType
from sync_agent.collector import specification as spec
from sync_agent.collector.bulk import retrieve
from sync_agent.collector.reply import InvalidPropertyError
from sync_agent.collector.session import VCenterSession
from sync_agent.collector.settings import CollectorSettings
from sync_agent.records import Permissions

VIEW, ROLE = "view", "effectiveRole"
Listed = list[tuple[str, str]]
"""Type and moid of each object, as the vCenter lists them."""


async def list_views(
    session: VCenterSession, views: Mapping[InventoryType, Any], settings: CollectorSettings
) -> dict[InventoryType, Listed]:
    """Return what each view shows now.

    Raises:
        VCenterError: the vCenter could not be read.
    """
    types = {view._moId: type_ for type_, view in views.items()}  # noqa: SLF001 - pyVmomi's name
    found: dict[InventoryType, Listed] = {type_: [] for type_ in views}
    asked = spec.over_several(views.values(), vim.view.ContainerView, VIEW)
    async for page in retrieve(session, session.content.propertyCollector, asked, settings):
        for raw in page.objects:
            node = raw.properties.get(VIEW)
            if node is not None:
                listed = [(child.get("type") or "", child.text or "") for child in node]
                found[types[raw.moid]] = listed
    return found


async def read_permissions(
    session: VCenterSession, datacenters: Iterable[str], settings: CollectorSettings
) -> Permissions | None:
    """Return the account's roles on the root folder and the datacenters; None: not told.

    Raises:
        VCenterError: the vCenter could not be read.
    """
    entities = [session.content.rootFolder, *(vim.Datacenter(moid) for moid in datacenters)]
    asked = spec.over_several(entities, vim.ManagedEntity, ROLE)
    found: dict[str, tuple[int, ...]] = {}
    try:
        async for page in retrieve(session, session.content.propertyCollector, asked, settings):
            for raw in page.objects:
                node = raw.properties.get(ROLE)
                roles = {int(child.text or 0) for child in node} if node is not None else ()
                found[raw.moid] = tuple(sorted(roles))
    except InvalidPropertyError:
        return None
    return found
