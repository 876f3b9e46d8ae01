"""Moving in: the earlier vMiner's database or a list, looked at, registered, synced, compared."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import orjson
import pytest
import yaml

from models.db.engines import primary_engine
from sync_agent.collector.certificate import Certificate
from tests.acceptance.test_vcenter_upkeep import presented_by
from tests.support.registry import new_vcenter
from tests.support.simulated import Simulated
from tests.support.system import System
from vminer.simulator.background import simulated
from vminer.simulator.simulation import Simulation

SIZES = (12, 5)
NAMES = ("moving-ams", "moving-fra")
MACHINES = "moid name powerState host { name } cluster { name }"
OLD_TABLES = """
    CREATE TABLE vcenters (id INTEGER, name TEXT, hostname TEXT, port INTEGER, username TEXT,
        password TEXT, is_active INTEGER);
    CREATE TABLE virtual_machines (moid TEXT, name TEXT, vcenter_id INTEGER, cluster TEXT,
        host TEXT, power_state TEXT);
    CREATE TABLE hosts (moid TEXT, name TEXT, vcenter_id INTEGER, cluster TEXT);
    CREATE TABLE datastores (moid TEXT, name TEXT, vcenter_id INTEGER);
"""
Rows = list[tuple[object, ...]]


@pytest.fixture(scope="module")
def arriving() -> Iterator[Simulation]:
    """Two vCenters that nobody registered, under a certificate authority of their own."""
    with simulated(SIZES, seed=77) as running:
        yield running


@pytest.fixture
def new(system: System, arriving: Simulation) -> Iterator[list[Simulated]]:
    """Return them as they are to be registered; afterwards they behave, and are forgotten."""
    yield [
        Simulated(
            name=name,
            host="127.0.0.1",
            port=each.port,
            username=each.vcenter.identity.username,
            password=each.vcenter.identity.password,
            instance_uuid=uuid4(),
            vms=size,
        )
        for name, each, size in zip(NAMES, arriving.listening, SIZES, strict=True)
    ]
    for vcenter in arriving.vcenters:
        vcenter.troubles.clear()
    for name in registered(system) & set(NAMES):
        removed = system.cli("vcenter", "remove", name, "--yes")
        assert removed.returncode == 0, removed.stderr


@pytest.fixture
def authority(arriving: Simulation, tmp_path: Path) -> str:
    """The certificate authority of the vCenters that move in."""
    path = tmp_path / "ca.pem"
    path.write_text(arriving.ca_pem)
    return str(path)


@pytest.fixture
def earlier(new: list[Simulated], tmp_path: Path) -> Path:
    """The earlier vMiner's database: the first vCenter, one that is inactive, and no machine."""
    path = tmp_path / "vminer.db"
    inactive = (2, "old", "vc-old.invalid", None, "reader", "pw", 0)
    first = new[0]
    rows: Rows = [
        (1, first.name, first.host, first.port, first.username, first.password, 1),
        inactive,
    ]
    with closing(sqlite3.connect(path)) as database:
        database.executescript(OLD_TABLES)
        database.commit()
    add_rows(path, "vcenters", rows)
    return path


def add_rows(path: Path, table: str, rows: Rows) -> None:
    with closing(sqlite3.connect(path)) as database:
        places = ", ".join("?" * len(rows[0]))
        database.executemany(f"INSERT INTO {table} VALUES ({places})", rows)
        database.commit()


def registered(system: System) -> set[str]:
    rows = orjson.loads(system.cli("vcenter", "list", "--json").stdout)
    return {row["name"] for row in rows}


def listed(path: Path, *vcenters: Simulated) -> Path:
    """Write a CSV list of vCenters."""
    rows = [
        f"{each.name},127.0.0.1,{each.port},{each.username},{each.password}" for each in vcenters
    ]
    path.write_text("\n".join(["name,host,port,username,password", *rows]))
    return path


