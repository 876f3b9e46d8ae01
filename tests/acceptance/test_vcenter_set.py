"""`vminer vcenter set|accept-identity`: the way to a registered vCenter, and who it is, change."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import trustme
from sqlalchemy import update

from models.commands.registry import find_vcenter
from models.commands.transaction import transaction
from models.db.engines import primary_engine
from models.vcenter import VCenter
from runtime.secrets import generate_key_pair, seal
from sync_agent.collector.certificate import Certificate
from tests.support.simulated import Simulated
from tests.support.system import Ended, System
from vminer.simulator.client import SimulatorClient
from vminer.stack.ports import free_port

ACCESS = (
    "host",
    "port",
    "username",
    "sealed_credentials",
    "ca_certificates",
    "pinned_certificate",
    "instance_uuid",
)
MACHINES = """query($id: ID!) { virtualMachines(first: 0, filter: {vcenterId: {eq: $id}}) {
  totalCount } }"""
NO_PRIVATE_KEY = {"VMINER_CREDENTIALS_PRIVATE_KEY": ""}
Set = Callable[..., Ended]


@pytest.fixture
def known(system: System) -> Iterator[Simulated]:
    """A registered vCenter; how it is reached is afterwards as it was."""
    vcenter = system.vcenters[2]
    before = registered(system, vcenter.name)
    yield vcenter
    write(system, vcenter.name, **before)
    assert system.sync(vcenter.name)["state"] == "SUCCEEDED"


@pytest.fixture
def control(system: System, known: Simulated) -> Iterator[SimulatorClient]:
    """The simulators' control; whatever a test switched on is off afterwards."""
    with SimulatorClient(system.control_url) as client:
        yield client
        client.clear(known.name)


@pytest.fixture
def set_(system: System, known: Simulated) -> Set:
    """Run `vminer vcenter set` on it; what is typed is a password."""

    def run(*words: str, typed: str = "", **environment: str) -> Ended:
        command = ["vcenter", "set", known.name, *words]
        return system.cli(*command, typed=f"{typed}\n", environment=environment)

    return run


@pytest.fixture
def ca_file(system: System, tmp_path: Path) -> str:
    """The certificate authority of the simulators."""
    path = tmp_path / "ca.pem"
    path.write_text(system.ca_certificates)
    return str(path)


def registered(system: System, name: str) -> dict:
    """Return how a vCenter is registered."""

    async def read() -> VCenter:
        engine = primary_engine(system.database)
        found = await find_vcenter(engine, name)
        await engine.dispose()
        return found

    found = asyncio.run(read())
    return {column: getattr(found, column) for column in ACCESS}


def write(system: System, name: str, **values: object) -> None:
    """Change a registration behind the command's back."""

    async def work() -> None:
        engine = primary_engine(system.database)
        async with transaction(engine) as connection:
            own = update(VCenter).where(VCenter.name == name)
            await connection.execute(own.values(**values))
        await engine.dispose()

    asyncio.run(work())


def test_a_password_that_was_refused_is_replaced_and_the_vcenter_is_due_again(
    system: System, known: Simulated, set_: Set
) -> None:
    stale = seal(system.public_key, password="of last year", host=known.host)
    write(system, known.name, sealed_credentials=stale)
    run = system.sync(known.name)
    assert (run["state"], run["errorCode"]) == ("FAILED", "INVALID_CREDENTIALS")
    assert "`vminer vcenter set NAME --password-stdin`" in run["errorMessage"]

    ended = set_("--password-stdin", typed=known.password)

    assert ended.returncode == 0, ended.stderr
    assert f"let {known.username} in" in ended.stdout
    system.until(lambda: system.vcenter(known.name)["state"] == "CONNECTED", "it is synced again")


def test_a_wrong_password_changes_nothing(system: System, known: Simulated, set_: Set) -> None:
    before = registered(system, known.name)

    ended = set_("--password-stdin", "--port", str(known.port), typed="guessed")

    assert ended.stderr.rstrip().endswith("(INVALID_CREDENTIALS)")
    assert registered(system, known.name) == before


def test_a_password_no_agent_can_open_is_sealed_anew_without_the_private_key(
    system: System, known: Simulated, set_: Set
) -> None:
    other_key, _ = generate_key_pair()
    foreign = seal(other_key, password=known.password, host=known.host)
    write(system, known.name, sealed_credentials=foreign)
    run = system.sync(known.name)
    assert (run["errorCode"], system.vcenter(known.name)["state"]) == ("SETTINGS", "CREDENTIALS")
    assert "`vminer vcenter set NAME --password-stdin`" in run["errorMessage"]

    assert set_("--password-stdin", typed=known.password, **NO_PRIVATE_KEY).returncode == 0

    assert system.sync(known.name)["state"] == "SUCCEEDED"


def test_a_new_host_needs_the_password_again_and_says_why(
    system: System, known: Simulated, set_: Set
) -> None:
    before = registered(system, known.name)

    without = set_("--host", "localhost")

    assert without.returncode == 2
    assert "it is sealed together with the host" in without.stderr
    assert registered(system, known.name) == before

    moved = set_("--host", "localhost", "--password-stdin", typed=known.password)
    assert moved.returncode == 0, moved.stderr
    assert registered(system, known.name)["host"] == "localhost"
    assert system.sync(known.name)["state"] == "SUCCEEDED"


