"""Names as vSphere stores them and as people see them."""

import pytest

from sync_agent.collector.value import decoded_name


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("web%2f01", "web/01"),
        ("web%2F01", "web/01"),
        ("a%5cb%5C", "a\\b\\"),
        ("100%25", "100%"),
        ("%252f", "%2f"),
        ("%25252f", "%252f"),
        ("%2", "%2"),
        ("%", "%"),
        ("%zz%20", "%zz%20"),
        ("50%25%2f50%25", "50%/50%"),
        ("日本%2f語", "日本/語"),
        ("", ""),
    ],
)
def test_only_what_vsphere_escapes_is_decoded_and_once(raw, seen):
    assert decoded_name(raw) == seen
