"""`vminer vcenter pause|resume|remove|trust|problems|import`: what operators do day by day."""

import asyncio
import ssl
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from models.commands.registry import find_vcenter, pin_certificate
from models.db.engines import primary_engine
from sync_agent.collector.certificate import Certificate
from tests.support.simulated import Simulated
from tests.support.system import System
from vminer.simulator.client import SimulatorClient

PAUSED = """query($name: String!) { vcenters(first: 1, filter: {name: {eq: $name}}) {
  nodes { pausedAt pauseReason problems { type path moid reason objects } } } }"""


@pytest.fixture
def known(system: System) -> Simulated:
    """The vCenter with 40 VMs."""
    return system.vcenters[2]


@pytest.fixture
def control(system: System, known: Simulated) -> Iterator[SimulatorClient]:
    """The simulators' control; whatever a test switched on is off afterwards."""
    with SimulatorClient(system.control_url) as client:
        yield client
        client.clear(known.name)


@pytest.fixture
def pinned(system: System, known: Simulated) -> Iterator[Certificate]:
    """The certificate that the vCenter presents, pinned; afterwards its CA is enough again."""
    now = presented_by(known)
    ended = system.cli("vcenter", "trust", known.name, "--fingerprint", now.fingerprint)
    assert ended.returncode == 0, ended.stderr
    yield now
    unpin(system, known.name)


def shown(system: System, name: str) -> dict:
    """Return what the graph shows of a vCenter's upkeep."""
    return system.query(PAUSED, name=name)["vcenters"]["nodes"][0]


def presented_by(vcenter: Simulated) -> Certificate:
    return Certificate(ssl.get_server_certificate((vcenter.host, vcenter.port)))


def unpin(system: System, name: str) -> None:
    async def work() -> None:
        engine = primary_engine(system.database)
        await pin_certificate(engine, (await find_vcenter(engine, name)).id, None)
        await engine.dispose()

    asyncio.run(work())


def test_a_paused_vcenter_is_left_alone_and_goes_on_when_it_is_resumed(
    system: System, known: Simulated
) -> None:
    assert system.cli("vcenter", "pause", known.name, "--reason", "new SAN").returncode == 0
    system.until(lambda: shown(system, known.name)["pauseReason"] == "new SAN", "it shows")

    refused = system.cli("vcenter", "sync", known.name)
    listed = system.cli("vcenter", "list", environment={"COLUMNS": "200"})
    assert refused.returncode == 2
    assert refused.stderr.rstrip().endswith("(VCENTER_PAUSED)")
    assert "paused" in listed.stdout
    assert "new SAN" in listed.stdout

    assert system.cli("vcenter", "resume", known.name).returncode == 0
    system.until(lambda: shown(system, known.name)["pausedAt"] is None, "it goes on")
    assert system.sync(known.name)["state"] == "SUCCEEDED"


def test_what_an_account_may_not_read_is_named_until_it_may(
    system: System, known: Simulated, control: SimulatorClient
) -> None:
    control.switch_on(known.name, "missing_property", path="config.annotation")
    system.sync(known.name)

    listed = system.cli("vcenter", "problems", known.name, "--json")
    (problem,) = orjson.loads(listed.stdout)
    assert (problem["type"], problem["path"], problem["reason"]) == (
        "VirtualMachine",
        "config.annotation",
        "NoPermission",
    )
    assert problem["objects"] >= known.vms  # other tests add machines
    system.until(lambda: len(shown(system, known.name)["problems"]) == 1, "the graph shows it")

    control.clear(known.name)
    system.sync(known.name)
    assert "Everything was read" in system.cli("vcenter", "problems", known.name).stdout


