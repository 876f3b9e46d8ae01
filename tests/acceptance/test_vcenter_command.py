"""`vminer vcenter`: what an operator types, and what a mistake gets for an answer."""

from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pytest

from tests.support.simulated import Simulated
from tests.support.system import Ended, System
from vminer.simulator.client import SimulatorClient
from vminer.stack.ports import free_port

Vminer = Callable[..., Ended]


@pytest.fixture
def known(system: System) -> Simulated:
    """A registered vCenter."""
    return system.vcenters[2]


@pytest.fixture
def control(system: System, known: Simulated) -> Iterator[SimulatorClient]:
    """The simulators' control; whatever a test switched on is off afterwards."""
    with SimulatorClient(system.control_url) as client:
        yield client
        client.clear(known.name)


@pytest.fixture
def ca_file(system: System, tmp_path: Path) -> str:
    """The certificate authority of the simulators."""
    path = tmp_path / "ca.pem"
    path.write_text(system.ca_certificates)
    return str(path)


@pytest.fixture
def check(system: System, known: Simulated, ca_file: str) -> Vminer:
    """Run `vminer vcenter test` against a vCenter, or something that is none."""

    def run(
        *more: str,
        host: str = known.host,
        port: int = known.port,
        password: str = known.password,
        trusted: bool = True,
    ) -> Ended:
        address = ["--host", host, "--port", str(port), "--username", known.username]
        trust = ["--ca-file", ca_file] if trusted else []
        words = ["vcenter", "test", *address, *trust, "--password-stdin", *more]
        return system.cli(*words, typed=f"{password}\n")

    return run


def complaint(ended: Ended, status: int) -> str:
    """Return the one line a failed command leaves on standard error."""
    assert ended.returncode == status, ended.stderr
    assert ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    return line


def test_a_vcenter_that_lets_us_in_is_named_with_its_version(
    check: Vminer, known: Simulated
) -> None:
    ended = check()

    assert ended.returncode == 0
    assert "VMware vCenter Server" in ended.stdout
    assert str(known.instance_uuid) in ended.stdout


def test_a_registered_vcenter_is_tested_by_its_name(system: System, known: Simulated) -> None:
    ended = system.cli("vcenter", "test", "--name", known.name)

    assert ended.returncode == 0
    assert str(known.instance_uuid) in ended.stdout


def test_a_host_nobody_knows_is_unreachable(check: Vminer) -> None:
    line = complaint(check(host="vcenter.invalid"), 1)

    assert line.startswith("error: vcenter.invalid:")
    assert "cannot be reached" in line
    assert line.endswith("(VCENTER_UNREACHABLE)")


def test_a_port_nobody_listens_on_is_unreachable(check: Vminer) -> None:
    assert complaint(check(port=free_port()), 1).endswith("(VCENTER_UNREACHABLE)")


def test_a_wrong_password_is_said_to_be_one_and_is_not_repeated(
    check: Vminer, known: Simulated
) -> None:
    line = complaint(check(password="guessed-wrong"), 1)

    assert line == (
        f"error: {known.host}:{known.port} refused the user name or password of {known.username};"
        " a registered vCenter gets another by `vminer vcenter set NAME --password-stdin`"
        " (INVALID_CREDENTIALS)"
    )


def test_a_certificate_of_an_unknown_authority_is_not_trusted(check: Vminer) -> None:
    line = complaint(check(trusted=False), 1)

    assert "--ca-file" in line
    assert line.endswith("(CERTIFICATE_UNTRUSTED)")


def test_an_esxi_host_is_not_taken_for_a_vcenter(
    check: Vminer, control: SimulatorClient, known: Simulated
) -> None:
    control.switch_on(known.name, "esxi")

    line = complaint(check(), 1)

    assert "ESX" in line
    assert line.endswith("(NOT_A_VCENTER)")


def test_a_web_server_is_not_taken_for_a_vcenter(check: Vminer, system: System) -> None:
    port = int(system.url.rpartition(":")[2])

    assert complaint(check(port=port), 1).endswith("(NOT_A_VCENTER)")


def test_an_account_that_may_read_nothing_is_told_what_it_needs(
    check: Vminer, control: SimulatorClient, known: Simulated
) -> None:
    control.switch_on(known.name, "missing_property", path="name")

    assert complaint(check(), 1).endswith("(PERMISSION_DENIED)")