@pytest.fixture
def import_(system: System, authority: str) -> Callable[..., tuple[int, str]]:
    """Run `vminer vcenter import` with the right CA; return its status and all it said."""

    def run(path: Path, *more: str) -> tuple[int, str]:
        words = ["vcenter", "import", str(path), "--ca-file", authority, *more]
        ended = system.cli(*words, environment={"COLUMNS": "200"})
        return ended.returncode, ended.stdout + ended.stderr

    return run


def test_the_earlier_database_is_looked_at_registered_synced_and_compared(
    system: System, new: list[Simulated], earlier: Path, import_: Callable[..., tuple[int, str]]
) -> None:
    name = new[0].name

    status, said = import_(earlier)
    assert status == 0
    assert "left out: it was not active" in said
    assert "1 left out." in said
    assert "1 can be registered" in said
    assert not registered(system) & set(NAMES), "a look writes nothing"

    status, said = import_(earlier, "--apply")
    assert (status, name in registered(system)) == (0, True), said
    assert "1 vcenters registered" in said.lower()
    assert "old" not in registered(system)

    machines = _machines_once_synced(system, name, new[0].vms)
    gone, kept = machines[0], machines[1:]
    rows = [_old_row(each) for each in kept]
    renamed = (rows[0][0], "its-former-name", *rows[0][2:])
    lost = ("vm-lost", "lost", 1, None, None, None)
    add_rows(earlier, "virtual_machines", [renamed, *rows[1:], lost])
    add_rows(earlier, "hosts", [("host-lost", "esx-lost", 1, None)])
    ended = system.cli("vcenter", "import-report", str(earlier), environment={"COLUMNS": "200"})

    assert ended.returncode == 0, ended.stderr
    table = _counts(ended.stdout)
    assert table[name, "VirtualMachine"] == [str(len(rows) - 1), "1", "1", "1"]
    assert table[name, "Host"][:3] == ["0", "0", "1"]
    assert table[name, "Datastore"][:3] == ["0", "0", "0"]
    assert table["vc-old.invalid:443", "not registered"] == ["", "", "", ""]
    said = ended.stdout
    assert f"VirtualMachine {renamed[0]}: name 'its-former-name' -> '{kept[0]['name']}'" in said
    assert f"{name} VirtualMachine vm-lost: only in the earlier inventory" in said
    assert f"{name} VirtualMachine {gone['moid']}: only now" in said
    assert "Cluster: not compared" in said


def test_a_vcenter_that_was_not_synced_yet_is_said_to_be_so(system: System, tmp_path: Path) -> None:
    name, path = f"never-{uuid4()}", tmp_path / "vminer.db"
    host = f"{name}.invalid"

    async def register() -> None:
        engine = primary_engine(system.database)
        await new_vcenter(engine, name=name, host=host, port=8443)
        await engine.dispose()

    asyncio.run(register())
    with closing(sqlite3.connect(path)) as database:
        database.executescript(OLD_TABLES)
    add_rows(
        path, "vcenters", [(1, name, host, 8443, "r", "p", 1), (2, name, host, 443, "r", "p", 1)]
    )
    machine = ("vm-1", "web", 1, None, None, None)
    add_rows(path, "virtual_machines", [machine])

    ended = system.cli("vcenter", "import-report", str(path), environment={"COLUMNS": "250"})
    system.cli("vcenter", "remove", name, "--yes")

    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.count("not synced yet") == 3, "machines, hosts and datastores"
    assert "only in the earlier inventory" not in ended.stdout
    assert f"{host}:443" in ended.stdout, "another port is another vCenter"
    assert ended.stdout.count("not registered") == 1


def test_of_two_vcenters_of_which_one_refuses_the_password_none_is_registered(
    system: System,
    new: list[Simulated],
    arriving: Simulation,
    tmp_path: Path,
    import_: Callable[..., tuple[int, str]],
) -> None:
    arriving.vcenters[1].switch_on("wrong_password")
    path = listed(tmp_path / "all.csv", *new)

    status, said = import_(path, "--apply")

    assert status == 2
    assert "refused the user name or password" in said
    assert "1 cannot be registered, so none was" in said
    assert not registered(system) & set(NAMES)


