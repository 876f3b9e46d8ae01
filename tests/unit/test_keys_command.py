"""What `vminer keys` takes, before it asks the database for anything."""

from datetime import timedelta

import pytest
from typer.testing import CliRunner

from runtime.errors import InvalidArgumentError
from vminer.commands.keys import app, duration


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1h", timedelta(hours=1)),
        ("90d", timedelta(days=90)),
        ("52W", timedelta(weeks=52)),
        ("3650d", timedelta(days=3650)),
    ],
)
def test_a_duration_has_a_number_and_a_unit(text: str, expected: timedelta) -> None:
    assert duration(text) == expected


@pytest.mark.parametrize(
    "text", ["", "90", "d", "0d", "-1d", "1.5d", "1y", "3651d", "999999w", "9" * 50 + "d", "٣d"]
)
def test_anything_else_is_refused_with_what_would_do(text: str) -> None:
    with pytest.raises(InvalidArgumentError, match="12h, 90d or 52w"):
        duration(text)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["create", "nightly"], "--vcenter, or --all-vcenters"),
        (["create", "nightly", "--vcenter", "a", "--all-vcenters"], "--vcenter, or --all-vcenters"),
        (["create", "nightly", "--all-vcenters", "--allow", "write"], "read or sync"),
        (["create", "nightly", "--all-vcenters", "--expires", "never"], "--expires takes"),
        (["create", " ", "--all-vcenters"], "printable"),
        (["create", "a\x1b[2J", "--all-vcenters"], "printable"),
        (["create", "a" * 101, "--all-vcenters"], "printable"),
        (["revoke", "nightly"], "vminer keys list"),
    ],
    ids=" ".join,
)
def test_a_mistake_is_answered_with_a_sentence(arguments: list[str], sentence: str) -> None:
    with pytest.raises(InvalidArgumentError, match=sentence):
        CliRunner().invoke(app, arguments, catch_exceptions=False)
