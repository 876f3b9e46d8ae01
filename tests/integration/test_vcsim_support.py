"""vcsim as the tests run it, seen by pyVmomi: distinct, varied, trusted, and gone afterwards."""

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pyVim.connect import SmartStubAdapter
from pyVmomi import vim, vmodl

from tests.support import debian, vcsim
from tests.support.vcsim import Vcsim, VcsimUnavailableError, run_vcsim, vcsim_or_skip

pytestmark = pytest.mark.timeout(1200)  # the first run installs Go and compiles govmomi

VMS = 40
PROPERTIES = [
    "name",
    "runtime.powerState",
    "runtime.host",
    "config.uuid",
    "config.instanceUuid",
    "config.changeVersion",
    "config.hardware.device",
    "config.hardware.numCPU",
    "config.hardware.memoryMB",
    "config.guestFullName",
    "guest.ipAddress",
    "guest.net",
    "summary.config.uuid",
]


@pytest.fixture(scope="module")
def vcenter() -> Iterator[Vcsim]:
    vcsim_or_skip()
    with run_vcsim(vms=VMS, seed=7) as running:
        yield running


@contextmanager
def session(
    vcenter: Vcsim, *, password: str | None = None, context: ssl.SSLContext | None = None
) -> Iterator[Any]:
    service: Any = vim.ServiceInstance
    adapter: Any = SmartStubAdapter  # pyVmomi has types for its data only
    stub = adapter(vcenter.host, vcenter.port, sslContext=context or vcenter.ssl_context())
    try:
        content = service("ServiceInstance", stub).RetrieveContent()
        content.sessionManager.Login(vcenter.user, password or vcenter.password, None)
        yield content
        content.sessionManager.Logout()
    finally:
        stub.DropConnections()


def read(content: Any, kind: Any, properties: list[str]) -> list[dict[str, Any]]:
    """Return the properties of every object of a kind, in one RetrievePropertiesEx."""
    view = content.viewManager.CreateContainerView(content.rootFolder, [kind], True)
    query: Any = vmodl.query.PropertyCollector
    path = query.TraversalSpec(type=vim.view.ContainerView, path="view")
    specification = query.FilterSpec(
        propSet=[query.PropertySpec(type=kind, pathSet=properties)],
        objectSet=[query.ObjectSpec(obj=view, skip=True, selectSet=[path])],
    )
    collector = content.propertyCollector
    answer = collector.RetrievePropertiesEx([specification], query.RetrieveOptions())
    assert answer.token is None
    return [{item.name: item.val for item in found.propSet} for found in answer.objects]


@pytest.fixture(scope="module")
def machines(vcenter: Vcsim) -> list[dict[str, Any]]:
    with session(vcenter) as content:
        return read(content, vim.VirtualMachine, PROPERTIES)


def test_every_machine_comes_with_every_property(machines: list[dict[str, Any]]) -> None:
    running = [vm for vm in machines if vm["runtime.powerState"] == "poweredOn"]

    assert len(machines) == VMS
    assert 0 < len(running) < VMS
    assert all(vm.keys() >= set(PROPERTIES) - {"guest.ipAddress", "guest.net"} for vm in machines)
    assert all(vm["guest.ipAddress"].startswith("10.7.") for vm in running)
    assert all(vm["guest.net"][0].ipAddress[0] == vm["guest.ipAddress"] for vm in running)


def test_machines_have_identities_and_sizes_of_their_own(machines: list[dict[str, Any]]) -> None:
    for name in ("name", "config.uuid", "config.instanceUuid", "config.changeVersion"):
        assert len({vm[name] for vm in machines}) == VMS, name
    for name in ("config.hardware.numCPU", "config.hardware.memoryMB", "config.guestFullName"):
        assert len({vm[name] for vm in machines}) > 1, name
    assert all(vm["summary.config.uuid"] == vm["config.uuid"] for vm in machines)


def test_machines_have_disks_and_network_cards(machines: list[dict[str, Any]]) -> None:
    addresses = set()
    for vm in machines:
        devices = vm["config.hardware.device"]
        assert any(isinstance(device, vim.vm.device.VirtualDisk) for device in devices)
        cards = [card for card in devices if isinstance(card, vim.vm.device.VirtualEthernetCard)]
        addresses |= {card.macAddress for card in cards}

    assert len(addresses) == VMS


def test_hosts_have_uuids_of_their_own(vcenter: Vcsim) -> None:
    with session(vcenter) as content:
        hosts = read(content, vim.HostSystem, ["name", "summary.hardware.uuid"])

    assert len({host["summary.hardware.uuid"] for host in hosts}) == 3


def test_the_seed_decides_the_identities(machines: list[dict[str, Any]]) -> None:
    def uuids(seed: int) -> tuple[str, set[str]]:
        with run_vcsim(vms=VMS, seed=seed) as other, session(other) as content:
            assert content.about.instanceUuid == other.instance_uuid
            found = read(content, vim.VirtualMachine, ["config.uuid"])
            return other.instance_uuid, {vm["config.uuid"] for vm in found}

    seventh, eighth = uuids(7), uuids(8)

    assert seventh[1] == {vm["config.uuid"] for vm in machines}
    assert seventh[0] != eighth[0]
    assert seventh[1].isdisjoint(eighth[1])


def test_a_wrong_password_is_refused(vcenter: Vcsim) -> None:
    with pytest.raises(vim.fault.InvalidLogin), session(vcenter, password="wrong"):
        pass


def test_who_does_not_trust_the_certificate_does_not_connect(vcenter: Vcsim) -> None:
    context = ssl.create_default_context()
    with pytest.raises(ssl.SSLCertVerificationError), session(vcenter, context=context):
        pass


def test_nothing_is_left_when_it_stops() -> None:
    vcsim_or_skip()
    folder = Path(vcsim._fast_folder(5) or "/tmp")
    with run_vcsim(vms=5) as running:
        mine = f"/proc/{running.process.pid}/environ"
        temporary = dict(
            entry.split("=", 1) for entry in Path(mine).read_text().split("\0") if "=" in entry
        )["TMPDIR"]
        assert Path(temporary).parent == folder
        assert any(Path(temporary).glob("govcsim-*"))

    assert running.process.returncode == 0
    assert not Path(temporary).exists()


def test_it_ends_when_whoever_started_it_is_gone() -> None:
    vcsim_or_skip()
    with run_vcsim(vms=5) as running:
        assert running.process.stdin is not None
        running.process.stdin.close()

        assert running.process.wait(timeout=10) == 0


@pytest.mark.parametrize(("in_ci", "outcome"), [("", pytest.skip), ("true", pytest.fail)])
def test_without_apt_tests_skip_but_ci_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, in_ci: str, outcome: Any
) -> None:
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    monkeypatch.setenv("CI", in_ci)
    monkeypatch.setattr(vcsim, "_cache_folder", lambda: tmp_path)
    monkeypatch.setattr(vcsim, "build", vcsim.build.__wrapped__)

    with pytest.raises(outcome.Exception, match="apt is missing"):
        vcsim_or_skip()
    with pytest.raises(VcsimUnavailableError, match="apt is missing"):
        vcsim.build()
    with pytest.raises(debian.PackagesUnavailableError):
        debian.install("chromium")
