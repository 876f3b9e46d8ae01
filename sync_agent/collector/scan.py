"""One scan of one vCenter: every object, page by page, and the proof that it was all of them."""

import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from models.enums import InventoryType, Tier
from runtime.errors import ScanIncompleteError, SessionExpiredError, VCenterChangedError
from sync_agent.collector import attribute, inventory
from sync_agent.collector import specification as spec
from sync_agent.collector.bulk import ReplyTooLargeError, read_property, retrieve
from sync_agent.collector.detail import READINGS, Reading, detail_page
from sync_agent.collector.growth import grow, remember
from sync_agent.collector.network import network
from sync_agent.collector.part import Part
from sync_agent.collector.pool import resource_pool
from sync_agent.collector.proof import Listed, list_views, read_permissions
from sync_agent.collector.refusal import Asked, Refused
from sync_agent.collector.reply import InvalidPropertyError, RawObject
from sync_agent.collector.session import VCenterSession, service_content
from sync_agent.collector.settings import CollectorSettings
from sync_agent.collector.switch import distributed_switch
from sync_agent.collector.tree import Tree
from sync_agent.collector.virtual_machine import virtual_machine
from sync_agent.records import DetailPage, Listing, Page, Problem, Proof, Quarantined, Record

log = logging.getLogger(__name__)
Builder = Callable[[RawObject, Tree], Record]

TREE_TYPES = (
    InventoryType.Folder,
    InventoryType.StoragePod,
    InventoryType.Datacenter,
    InventoryType.Cluster,
    InventoryType.ResourcePool,
)
MANAGED: dict[InventoryType, tuple[str, ...]] = {
    InventoryType.Folder: ("Folder",),
    InventoryType.Datacenter: ("Datacenter",),
    InventoryType.Cluster: ("ComputeResource", "ClusterComputeResource"),
    InventoryType.ResourcePool: ("ResourcePool", "VirtualApp"),
    InventoryType.Host: ("HostSystem",),
    InventoryType.Datastore: ("Datastore",),
    InventoryType.DistributedSwitch: (
        "DistributedVirtualSwitch",
        "VmwareDistributedVirtualSwitch",
    ),
    InventoryType.Network: ("Network", "OpaqueNetwork", "DistributedVirtualPortgroup"),
    InventoryType.VirtualMachine: ("VirtualMachine",),
    InventoryType.StoragePod: ("StoragePod",),
}
"""The managed objects each type is read from, types in the order their ancestors need."""
BUILDERS: dict[str, Builder] = {
    "Folder": inventory.folder,
    "Datacenter": inventory.datacenter,
    "ClusterComputeResource": inventory.cluster,
    "ResourcePool": resource_pool,
    "VirtualApp": resource_pool,
    "HostSystem": inventory.host,
    "Datastore": inventory.datastore,
    "DistributedVirtualSwitch": distributed_switch,
    "VmwareDistributedVirtualSwitch": distributed_switch,
    "Network": network,
    "OpaqueNetwork": network,
    "DistributedVirtualPortgroup": network,
    "VirtualMachine": virtual_machine,
    "StoragePod": inventory.storage_pod,
}
"""What makes a record of a managed object; those without one only complete the tree."""
TYPE_OF = {name: type_ for type_, names in MANAGED.items() for name in names}


def builder(type_: InventoryType, managed: str | None) -> Builder | None:
    """Return what makes a record of an object met while reading a type.

    A storage pod is a folder to vSphere and comes with them too: it counts where it is read itself.
    """
    name = managed or ""
    return BUILDERS.get(name) if TYPE_OF.get(name) is type_ else None


TOLERATED_COUNT, TOLERATED_SHARE = 20, 0.05
EXPECTED_FAULTS = frozenset({"HostNotConnected"})
"""What its state says already: no problem of the account or the build."""