def test_the_others_are_registered_where_the_failing_are_to_be_skipped(
    system: System,
    new: list[Simulated],
    arriving: Simulation,
    tmp_path: Path,
    import_: Callable[..., tuple[int, str]],
) -> None:
    arriving.vcenters[1].switch_on("wrong_password")
    path = listed(tmp_path / "all.csv", *new)

    status, said = import_(path, "--apply", "--skip-failing")

    assert status == 0, said
    assert "1 vcenters registered" in said.lower()
    assert registered(system) & set(NAMES) == {NAMES[0]}


def test_a_yaml_list_is_registered_with_fingerprints_given_by_address(
    system: System, new: list[Simulated], tmp_path: Path
) -> None:
    path = tmp_path / "all.yaml"
    keys = ("name", "host", "port", "username", "password")
    items = [{key: getattr(each, key) for key in keys} for each in new]
    path.write_text(yaml.safe_dump({"vcenters": items}))
    pins = [f"127.0.0.1:{each.port}={_fingerprint(each)}" for each in new]
    words = ["vcenter", "import", str(path), "--apply", "--fingerprint", pins[0], "--fingerprint"]

    wrong = system.cli(*words, f"127.0.0.1:{new[1].port}=00:11", environment={"COLUMNS": "200"})
    right = system.cli(*words, pins[1])

    assert wrong.returncode == 2
    assert "the certificate presented has SHA-256" in wrong.stdout
    assert right.returncode == 0, right.stderr
    assert registered(system) >= set(NAMES)


def test_one_vcenter_under_two_addresses_is_registered_once(
    system: System,
    new: list[Simulated],
    arriving: Simulation,
    tmp_path: Path,
    import_: Callable[..., tuple[int, str]],
) -> None:
    twin = arriving.vcenters[0].identity.instance_uuid
    arriving.vcenters[1].switch_on("other_instance_uuid", value=twin)
    path = listed(tmp_path / "all.csv", *new)

    status, said = import_(path, "--apply")
    assert status == 2
    assert f"it is the vCenter '{NAMES[0]}' (instanceUuid {twin})" in said
    assert not registered(system) & set(NAMES)

    status, said = import_(path, "--apply", "--skip-failing")
    assert (status, registered(system) & set(NAMES)) == (0, {NAMES[0]}), said


@pytest.mark.parametrize("pin", ["00:11", "=00:11", "host="])
def test_a_fingerprint_without_an_address_is_refused(
    pin: str, tmp_path: Path, import_: Callable[..., tuple[int, str]]
) -> None:
    (tmp_path / "all.csv").write_text("host,username\nvc.invalid,reader\n")

    status, said = import_(tmp_path / "all.csv", "--fingerprint", pin)

    assert status == 2
    assert said.rstrip().endswith("(INVALID_ARGUMENT)")


def _old_row(machine: dict) -> tuple[object, ...]:
    """Return a machine as the earlier vMiner kept it."""
    cluster = (machine["cluster"] or {}).get("name")
    host = machine["host"]["name"]
    return (machine["moid"], machine["name"], 1, cluster, host, machine["powerState"])


def _counts(said: str) -> dict[tuple[str, str], list[str]]:
    """Return the table of a report: same, changed, only before, only now, by vCenter and type."""
    lines = [line.split("│")[1:-1] for line in said.splitlines() if "│" in line]
    return {(cells[0].strip(), cells[1].strip()): [*map(str.strip, cells[2:])] for cells in lines}


def _fingerprint(vcenter: Simulated) -> str:
    certificate: Certificate = presented_by(vcenter)
    return certificate.fingerprint


def _machines_once_synced(system: System, name: str, count: int) -> list[dict]:
    """Return the machines of a vCenter by moid, when the replica has all of them."""
    found: list[dict] = []

    def done() -> bool:
        where = f', filter: {{vcenterId: {{eq: "{system.vcenter(name)["id"]}"}}}}'
        found[:] = system.pages("virtualMachines", MACHINES, where)
        return len(found) == count

    system.until(done, f"{name} is synced")
    return sorted(found, key=lambda machine: str(machine["moid"]))