def test_a_vcenter_is_registered_once_and_its_password_is_shown_nowhere(
    system: System, known: Simulated, ca_file: str
) -> None:
    address = ["--host", known.host, "--port", str(known.port), "--username", known.username]
    words = ["vcenter", "add", "twice", *address, "--ca-file", ca_file, "--password-stdin"]

    again = system.cli(*words, typed=f"{known.password}\n")
    listed = system.cli("vcenter", "list", "--json")

    assert complaint(again, 2).endswith("(ALREADY_REGISTERED)")
    assert known.name in again.stderr
    rows = {row["name"]: row for row in orjson.loads(listed.stdout)}
    assert {vcenter.name for vcenter in system.vcenters} <= set(rows)
    assert "twice" not in rows
    assert rows[known.name]["instance_uuid"] == str(known.instance_uuid)
    assert known.password not in listed.stdout
    assert "sealed_credentials" not in rows[known.name]


def test_the_list_is_a_table_for_people(system: System) -> None:
    ended = system.cli("vcenter", "list", environment={"COLUMNS": "200"})

    assert ended.returncode == 0
    for vcenter in system.vcenters:
        assert vcenter.name in ended.stdout


def test_a_sync_that_is_waited_for_says_how_it_ended(
    system: System, control: SimulatorClient, known: Simulated
) -> None:
    well = system.cli("vcenter", "sync", known.name, "--wait")
    control.switch_on(known.name, "wrong_password")
    ill = system.cli("vcenter", "sync", known.name, "--wait")
    control.clear(known.name)
    system.sync(known.name)

    assert well.returncode == 0
    assert f"{known.name}: SUCCEEDED" in well.stdout
    assert ill.returncode == 1
    assert f"{known.name}: FAILED" in ill.stdout
    assert "refused the user name or password" in ill.stdout


def test_a_vcenter_nobody_registered_is_not_found(system: System) -> None:
    assert complaint(system.cli("vcenter", "sync", "nobody"), 2).endswith("(NOT_FOUND)")
    assert complaint(system.cli("vcenter", "test", "--name", "nobody"), 2).endswith("(NOT_FOUND)")


@pytest.mark.parametrize(
    "words",
    [["sync"], ["sync", "one", "--all"], ["test"], ["test", "--host", "a", "--name", "b"]],
    ids=" ".join,
)
def test_a_command_without_its_subject_says_what_to_give(system: System, words: list[str]) -> None:
    assert complaint(system.cli("vcenter", *words), 2).endswith("(INVALID_ARGUMENT)")


def test_without_a_key_nothing_is_sealed_or_opened(
    system: System, known: Simulated, ca_file: str
) -> None:
    no_keys = {"VMINER_CREDENTIALS_PUBLIC_KEY": "", "VMINER_CREDENTIALS_PRIVATE_KEY": ""}
    address = ["--host", known.host, "--port", str(known.port), "--username", known.username]
    words = ["vcenter", "add", "new", *address, "--ca-file", ca_file, "--password-stdin"]

    added = system.cli(*words, typed=f"{known.password}\n", environment=no_keys)
    tested = system.cli("vcenter", "test", "--name", known.name, environment=no_keys)

    assert "VMINER_CREDENTIALS_PUBLIC_KEY" in complaint(added, 2)
    assert "VMINER_CREDENTIALS_PRIVATE_KEY" in complaint(tested, 2)


def test_a_database_that_is_away_is_said_to_be(system: System) -> None:
    away = {"VMINER_PRIMARY_URL": f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"}

    for words in (["vcenter", "list"], ["migrate"]):
        ended = system.cli(*words, environment=away)
        assert ended.returncode == 1
        assert ended.stderr.splitlines()[-1].endswith("(DATABASE_UNAVAILABLE)")


def test_a_queue_that_is_away_loses_no_request(system: System, known: Simulated) -> None:
    away = {"VMINER_RABBITMQ_URL": f"amqp://guest:guest@127.0.0.1:{free_port()}/"}

    ended = system.cli("vcenter", "sync", known.name, environment=away)

    assert ended.returncode == 0
    run_id = ended.stdout.split()[2]
    assert system.query("{ syncRuns(first: 1) { nodes { id } } }")
    assert run_id
