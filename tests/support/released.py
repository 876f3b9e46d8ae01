"""Compares the schema with that of the last release, and keeps it as that of a new one.

`python -m tests.support.released` writes docs/released.graphql, `--check` names what breaks clients
and is not accepted (docs/schema.md: Releases). Before the first release there is nothing to break.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from graphql import GraphQLSchema, build_schema, find_breaking_changes

ROOT = Path(__file__).parent.parent.parent
SCHEMA = ROOT / "graphql_api" / "schema.graphql"
RELEASED = ROOT / "docs" / "released.graphql"
HEAD = "# The schema of vMiner {}, as released (docs/schema.md).\n\n"
VERSION = re.compile(r"^# The schema of vMiner (\d+)\.(\d+)\.(\d+),")
RELEASE = re.compile(r"^## \[?v?(\d+\.\d+\.\d+)\b", re.MULTILINE)
UNRELEASED = re.compile(r"^## Unreleased\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
BREAKING = re.compile(r"^### Breaking\n(.*?)(?=^### |\Z)", re.MULTILINE | re.DOTALL)
REMOVED = re.compile(r"(\w+)\.(\w+)(?:\((\w+):\))? was removed\.$")
HOW = (
    "Keep it and deprecate it; or accept it for a new release: raise the version in pyproject.toml"
    " ({needed}) and list the line under `### Breaking` of the changelog's part Unreleased"
    " (docs/schema.md)."
)

Version = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Release:
    """The last release: its version and its schema."""

    version: Version
    sdl: str

    @classmethod
    def read(cls, text: str) -> "Release":
        """Read it from the text of docs/released.graphql."""
        found = VERSION.match(text)
        assert found is not None, f"{RELEASED.name} does not begin with {HEAD.format('0.0.0')!r}"
        major, minor, patch = (int(part) for part in found.groups())
        return cls((major, minor, patch), text)


def broken(old: str, new: str) -> list[str]:
    """Return what of one schema another breaks; what was deprecated there may go."""
    before = build_schema(old, assume_valid_sdl=True)
    after = build_schema(new, assume_valid_sdl=True)
    changes = (change.description for change in find_breaking_changes(before, after))
    return [change for change in changes if not _was_deprecated(before, change)]


def _was_deprecated(schema: GraphQLSchema, change: str) -> bool:
    found = REMOVED.search(change)
    if found is None:
        return False
    type_ = schema.type_map.get(found[1])
    fields = getattr(type_, "fields", None) or getattr(type_, "values", None) or {}
    gone = fields.get(found[2])
    if found[3] is not None:
        gone = gone.args.get(found[3])
    return gone is not None and gone.deprecation_reason is not None


def may_break(old: Version, new: Version) -> bool:
    """Tell whether a new version may break what the old one promised.

    >>> may_break((0, 1, 3), (0, 2, 0)), may_break((1, 1, 3), (1, 2, 0))
    (True, False)
    """
    return new[:2] > old[:2] if old[0] == 0 else new[0] > old[0]


def complaints(release: Release, sdl: str, version: Version, changelog: str) -> list[str]:
    """Return what breaks clients of a release and is not accepted, each with what to do."""
    told = " ".join(" ".join(_accepted(changelog)).split())
    is_allowed = may_break(release.version, version)
    major, minor, _ = release.version
    needed = f"to 0.{minor + 1}.0" if major == 0 else f"to {major + 1}.0.0"
    return [
        f"{change} {HOW.format(needed=needed)}"
        for change in broken(release.sdl, sdl)
        if not is_allowed or change not in told
    ]


def _accepted(changelog: str) -> Iterator[str]:
    for unreleased in UNRELEASED.findall(changelog):
        yield from BREAKING.findall(unreleased)


def releases(changelog: str) -> list[str]:
    """Return the versions that a changelog has headings for, newest first."""
    return RELEASE.findall(changelog)


def current_version() -> Version:
    """Return the version of pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    major, minor, patch = (int(part) for part in project["version"].split("."))
    return major, minor, patch


def found_here() -> list[str]:
    """Return the complaints about this checkout; none before the first release."""
    changelog = (ROOT / "CHANGELOG.md").read_text()
    if not RELEASED.exists():
        return [
            f"{RELEASED.name} of the changelog's release {newest} is missing: make release-schema"
            for newest in releases(changelog)[:1]
        ]
    release = Release.read(RELEASED.read_text())
    return complaints(release, SCHEMA.read_text(), current_version(), changelog)


def main() -> int:
    """Write or check, as the arguments say."""
    if "--check" in sys.argv:
        wrong = found_here()
        for complaint in wrong:
            print(complaint)
        return bool(wrong)
    version = ".".join(str(part) for part in current_version())
    RELEASED.write_text(HEAD.format(version) + SCHEMA.read_text())
    return 0


if __name__ == "__main__":
    sys.exit(main())
