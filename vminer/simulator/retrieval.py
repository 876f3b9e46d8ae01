"""A RetrievePropertiesEx in progress: what is still to be sent, and the pages of it."""

from dataclasses import dataclass, field
from functools import lru_cache

from vminer.simulator.inventory.ref import Ref
from vminer.simulator.render.content import Plan, all_paths, plan_of
from vminer.simulator.render.schema import is_a
from vminer.simulator.specification import FilterSpec, PropertySpec


@dataclass(slots=True)
class Retrieval:
    """Holds references only; objects are computed when their page is written."""

    batches: list[tuple[FilterSpec, list[Ref]]]
    page_size: int
    page: int = 0
    position: int = 0
    kinds: frozenset[str] = field(default_factory=frozenset)

    def next_page(self) -> list[tuple[FilterSpec, Ref]]:
        """The next objects, each with the filter that selected it."""
        self.page += 1
        found: list[tuple[FilterSpec, Ref]] = []
        while self.batches and len(found) < self.page_size:
            spec, refs = self.batches[0]
            part = refs[self.position : self.position + self.page_size - len(found)]
            found += [(spec, ref) for ref in part]
            self.position += len(part)
            if self.position >= len(refs):
                self.batches.pop(0)
                self.position = 0
        return found


@lru_cache(maxsize=1024)
def plan_for(kind: str, specs: tuple[PropertySpec, ...]) -> Plan:
    """The properties that the specs ask of objects of this kind."""
    wanted: dict[str, None] = {}
    for spec in specs:
        if is_a(kind, spec.kind):
            wanted.update(dict.fromkeys(all_paths(kind) if spec.all else spec.paths))
    return plan_of(kind, tuple(wanted))
