"""Reading lists of vCenters, and the earlier inventory."""

import sqlite3
from contextlib import closing

import pytest

from models.enums import InventoryType
from runtime.errors import InvalidArgumentError
from vminer.moving_in.candidate import read_candidates, trusting, with_problems
from vminer.moving_in.comparison import inventory_before

HEAD = "name,host,port,username,password\n"


def written(tmp_path, name, content):
    path = tmp_path / name
    path.write_text(content)
    return path


def test_a_csv_file_lists_vcenters_with_what_it_leaves_out_filled_in(tmp_path):
    path = written(tmp_path, "all.csv", HEAD + "ams,vc-ams.test,8443,reader,s3cret\n,b.test,,r,\n")

    first, second = read_candidates(path)

    assert (first.name, first.host, first.port, first.password) == (
        "ams",
        "vc-ams.test",
        8443,
        "s3cret",
    )
    assert (second.name, second.port, second.problem) == ("b.test", 443, None)
    assert "s3cret" not in repr(first)


@pytest.mark.parametrize(
    "content", ["- {host: a.test, username: r}", "vcenters: [{host: a.test, username: r}]"]
)
def test_a_yaml_file_lists_vcenters_at_its_top_or_under_a_key(tmp_path, content):
    (found,) = read_candidates(written(tmp_path, "all.yaml", content))

    assert (found.host, found.username, found.problem) == ("a.test", "r", None)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("a,,443,reader,p", "host is missing"),
        ("a,b.test,443,,p", "username is missing"),
        ("a,b.test,70000,reader,p", "port must be a number from 1 to 65535, not '70000'"),
        ("a,b.test,x,reader,p", "port must be a number from 1 to 65535, not 'x'"),
    ],
)
def test_a_row_that_cannot_be_used_says_why(tmp_path, row, problem):
    (found,) = read_candidates(written(tmp_path, "all.csv", HEAD + row))

    assert found.problem == problem


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("all.csv", "hostname,user\na,b\n"),
        ("all.yaml", "just: text"),
        ("all.yaml", "- one\n- two"),
        ("all.yaml", "{"),
    ],
)
def test_a_file_of_another_kind_is_refused(tmp_path, name, content):
    with pytest.raises(InvalidArgumentError):
        read_candidates(written(tmp_path, name, content))


def test_a_binary_file_is_refused(tmp_path):
    path = tmp_path / "all.csv"
    path.write_bytes(b"\xff\xfe\x00\x01")

    with pytest.raises(InvalidArgumentError, match="neither text nor"):
        read_candidates(path)


def test_what_is_registered_or_listed_twice_is_marked(tmp_path):
    rows = "a,one.test,443,r,\nb,ONE.test,443,r,\na,two.test,443,r,\nc,old.test,443,r,\n"
    found = read_candidates(written(tmp_path, "all.csv", HEAD + rows))

    checked = with_problems(found, names={"x"}, addresses={("old.test", 443)})

    assert [each.problem for each in checked] == [
        None,
        "ONE.test:443 is registered, or listed twice",
        "the name 'a' is taken, or listed twice",
        "old.test:443 is registered, or listed twice",
    ]


@pytest.fixture
def old_database(tmp_path):
    """The earlier vMiner's database with two vCenters."""
    path = tmp_path / "vminer.db"
    with closing(sqlite3.connect(path)) as database:
        database.executescript("""
            CREATE TABLE vcenters (id INTEGER, hostname TEXT, username TEXT, password TEXT,
                is_active INTEGER, last_sync TEXT);
            CREATE TABLE virtual_machines (moid TEXT, name TEXT, vcenter_id INTEGER, cluster TEXT,
                host TEXT, power_state TEXT);
            INSERT INTO vcenters VALUES (1, 'VC1.test', 'reader', 'pw', 1, NULL),
                (2, 'vc2.test', 'reader', 'pw', 0, NULL);
            INSERT INTO virtual_machines VALUES ('vm-1', 'web', 1, 'c1', 'esx1', 'poweredOn');
            """)
        database.commit()
    return path


