"""Queue messages: what was written is read again, everything else is refused with a reason."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from models.messages import SyncRequested
from runtime.errors import InvalidArgumentError

MESSAGE = SyncRequested.about(uuid4(), 7, "FULL", datetime(2030, 1, 1, tzinfo=UTC))


def test_a_message_is_read_as_it_was_written():
    assert SyncRequested.parse(MESSAGE.body()) == MESSAGE


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"not json", "body: Invalid JSON"),
        (b"{}", "version: Field required; run_id: Field required"),
        (MESSAGE.body().replace(b'"version":1', b'"version":2'), "version: Input should be 1"),
        (MESSAGE.body().replace(b'"FULL"', b'"HALF"'), "kind: Input should be"),
        (MESSAGE.body().replace(b'"vcenter_id":7', b'"vcenter_id":"7"'), "vcenter_id"),
        (MESSAGE.body().replace(b"}", b',"more":1}'), "more: Extra inputs"),
        (b"\xff\xfe", "body: Invalid JSON"),
    ],
    ids=["no json", "empty", "newer version", "unknown kind", "text number", "extra", "bytes"],
)
def test_a_malformed_message_is_refused_with_its_reason(body, reason):
    with pytest.raises(InvalidArgumentError, match=reason):
        SyncRequested.parse(body)
