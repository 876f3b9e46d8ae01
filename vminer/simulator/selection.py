"""Walks the inventory as a filter says, and lists what it selects."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from vminer.simulator.fault import not_found
from vminer.simulator.inventory.inventory import Inventory
from vminer.simulator.inventory.ref import Ref
from vminer.simulator.render.node import Link, Links
from vminer.simulator.render.schema import is_a, resolve
from vminer.simulator.specification import FilterSpec, Selection

Find = Callable[[str], Any]
"""Finds an object of the inventory or of the service by its moid."""

_CONTAINED: Mapping[str, tuple[str, ...]] = {
    "Folder": ("childEntity",),
    "StoragePod": ("childEntity",),
    "Datacenter": ("vmFolder", "hostFolder", "datastoreFolder", "networkFolder"),
    "ComputeResource": ("host", "resourcePool"),
    "ClusterComputeResource": ("host", "resourcePool"),
    "HostSystem": ("vm",),
    "ResourcePool": ("resourcePool", "vm"),
    "VirtualApp": ("resourcePool", "vm"),
}


def follow(entity: Any, path: str, inventory: Inventory) -> list[Ref]:
    """The objects a property refers to; nothing when it is unset or no reference."""
    found = resolve(entity.ref.kind, path)
    if found is None or not all(guard(entity) for guard in found[1]):
        return []
    node = found[0]
    if isinstance(node, Links):
        return list(node.read(entity, inventory))
    if isinstance(node, Link):
        ref = node.read(entity)
        return [] if ref is None else [ref]
    return []


def contained(start: Ref, inventory: Inventory, *, recursive: bool) -> list[Ref]:
    """What is beneath an entity, for a container view; the entity itself is not."""
    seen: dict[Ref, None] = {}
    queue = [start]
    while queue:
        entity = inventory.find(queue.pop(0).moid)
        if entity is None:
            continue
        for path in _CONTAINED.get(entity.ref.kind, ()):
            for ref in follow(entity, path, inventory):
                if ref not in seen:
                    seen[ref] = None
                    queue += [ref] if recursive else []
    return list(seen)


class Walk:
    """Selects the objects of one filter, each once, in the order they were met."""

    def __init__(self, spec: FilterSpec, find: Find, inventory: Inventory) -> None:
        self._spec = spec
        self._find = find
        self._inventory = inventory
        self._kinds = {each.kind for each in spec.properties}
        self._selected: dict[Ref, None] = {}
        self._visited: set[tuple[Ref, int]] = set()
        self._named: dict[str, Selection] = {}

    def selected(self) -> list[Ref]:
        """Raises ManagedObjectNotFound for a start that is gone, unless the filter tolerates it."""
        for start in self._spec.objects:
            entity = self._find(start.ref.moid)
            if entity is None:
                if self._spec.tolerates_missing:
                    continue
                raise not_found(start.ref)
            if not start.skip:
                self._select(entity.ref)
            self._named = {each.name: each for each in _flatten(start.select) if each.name}
            self._visit(entity, start.select)
        return list(self._selected)

    def _select(self, ref: Ref) -> None:
        if any(is_a(ref.kind, kind) for kind in self._kinds):
            self._selected[ref] = None

    def _visit(self, entity: Any, selections: tuple[Selection, ...]) -> None:
        for each in selections:
            step = each if each.kind else self._named.get(each.name)
            if step is None or not is_a(entity.ref.kind, step.kind):
                continue
            if (entity.ref, id(step)) in self._visited:
                continue
            self._visited.add((entity.ref, id(step)))
            self._take(entity, step)

    def _take(self, entity: Any, step: Selection) -> None:
        for ref in follow(entity, step.path, self._inventory):
            if not step.skip:
                self._select(ref)
            if step.then:
                target = self._find(ref.moid)
                if target is not None:
                    self._visit(target, step.then)


def _flatten(selections: Iterable[Selection]) -> list[Selection]:
    """Traversals may name themselves from within: only the definitions count."""
    found: list[Selection] = []
    for each in selections:
        if each.kind:
            found += [each, *_flatten(each.then)]
    return found
