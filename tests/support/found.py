"""What documents can ask for so that something is found: IDs, cursors and values of the estate."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_OF_A_FIELD = 12


@dataclass(slots=True)
class Found:
    """IDs by type, values by their field, cursors by the list they are of."""

    ids: Mapping[str, list[str]] = field(default_factory=dict)
    identifiers: list[str] = field(default_factory=list)
    cursors: Mapping[str, list[str]] = field(default_factory=dict)
    values: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))

    def learn(self, answer: Any) -> None:
        """Keep the values that an answer shows."""
        if isinstance(answer, list):
            for each in answer:
                self.learn(each)
        elif isinstance(answer, dict):
            for name, value in answer.items():
                some = value[0] if isinstance(value, list) and value else value
                if isinstance(some, str | int | float):
                    self._keep(name, some)
                    self._keep(f"{answer.get('__typename')}.{name}", some)
                else:
                    self.learn(value)

    def known(self, owner: str, name: str) -> list[Any]:
        """Return values of a field of a type; of fields of this name, if that has none."""
        return self.values.get(f"{owner}.{name}") or self.values.get(name) or []

    def _keep(self, name: str, value: Any) -> None:
        known = self.values[name]
        if len(known) < MOST_OF_A_FIELD and value not in known:
            known.append(value)

    def __repr__(self) -> str:
        """Keep failures readable."""
        return "<found>"
