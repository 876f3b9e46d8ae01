"""Properties that a vCenter's build does not have: refused once, remembered by the process.

vCenter refuses a whole request for one property that it does not know, and names one at a time.
Every scan would pay for each of them again. What one vCenter says is believed of it alone, for a
day: a proxy or a service that is half started may say anything.
"""

from collections import defaultdict
from collections.abc import Mapping
from time import monotonic
from uuid import UUID

from sync_agent.collector.reply import NOT_IN_RELEASE

Asked = dict[str, tuple[str, ...]]
"""Properties by the managed objects they are asked of."""
ESSENTIAL = frozenset(
    {
        "name",
        "parent",
        "runtime.connectionState",
        "runtime.powerState",
        "config.uuid",
        "config.instanceUuid",
        "summary.hardware.uuid",
    }
)
"""What every release has: whoever refuses it is not well, and is not read."""
BELIEVED_SECONDS = 86_400.0


class Refused:
    """What one vCenter refuses, by the managed objects that lack it."""

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
        """Remember that a request was refused for a property.

        False: it did not ask for that, or no release lacks it.
        """
        if path in ESSENTIAL:
            return False
        lacking = [name for name, paths in asked.items() if path in paths]
        for name in lacking:
            self._paths[name].add(path)
        return bool(lacking)


class Refusals:
    """What each vCenter refused so far, while it is of one build."""

    def __init__(self) -> None:
        self._known: dict[UUID, tuple[str, float, Refused]] = {}

    def of(self, vcenter: UUID, build: str) -> Refused:
        """Return what a vCenter of that build refuses, as its scans go on finding out."""
        known = self._known.get(vcenter)
        if known is None or known[0] != build or known[1] < monotonic():
            known = (build, monotonic() + BELIEVED_SECONDS, Refused())
            self._known[vcenter] = known
        return known[2]
