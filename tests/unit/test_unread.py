"""What a scan says of properties that it could not read: of which objects, and how loudly."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from models.enums import InventoryType, Tier
from sync_agent.collector import refusal
from sync_agent.collector import scan as module
from sync_agent.collector.refusal import Refusals, Refused
from sync_agent.collector.reply import InvalidPropertyError, RawPage
from sync_agent.collector.scan import Scan
from sync_agent.collector.settings import CollectorSettings
from sync_agent.records import Problem
from tests.support.raw import raw_object

CLUSTER, HOST, VM = InventoryType.Cluster, InventoryType.Host, InventoryType.VirtualMachine
MANAGED = {CLUSTER: "ClusterComputeResource", HOST: "HostSystem", VM: "VirtualMachine"}
SHARED = "overallStatus"
PNIC = "config.network.pnic"


class Answers:
    """A vCenter that lacks properties of some kinds and withholds others; what was asked of it."""

    def __init__(self) -> None:
        self.lacks: dict[str, str] = {}
        self.withheld: dict[str, str] = {}
        self.moids: list[str] | None = None
        self.asked: list[dict[str, tuple[str, ...]]] = []

    def over_view(self, _view: object, paths: dict[str, tuple[str, ...]]) -> Any:
        return paths

    def over_objects(self, managed: str, moids: list[str], paths: tuple[str, ...]) -> Any:
        self.moids = moids
        return {managed: paths}

    async def retrieve(self, _session, _collector, asked, _settings) -> AsyncIterator[RawPage]:
        self.asked.append(asked)
        for managed, path in self.lacks.items():
            if path in asked.get(managed, ()):
                raise InvalidPropertyError(path, "no such property")
        yield RawPage(
            [
                raw_object(managed, moid, missing=dict(self.withheld), name=moid)
                for managed in asked
                for moid in self.moids or [f"{managed}-1"]
            ],
            None,
        )


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    answers = Answers()
    monkeypatch.setattr(module, "retrieve", answers.retrieve)
    monkeypatch.setattr(module.spec, "over_view", answers.over_view)
    monkeypatch.setattr(module.spec, "over_objects", answers.over_objects)
    return answers


@pytest.fixture
def scan(answers: Answers) -> Scan:
    return scan_of(Refused())


def scan_of(refused: Refused) -> Scan:
    """Return a scan of a vCenter of which something is known already."""
    scan = Scan(None, CollectorSettings(), refused)  # type: ignore[arg-type]
    scan._views = dict.fromkeys(module.MANAGED)
    return scan


async def read(scan: Scan, type_: InventoryType) -> dict[str, dict[str, str]]:
    """Return what is said to be missing of each object of a type."""
    found = [raw async for page in scan._raw_pages(type_) for raw in page]
    return {raw.type: raw.missing for raw in found}


async def details(scan: Scan, type_: InventoryType, tier: Tier, *moids: str) -> None:
    async for _ in scan.details(type_, tier, moids):
        pass


async def test_a_property_that_one_kind_lacks_is_asked_of_the_others_and_missed_in_none(
    scan, answers
):
    answers.lacks = {"ClusterComputeResource": SHARED}

    of_cluster, of_host = await read(scan, CLUSTER), await read(scan, HOST)

    assert of_cluster == {
        "ComputeResource": {},
        "ClusterComputeResource": {SHARED: "InvalidProperty"},
    }
    assert of_host == {"HostSystem": {}}
    assert SHARED in answers.asked[-1]["HostSystem"]


async def test_a_property_that_a_kind_lacks_is_refused_once(scan, answers):
    answers.lacks = {"VirtualMachine": "config.changeVersion"}

    assert await read(scan, VM) == {"VirtualMachine": {"config.changeVersion": "InvalidProperty"}}
    await details(scan, VM, Tier.HEAVY, "vm-1")

    assert len(answers.asked) == 3


async def test_a_refusal_of_what_was_not_asked_ends_the_scan(scan, answers, monkeypatch):
    async def refuse(*_: object) -> AsyncIterator[RawPage]:
        raise InvalidPropertyError("novel", "no such property")
        yield

    monkeypatch.setattr(module, "retrieve", refuse)

    with pytest.raises(InvalidPropertyError):
        await read(scan, HOST)


@pytest.mark.parametrize(
    ("type_", "tier"), [(HOST, Tier.HEAVY), (VM, Tier.HEAVY), (VM, Tier.GUEST)]
)
async def test_what_is_withheld_of_a_slower_tier_is_a_problem(scan, answers, type_, tier):
    answers.withheld = {PNIC: "NoPermission"}

    await details(scan, type_, tier, "object-1", "object-2")

    assert scan.problems == {Problem(type_, tier, PNIC, "NoPermission"): 2}


async def test_a_property_withheld_in_two_tiers_is_a_problem_of_each(scan, answers):
    answers.withheld = {PNIC: "NoPermission"}
    for raw in [raw async for page in scan._raw_pages(HOST) for raw in page]:
        scan._page(HOST, [raw])

    await details(scan, HOST, Tier.HEAVY, "HostSystem-1")

    assert scan.problems == {
        Problem(HOST, tier, PNIC, "NoPermission"): 1 for tier in (Tier.LIGHT, Tier.HEAVY)
    }


async def test_a_slower_tier_is_silent_about_hosts_out_of_reach(scan, answers):
    answers.withheld = {PNIC: "HostNotConnected"}

    await details(scan, HOST, Tier.HEAVY, "host-1")

    assert not scan.problems


@pytest.mark.parametrize(
    ("type_", "tier", "path"),
    [
        (HOST, Tier.HEAVY, PNIC),
        (VM, Tier.HEAVY, "config.nestedHVEnabled"),
        (VM, Tier.GUEST, "guest.ipStack"),
    ],
)
async def test_what_the_release_does_not_have_of_a_slower_tier_is_a_problem(
    scan, answers, type_, tier, path
):
    answers.lacks = {MANAGED[type_]: path}

    await details(scan, type_, tier, "object-1", "object-2")

    assert scan.problems == {Problem(type_, tier, path, "InvalidProperty"): 2}


async def test_what_a_vcenter_refused_is_not_asked_of_it_again_while_its_build_is_the_same(answers):
    answers.lacks = {"VirtualMachine": "config.changeVersion", "HostSystem": PNIC}
    refusals, one, other = Refusals(), UUID(int=1), UUID(int=2)
    asked, problems = [], []
    for vcenter, build in ((one, "8.0"), (one, "8.0"), (one, "9.0"), (other, "9.0")):
        scan = scan_of(refusals.of(vcenter, build))
        answers.asked.clear()
        of_vm = await read(scan, VM)
        await details(scan, HOST, Tier.HEAVY, "host-1")
        asked.append(len(answers.asked))
        problems.append(dict(scan.problems))
        assert of_vm == {"VirtualMachine": {"config.changeVersion": "InvalidProperty"}}

    assert asked == [4, 2, 4, 4]
    assert problems == [{Problem(HOST, Tier.HEAVY, PNIC, "InvalidProperty"): 1}] * 4


def test_what_a_vcenter_refused_is_believed_for_a_day(monkeypatch):
    refusals, vcenter = Refusals(), UUID(int=1)
    now = 1000.0
    monkeypatch.setattr(refusal, "monotonic", lambda: now)
    first = refusals.of(vcenter, "8.0")

    assert refusals.of(vcenter, "8.0") is first
    now += refusal.BELIEVED_SECONDS + 1
    assert refusals.of(vcenter, "8.0") is not first


async def test_a_vcenter_that_refuses_what_every_release_has_is_not_read(scan, answers):
    answers.lacks = {"VirtualMachine": "config.instanceUuid"}

    with pytest.raises(InvalidPropertyError):
        await read(scan, VM)