def test_the_earlier_database_lists_its_vcenters_and_leaves_inactive_ones_out(old_database):
    active, inactive = with_problems(read_candidates(old_database), names=set(), addresses=set())

    assert (active.host, active.password, active.is_wanted) == ("VC1.test", "pw", True)
    assert (inactive.left_out, inactive.problem) == ("it was not active", None)
    assert not inactive.is_wanted


def test_an_inactive_vcenter_is_left_out_even_where_nothing_in_its_row_can_be_used(old_database):
    with closing(sqlite3.connect(old_database)) as database:
        database.execute("UPDATE vcenters SET hostname = NULL, username = '' WHERE id = 2")
        database.commit()

    _, inactive = read_candidates(old_database)

    assert (inactive.left_out, inactive.problem) == ("it was not active", None)


def test_an_inactive_vcenter_takes_no_name_or_address_from_an_active_one(old_database):
    with closing(sqlite3.connect(old_database)) as database:
        database.execute("UPDATE vcenters SET hostname = 'vc1.test', is_active = 2 - id")
        database.execute("UPDATE vcenters SET id = 0 WHERE id = 2")
        database.commit()

    inactive, active = with_problems(read_candidates(old_database), names=set(), addresses=set())

    assert (inactive.left_out, active.problem) == ("it was not active", None)


def test_what_a_vcenter_of_a_file_names_for_trust_goes_before_what_holds_for_all(tmp_path):
    head = "host,username,ca_file,fingerprint\n"
    rows = "own-ca.test,r,own.pem,\nown-pin.test,r,,AA\npinned.test,r,,\nplain.test,r,,\n"
    found = read_candidates(written(tmp_path, "all.csv", head + rows))

    trusted = trusting(found, ca_file="ours.pem", fingerprints={"PINNED.test:443": "BB"})

    assert [(each.ca_file, each.fingerprint) for each in trusted] == [
        ("own.pem", None),
        (None, "AA"),
        (None, "BB"),
        ("ours.pem", None),
    ]


def test_a_fingerprint_for_a_vcenter_that_is_not_in_the_file_is_refused(old_database):
    with pytest.raises(InvalidArgumentError, match=r"vc3\.test"):
        trusting(read_candidates(old_database), ca_file=None, fingerprints={"vc3.test": "AA"})


def test_the_earlier_inventory_is_read_by_address_type_and_moid(old_database):
    with closing(sqlite3.connect(old_database)) as database:
        database.executescript("""
            ALTER TABLE vcenters ADD COLUMN port INTEGER;
            UPDATE vcenters SET port = 8443 WHERE id = 2;
            CREATE TABLE hosts (id INTEGER, moid TEXT, name TEXT, vcenter_id INTEGER, vendor TEXT);
            CREATE TABLE clusters (moid TEXT, name TEXT, vcenter_id INTEGER);
            INSERT INTO hosts VALUES (1, 'host-1', 'esx1', 2, 'Dell'), (2, 'host-9', 'esx9', 3, '');
            """)
        database.commit()

    before = inventory_before(old_database)

    machine = {"name": "web", "power_state": "poweredOn", "host": "esx1", "cluster": "c1"}
    assert before.vcenters == {
        ("vc1.test", 443): {
            InventoryType.VirtualMachine: {"vm-1": machine},
            InventoryType.Host: {},
            InventoryType.Cluster: {},
        },
        ("vc2.test", 8443): {
            InventoryType.VirtualMachine: {},
            InventoryType.Host: {"host-1": {"name": "esx1"}},
            InventoryType.Cluster: {},
        },
    }


def test_a_table_without_moids_is_not_compared(old_database):
    with closing(sqlite3.connect(old_database)) as database:
        database.execute("CREATE TABLE datastores (id INTEGER, name TEXT, vcenter_id INTEGER)")
        database.commit()

    assert inventory_before(old_database).types == {InventoryType.VirtualMachine}


@pytest.mark.parametrize("read", [read_candidates, inventory_before])
def test_another_sqlite_database_is_refused(tmp_path, read):
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE cats (name TEXT)")

    with pytest.raises(InvalidArgumentError, match="earlier vMiner"):
        read(path)


def test_a_database_with_an_odd_path_is_read(old_database, tmp_path):
    odd = tmp_path / "a?b%20#c.db"
    odd.write_bytes(old_database.read_bytes())

    assert len(read_candidates(odd)) == 2
