"""The check against the schema of the last release: on this checkout, and on schemas made up."""

from typing import Any

import pytest
from graphql import DEFAULT_DEPRECATION_REASON

from graphql_api.schema import core_schema
from tests.support.released import (
    HEAD,
    Release,
    broken,
    complaints,
    found_here,
    main,
    releases,
)

OLD = """
type Query { host(id: ID!): Host  old: Int @deprecated(reason: "Use host.") }
type Host { name: String!  cores: Int  state(at: Int, by: Int @deprecated(reason: "x")): State }
enum State { UP DOWN GONE @deprecated(reason: "Use DOWN.") }
"""
RELEASE = Release.read(HEAD.format("0.3.1") + OLD)
WITHOUT_CORES = OLD.replace("cores: Int", "")
LOST = "Host.cores was removed."
ACCEPTED = f"## Unreleased\n\n### Breaking\n\n- Field\n  {LOST} Ask for threads.\n\n## 0.3.1\n"


def test_nothing_here_breaks_the_last_release() -> None:
    assert found_here() == []


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ("cores: Int", "", LOST),
        ("name: String!", "name: String", "Host.name changed type from String! to String"),
        ("state(at: Int,", "state(at: Int!,", "at:) has changed type from Int to Int!"),
        ("DOWN GONE", "GONE", "State.DOWN was removed"),
        ("at: Int,", "at: Int, of: Int!,", "of:) was added"),
    ],
    ids=["a field", "a promise", "an argument", "a value", "a new requirement"],
)
def test_what_breaks_documents_or_types_is_named(before: str, after: str, named: str) -> None:
    (change,) = broken(OLD, OLD.replace(before, after))

    assert named in change


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("cores: Int", "cores: Int  threads: Int"),
        ("UP DOWN", "UP DOWN RESTING"),
        ("at: Int,", "at: Int, of: Int,"),
        ("cores: Int", 'cores: Int @deprecated(reason: "Use threads.")'),
        ('old: Int @deprecated(reason: "Use host.")', ""),
        ('GONE @deprecated(reason: "Use DOWN.")', ""),
        (', by: Int @deprecated(reason: "x")', ""),
        ("type Host {", '"What runs VMs." type Host {'),
        ("type Host {", 'type Host @key(fields: "id") {'),
    ],
    ids=[
        *("a field", "a value", "an argument", "a deprecation"),
        *("a deprecated field goes", "a deprecated value goes", "a deprecated argument goes"),
        *("a description", "a directive"),
    ],
)
def test_what_breaks_nobody_is_not_named(before: str, after: str) -> None:
    assert before in OLD
    assert broken(OLD, OLD.replace(before, after)) == []


@pytest.mark.parametrize(
    ("version", "changelog", "is_accepted"),
    [
        ((0, 4, 0), ACCEPTED, True),
        ((1, 0, 0), ACCEPTED, True),
        ((0, 3, 2), ACCEPTED, False),
        ((0, 4, 0), "## Unreleased\n\n### Added\n\n- Host.cores was removed.\n", False),
        ((0, 4, 0), f"## Unreleased\n\n## 0.3.1\n\n### Breaking\n\n- {LOST}\n", False),
    ],
    ids=["minor, listed", "major, listed", "patch", "not listed as breaking", "of old"],
)
def test_a_break_is_accepted_by_the_version_and_the_changelog_together(
    version: tuple[int, int, int], changelog: str, is_accepted: bool
) -> None:
    found = complaints(RELEASE, WITHOUT_CORES, version, changelog)

    assert (found == []) is is_accepted


def test_from_1_0_on_only_a_major_version_may_break() -> None:
    release = Release.read(HEAD.format("1.2.0") + OLD)

    minor = complaints(release, WITHOUT_CORES, (1, 3, 0), ACCEPTED)
    major = complaints(release, WITHOUT_CORES, (2, 0, 0), ACCEPTED)

    assert major == []
    assert len(minor) == 1
    assert "to 2.0.0" in minor[0]


def test_a_complaint_says_what_broke_and_how_to_accept_it() -> None:
    (complaint,) = complaints(RELEASE, WITHOUT_CORES, (0, 3, 2), "")

    assert LOST in complaint
    assert "pyproject.toml (to 0.4.0)" in complaint
    assert "### Breaking" in complaint


def test_every_deprecation_says_what_to_use_instead() -> None:
    """Fields, their arguments, and values of enumerations."""
    parts: list[Any] = []
    for type_ in core_schema.type_map.values():
        for part in {**getattr(type_, "fields", {}), **getattr(type_, "values", {})}.values():
            parts += [part, *getattr(part, "args", {}).values()]

    assert len(parts) > 500
    assert DEFAULT_DEPRECATION_REASON not in {part.deprecation_reason for part in parts}


@pytest.fixture
def checkout(tmp_path, monkeypatch: pytest.MonkeyPatch):
    """A checkout that has released nothing yet."""
    monkeypatch.setattr("tests.support.released.ROOT", tmp_path)
    monkeypatch.setattr("tests.support.released.SCHEMA", tmp_path / "schema.graphql")
    monkeypatch.setattr("tests.support.released.RELEASED", tmp_path / "released.graphql")
    (tmp_path / "schema.graphql").write_text(OLD)
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "0.1.0"\n')
    (tmp_path / "CHANGELOG.md").write_text("## Unreleased\n\n- All of it.\n")
    return tmp_path


def test_the_first_release_starts_the_check(checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["released"])
    assert found_here() == []

    (checkout / "CHANGELOG.md").write_text("## Unreleased\n\n## [0.1.0] - 2030-01-01\n\n- All.\n")
    assert "make release-schema" in found_here()[0]

    assert main() == 0
    assert found_here() == []
    assert (checkout / "released.graphql").read_text().startswith("# The schema of vMiner 0.1.0,")

    (checkout / "schema.graphql").write_text(WITHOUT_CORES)
    assert LOST in found_here()[0]


def test_an_unaccepted_break_fails_the_check(
    checkout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (checkout / "released.graphql").write_text(HEAD.format("0.1.0") + OLD)
    (checkout / "schema.graphql").write_text(WITHOUT_CORES)
    monkeypatch.setattr("sys.argv", ["released", "--check"])

    assert main() == 1
    assert LOST in capsys.readouterr().out


def test_the_releases_are_those_of_the_changelogs_headings() -> None:
    changelog = "## Unreleased\n\n## [1.0.0] - 2031-01-01\n\n## 0.2.0\n\n### Added\n"

    assert releases(changelog) == ["1.0.0", "0.2.0"]
