"""Properties that a build of vSphere does not have: refused once, remembered by the process.

vCenter refuses a whole request for one property that it does not know, and names one at a time.
Every scan would pay for each of them again; a build never learns.
"""

from collections import defaultdict
from collections.abc import Mapping

from sync_agent.collector.reply import NOT_IN_RELEASE

Asked = dict[str, tuple[str, ...]]
"""Properties by the managed objects they are asked of."""


class Refused:
    """What one build refuses, by the managed objects that lack it."""

    def __init__(self) -> None:
        self._paths: defaultdict[str, set[str]] = defaultdict(set)

    def missing(self, asked: Asked) -> Mapping[str, Mapping[str, str]]:
        """Return what need not be asked for, as vCenter says of an object what it misses.

        >>> refused = Refused()
        >>> refused.add({"Datastore": ("name", "info")}, "info")
        True
        >>> refused.missing({"Datastore": ("name", "info"), "Folder": ("name",)})
        {'Datastore': {'info': 'InvalidProperty'}, 'Folder': {}}
        """
        return {
            name: dict.fromkeys(
                [path for path in paths if path in self._paths[name]], NOT_IN_RELEASE
            )
            for name, paths in asked.items()
        }

    def add(self, asked: Asked, path: str) -> bool:
        """Remember that a request was refused for a property; False: it did not ask for that."""
        lacking = [name for name, paths in asked.items() if path in paths]
        for name in lacking:
            self._paths[name].add(path)
        return bool(lacking)


class Refusals:
    """What each build refused so far."""

    def __init__(self) -> None:
        self._by_build: defaultdict[str, Refused] = defaultdict(Refused)

    def of(self, build: str) -> Refused:
        """Return what a build refuses, as its scans go on finding out."""
        return self._by_build[build]
