"""What lies under datastores, and how hosts see them."""

from models.enums import InventoryType
from sync_agent.collector.fill import Columns
from sync_agent.collector.volume import mounts_of, set_volume
from tests.support.raw import raw_object


def volume(inner: str) -> dict[str, object]:
    raw = raw_object("Datastore", info=inner)
    columns = Columns(raw)
    set_volume(raw, columns)
    return {name: content for name, content in columns.known.items() if content is not None}


def test_vmfs_tells_its_disks_in_order():
    extent = "<extent><diskName>{}</diskName><partition>1</partition></extent>"
    found = volume(f"<vmfs>{extent.format('naa.2')}{extent.format('naa.1')}</vmfs>")

    assert [each["disk_name"] for each in found["extents"]] == ["naa.2", "naa.1"]


def test_the_block_size_in_kib_counts_before_the_one_in_mib():
    assert volume("<vmfs><blockSizeMb>1</blockSizeMb></vmfs>")["block_size_bytes"] == 2**20
    both = "<vmfs><blockSizeMb>1</blockSizeMb><blockSize>4</blockSize></vmfs>"
    assert volume(both)["block_size_bytes"] == 4096


def test_nfs_tells_its_server_and_no_vmfs():
    found = volume("<nas><remoteHost>nas</remoteHost><remotePath>/export</remotePath></nas>")

    assert found == {"nfs_host": "nas", "nfs_path": "/export"}


def test_vsan_has_neither():
    assert volume("<membershipUuid>5</membershipUuid>") == {}


def test_mounts_are_kept_by_host_and_hidden_ones_are_unknown():
    mount = (
        "<DatastoreHostMount><key>host-1</key><mountInfo><accessMode>readOnly</accessMode>"
        "<mounted>true</mounted></mountInfo></DatastoreHostMount>"
    )
    seen, hidden = (
        raw_object("Datastore", host=mount),
        raw_object("Datastore", missing={"host": "X"}),
    )

    assert mounts_of(seen, Columns(seen)) == {
        InventoryType.Host: {
            "host-1": {
                "access_mode": "readOnly",
                "mounted": True,
                "accessible": None,
                "inaccessible_reason": None,
            }
        }
    }
    assert mounts_of(hidden, Columns(hidden)) == {}
