"""What is said where packages of npm cannot be had."""

from pathlib import Path

import pytest

from tests.support import node

APOLLO = Path(__file__).parents[1] / "clients" / "apollo"


def test_without_its_registry_npm_fails_and_the_reason_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node, "KEPT", tmp_path / "kept")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    monkeypatch.setenv("npm_config_fetch_retries", "0")

    with pytest.raises(node.NodeError, match="can it reach its registry"):
        node.installed(APOLLO)

    assert not list(tmp_path.glob("kept/*/installed"))


def test_lock_files_name_no_registry() -> None:
    locks = list(APOLLO.parent.glob("*/package-lock.json"))

    assert len(locks) == 2
    assert not [lock for lock in locks if '"resolved"' in lock.read_text()]
