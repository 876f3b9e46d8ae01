"""The unprivileged account servers run as: PostgreSQL refuses root, the others need not be root."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """Whom servers run as; `name` is None where that is simply the caller."""

    name: str | None
    uid: int
    gid: int

    @classmethod
    def choose(cls) -> "Account":
        """Return an unprivileged account when the caller is root, else the caller."""
        if os.geteuid() != 0:
            return cls(None, os.getuid(), os.getgid())
        known = {entry.pw_name: entry for entry in pwd.getpwall()}
        entry = next(known[name] for name in CANDIDATES if name in known)
        return cls(entry.pw_name, entry.pw_uid, entry.pw_gid)

    def popen(self) -> dict[str, Any]:
        """Return the arguments of subprocess that start a program as this account."""
        if self.name is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def make_directory(self, path: Path, mode: int = 0o700) -> None:
        """Make a directory that belongs to this account."""
        path.mkdir(mode=mode, parents=True, exist_ok=True)
        self.own(path)

    def own(self, path: Path) -> None:
        """Give a file or directory to this account."""
        if self.name is not None:
            os.chown(path, self.uid, self.gid)