def test_a_certificate_that_changed_stops_a_pinned_vcenter_until_it_is_trusted(
    system: System, known: Simulated, control: SimulatorClient, pinned: Certificate
) -> None:
    assert system.sync(known.name)["state"] == "SUCCEEDED"

    control.reissue_certificate()
    now = presented_by(known)
    assert now.fingerprint != pinned.fingerprint
    run = system.sync(known.name)
    assert (run["state"], run["errorCode"]) == ("FAILED", "CERTIFICATE_UNTRUSTED")
    assert now.fingerprint in run["errorMessage"]
    assert pinned.fingerprint in run["errorMessage"]
    system.until(lambda: system.vcenter(known.name)["state"] == "CERTIFICATE", "it is stopped")
    other = system.sync(system.vcenters[1].name)
    assert other["state"] == "SUCCEEDED", "the same authority signed it, which is enough there"

    former = system.cli("vcenter", "trust", known.name, "--fingerprint", pinned.fingerprint)
    assert former.stderr.rstrip().endswith("(CERTIFICATE_UNTRUSTED)")
    trusted = system.cli("vcenter", "trust", known.name, typed="y\n")
    assert trusted.returncode == 0
    assert pinned.fingerprint in trusted.stdout
    assert now.fingerprint in trusted.stdout
    system.until(lambda: system.vcenter(known.name)["state"] == "CONNECTED", "it goes on by itself")


def test_a_certificate_of_another_fingerprint_is_not_pinned(
    system: System, known: Simulated
) -> None:
    wrong = system.cli("vcenter", "trust", known.name, "--fingerprint", "00:11")

    assert wrong.stderr.rstrip().endswith("(CERTIFICATE_UNTRUSTED)")


def test_an_address_beyond_the_allow_list_is_not_connected_to(
    system: System, known: Simulated
) -> None:
    narrow = {"VMINER_COLLECTOR_ALLOWED_ADDRESSES": "10.0.0.0/8,.example.org"}

    ended = system.cli("vcenter", "test", "--name", known.name, environment=narrow)

    assert ended.returncode == 1
    assert ended.stderr.rstrip().endswith("(ADDRESS_NOT_ALLOWED)")


def test_a_removed_vcenter_is_gone_and_can_be_imported_again(
    system: System, known: Simulated, tmp_path: Path
) -> None:
    authority = tmp_path / "ca.pem"
    authority.write_text(system.ca_certificates)
    listed = tmp_path / "vcenters.csv"
    head = "name,host,port,username,password,ca_file,interval\n"
    row = f"{known.name},{known.host},{known.port},{known.username}"
    listed.write_text(f"{head}{row},{known.password},{authority},86400\n")
    machines = "query($id: ID!) { virtualMachines(first: 0, filter: {vcenterId: {eq: $id}}) "
    machines += "{ totalCount } }"
    vcenter_id = system.vcenter(known.name)["id"]

    removed = system.cli("vcenter", "remove", known.name, "--yes")
    assert removed.returncode == 0, removed.stderr
    assert "1 vcenters" in removed.stdout

    def machine_count() -> int:
        count: int = system.query(machines, id=vcenter_id)["virtualMachines"]["totalCount"]
        return count

    system.until(lambda: machine_count() == 0, "no machine of it is left")

    looked = system.cli("vcenter", "import", str(listed))
    assert "1 can be registered" in looked.stdout
    failing = system.cli("vcenter", "import", str(_with_wrong_password(listed, known)), "--apply")
    assert failing.returncode == 2
    assert known.name not in system.cli("vcenter", "list", "--json").stdout

    applied = system.cli("vcenter", "import", str(listed), "--apply")
    assert applied.returncode == 0, applied.stderr
    assert "1 vcenters registered".lower() in applied.stdout.lower()
    again = system.cli("vcenter", "import", str(listed), "--apply")
    assert again.returncode == 2

    assert system.vcenter(known.name)["id"] == vcenter_id
    system.until(lambda: machine_count() >= known.vms, "it is synced again")


def _with_wrong_password(listed: Path, known: Simulated) -> Path:
    """Return a list whose second vCenter refuses us: then the first is not registered either."""
    path = listed.with_name("wrong.csv")
    path.write_text(listed.read_text().replace(known.password, "wrong"))
    return path