def test_a_new_account_needs_its_password(system: System, known: Simulated, set_: Set) -> None:
    without = set_("--username", "another@vsphere.local")
    refused = set_("--username", "another@vsphere.local", "--password-stdin", typed="its own")

    assert without.returncode == 2
    assert refused.stderr.rstrip().endswith("(INVALID_CREDENTIALS)")
    assert "another@vsphere.local" in refused.stderr
    assert registered(system, known.name)["username"] == known.username


def test_a_port_nobody_answers_at_is_not_stored(
    system: System, known: Simulated, set_: Set
) -> None:
    ended = set_("--port", str(free_port()), "--interval", "60")

    assert ended.stderr.rstrip().endswith("(VCENTER_UNREACHABLE)")
    assert registered(system, known.name)["port"] == known.port
    assert "a sync every" not in ended.stdout, "nor is the interval"


def test_the_address_of_another_vcenter_is_not_stored(
    system: System, known: Simulated, set_: Set
) -> None:
    other = system.vcenters[1]

    ended = set_("--port", str(other.port), "--password-stdin", typed=other.password)

    assert ended.stderr.rstrip().endswith("(VCENTER_CHANGED)")
    assert str(other.instance_uuid) in ended.stderr
    assert str(known.instance_uuid) in ended.stderr
    assert registered(system, known.name)["port"] == known.port


def test_a_ca_takes_the_place_of_a_pin_and_a_wrong_one_is_not_stored(
    system: System, known: Simulated, set_: Set, ca_file: str, tmp_path: Path
) -> None:
    strange = tmp_path / "strange.pem"
    strange.write_text(trustme.CA().cert_pem.bytes().decode())
    other = trustme.CA().issue_cert(known.host).cert_chain_pems[0].bytes().decode()
    write(system, known.name, ca_certificates=None, pinned_certificate=other)
    before = registered(system, known.name)

    for words in (["--ca-file", str(strange)], ["--system-ca"], ["--fingerprint", "00:11"]):
        assert set_(*words).stderr.rstrip().endswith("(CERTIFICATE_UNTRUSTED)")
        assert registered(system, known.name) == before

    assert set_("--ca-file", ca_file).returncode == 0
    now = registered(system, known.name)
    assert (now["ca_certificates"], now["pinned_certificate"]) == (system.ca_certificates, None)
    assert now["sealed_credentials"] == before["sealed_credentials"]
    assert system.sync(known.name)["state"] == "SUCCEEDED"


def test_a_certificate_is_pinned_by_its_fingerprint(
    system: System, known: Simulated, set_: Set
) -> None:
    shown = set_("--fingerprint", "00:11").stderr
    fingerprint = shown.partition("SHA-256 ")[2].split()[0]

    assert set_("--fingerprint", fingerprint).returncode == 0

    pin = registered(system, known.name)["pinned_certificate"]
    assert Certificate(pin).fingerprint == fingerprint


@pytest.mark.parametrize(
    "words", [[], ["--system-ca", "--fingerprint", "00:11"]], ids=["nothing", "two ways of trust"]
)
def test_what_makes_no_sense_is_refused(set_: Set, words: list[str]) -> None:
    assert set_(*words).stderr.rstrip().endswith("(INVALID_ARGUMENT)")


def test_without_the_private_key_the_password_is_asked_for(set_: Set, known: Simulated) -> None:
    ended = set_("--port", str(known.port), **NO_PRIVATE_KEY)

    assert ended.returncode == 2
    assert "without the agents' private key" in ended.stderr


def test_a_vcenter_that_took_anothers_place_is_accepted_on_an_operators_word(
    system: System, known: Simulated, control: SimulatorClient
) -> None:
    now = str(uuid4())
    control.switch_on(known.name, "other_instance_uuid", value=now)
    run = system.sync(known.name)
    assert (run["state"], run["errorCode"]) == ("FAILED", "VCENTER_CHANGED")
    for told in (now, str(known.instance_uuid), f"`vminer vcenter accept-identity {known.name}`"):
        assert told in run["errorMessage"]

    refused = system.cli("vcenter", "accept-identity", known.name, typed="n\n")
    assert refused.returncode == 1
    assert registered(system, known.name)["instance_uuid"] == known.instance_uuid
    accepted = system.cli("vcenter", "accept-identity", known.name, "--yes")

    assert accepted.returncode == 0, accepted.stderr
    assert now in accepted.stdout
    assert str(known.instance_uuid) in accepted.stdout
    system.until(lambda: system.vcenter(known.name)["state"] == "CONNECTED", "it is synced again")
    count = system.query(MACHINES, id=system.vcenter(known.name)["id"])["virtualMachines"]
    assert count["totalCount"] >= known.vms, "its rows are there"


def test_an_identity_that_another_registration_has_is_not_accepted(
    system: System, known: Simulated, control: SimulatorClient
) -> None:
    other = system.vcenters[1]
    control.switch_on(known.name, "other_instance_uuid", value=str(other.instance_uuid))

    ended = system.cli("vcenter", "accept-identity", known.name, "--yes")

    assert ended.stderr.rstrip().endswith("(ALREADY_REGISTERED)")
    assert registered(system, known.name)["instance_uuid"] == known.instance_uuid


def test_a_vcenter_that_is_the_one_it_was_needs_no_acceptance(
    system: System, known: Simulated
) -> None:
    ended = system.cli("vcenter", "accept-identity", known.name)

    assert ended.returncode == 0
    assert "nothing is to be accepted" in ended.stdout