class Scan:
    """Reads one vCenter over an open session."""

    def __init__(
        self, session: VCenterSession, settings: CollectorSettings, refused: Refused | None = None
    ) -> None:
        self.complete: set[InventoryType] = set()
        self.problems: Counter[Problem] = Counter()
        """Of how many objects each property could not be read."""
        self.attribute_definitions: list[Part] | None = None
        """The custom attributes that the vCenter knows; None: it does not tell."""
        self._session = session
        self._settings = settings
        self._tree = Tree()
        self._collector: Any = None
        self._views: dict[InventoryType, Any] = {}
        self._expected: dict[InventoryType, int] = {}
        self._announced: dict[InventoryType, int] = {}
        self._refused = refused or Refused()
        """Properties that this build does not have, as far as it is known."""
        self._snapshotted: set[str] = set()
        """VMs that have snapshots."""

    async def begin(self) -> dict[InventoryType, int]:
        """Make the collector and a view for each type; return how many objects each holds."""
        session = self._session

        def prepare() -> None:
            content = session.content
            self._collector = content.propertyCollector.CreatePropertyCollector()
            for type_, managed in MANAGED.items():
                types = [spec.MANAGED[name] for name in managed]
                view = content.viewManager.CreateContainerView(content.rootFolder, types, True)
                self._views[type_] = view

        await session.call(prepare)
        announced: dict[InventoryType, int] = {}
        for type_, listed in (await list_views(session, self._views, self._settings)).items():
            self._expected[type_] = len(listed)
            announced[type_] = len(_of_records(type_, listed))
        self._announced = announced
        root = session.content.rootFolder._moId  # noqa: SLF001 - pyVmomi's name for the moid
        self._tree.add("Folder", root, "", None)
        await self._read_attributes()
        return announced

    async def _read_attributes(self) -> None:
        """Read what the vCenter knows of custom attributes, once for all objects."""
        manager = self._session.content.customFieldsManager
        if manager is None:
            return
        fields = await read_property(self._session, manager, "field", self._settings)
        if fields is not None:
            self.attribute_definitions = attribute.definitions(fields)
            self._tree.attribute_names = attribute.names(self.attribute_definitions)

    async def pages(self) -> AsyncIterator[Page]:
        """Yield every object of every type, types in the order their ancestors need.

        Raises:
            VCenterError: the scan could not be finished; nothing may be concluded from it.
        """
        raw: dict[InventoryType, list[RawObject]] = {}
        for type_ in TREE_TYPES:
            raw[type_] = [found async for page in self._raw_pages(type_) for found in page]
            for found in raw[type_]:
                grow(self._tree, found)
        for type_ in TREE_TYPES:  # built only now: a folder may come before its parent
            self._finish(type_, len(raw[type_]))
            yield self._page(type_, raw.pop(type_))
        for type_ in (t for t in MANAGED if t not in TREE_TYPES):
            read = 0
            async for objects in self._raw_pages(type_):
                read += len(objects)
                yield self._page(type_, objects)
            self._finish(type_, read)

    async def details(
        self, type_: InventoryType, tier: Tier, moids: Sequence[str]
    ) -> AsyncIterator[DetailPage]:
        """Yield a slower tier of these objects; one that is gone meanwhile is left out."""
        reading = READINGS[type_, tier]
        build = partial(reading.build, self._tree)
        too_large: dict[str, str] = {}
        size = self._settings.detail_page_size(type_)
        for several, paths in self._asked_alike(reading, moids):
            for start in range(0, len(several), size):
                chosen = several[start : start + size]
                asked = {reading.managed: paths}
                async for objects in self._in_halves(asked, reading.managed, chosen, too_large):
                    for raw in objects:
                        self.problems.update(_problems(type_, tier, raw))
                    yield detail_page(type_, build, objects)
        if too_large:
            odd = (Quarantined(type_, moid, reason) for moid, reason in too_large.items())
            yield DetailPage((), tuple(odd))

    async def _in_halves(
        self,
        asked: Asked,
        managed: str,
        moids: Sequence[str],
        too_large: dict[str, str],
    ) -> AsyncIterator[list[RawObject]]:
        """Ask for some objects at once, in halves where the answer would be too large.

        One that is too large alone is noted in `too_large`: ten hosts that see a thousand LUNs
        each must not keep their vCenter from being synced.
        """
        why = ""
        try:
            async for objects in self._retrying(asked, partial(_over_objects, managed, moids)):
                yield objects
        except ReplyTooLargeError as error:
            why = error.message
        if not why:
            return
        if len(moids) == 1:
            too_large[moids[0]] = why
            return
        middle = len(moids) // 2  # beyond the except: the error holds on to the answer
        for half in (moids[:middle], moids[middle:]):
            async for objects in self._in_halves(asked, managed, half, too_large):
                yield objects

    async def verify(self) -> Proof:
        """Prove that one session read one vCenter from the first page to the last.

        Return what else speaks for or against believing what the scan did not find.

        Raises:
            SessionExpiredError: the session is not the one that began.
            VCenterChangedError: another vCenter answers by now.
        """
        session = self._session
        listed = await list_views(session, self._views, self._settings)
        datacenters = self._tree.datacenters()
        permissions = await read_permissions(session, datacenters, self._settings)
        content = await session.call(service_content, session.stub)
        manager = session.content.sessionManager
        key = await read_property(session, manager, "currentSession.key", self._settings)
        if key is None or key.text != session.key:
            raise SessionExpiredError
        if UUID(content.about.instanceUuid) != session.about.instance_uuid:
            raise VCenterChangedError
        listings = {
            type_: Listing(self._announced[type_], _of_records(type_, found))
            for type_, found in listed.items()
        }
        return Proof(permissions, listings)

    async def _raw_pages(self, type_: InventoryType) -> AsyncIterator[list[RawObject]]:
        """Yield the raw objects of a type, page by page."""
        asked = {name: spec.LIGHT[name] for name in MANAGED[type_]}
        over = partial(spec.over_view, self._views[type_])
        async for objects in self._retrying(asked, over):
            yield objects

    async def _retrying(
        self, asked: Asked, make_filter: Callable[[Asked], Any]
    ) -> AsyncIterator[list[RawObject]]:
        """Retrieve; a property that this build does not have is dropped.

        What was asked for of such an object says so, as if vCenter had.
        """
        while True:
            missing = self._refused.missing(asked)
            known = {
                name: tuple(path for path in paths if path not in missing[name])
                for name, paths in asked.items()
            }
            try:
                async for page in retrieve(
                    self._session, self._collector, make_filter(known), self._settings
                ):
                    for found in page.objects:
                        found.missing.update(missing.get(found.type, {}))
                    yield page.objects
            except InvalidPropertyError as fault:
                if not self._refused.add(known, fault.path):
                    raise
                log.warning("property unknown here", extra={"path": fault.path})
            else:
                return

    def _asked_alike(
        self, reading: Reading, moids: Sequence[str]
    ) -> Iterator[tuple[list[str], tuple[str, ...]]]:
        """Split objects by what is asked of them."""
        more = self._snapshotted if reading.snapshot_paths else set[str]()
        yield [moid for moid in moids if moid not in more], reading.paths
        yield [moid for moid in moids if moid in more], reading.paths + reading.snapshot_paths

    def _page(self, type_: InventoryType, objects: list[RawObject]) -> Page:
        """Build the records of a page; what cannot be decoded is quarantined, the page survives."""
        records: list[Record] = []
        odd: list[Quarantined] = []
        for raw in objects:
            self.problems.update(_problems(type_, Tier.LIGHT, raw))
            if "snapshot" in raw.properties:
                self._snapshotted.add(raw.moid)
            build = builder(type_, raw.type)
            try:
                remember(self._tree, type_, raw)
                if build is not None:
                    records.append(build(raw, self._tree))
            except (ValueError, TypeError, AttributeError, IndexError) as error:
                odd.append(Quarantined(type_, raw.moid, str(error) or type(error).__name__))
        return Page(type_, tuple(records), tuple(odd))

    def _finish(self, type_: InventoryType, read: int) -> None:
        """Call a type complete, unless far fewer came than its view held at the start."""
        expected = self._expected[type_]
        if expected - read > max(TOLERATED_COUNT, expected * TOLERATED_SHARE):
            raise ScanIncompleteError(
                f"{self._session.target.address} listed {expected} objects of type {type_.value}"
                f" and gave {read}"
            )
        self.complete.add(type_)


def _of_records(type_: InventoryType, listed: Listed) -> frozenset[str]:
    """Return the moids of objects that become records."""
    return frozenset(moid for name, moid in listed if builder(type_, name) is not None)


def _problems(type_: InventoryType, tier: Tier, raw: RawObject) -> Iterator[Problem]:
    """Yield what an object says it could not give, but for faults that are no news."""
    for path, fault in raw.missing.items():
        if fault not in EXPECTED_FAULTS:
            yield Problem(type_, tier, path, fault)


def _over_objects(managed: str, moids: Sequence[str], asked: Asked) -> Any:
    return spec.over_objects(managed, moids, asked[managed])
