"""ObjectContent: one object with the properties that were asked for."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from vminer.simulator.fault import missing_property
from vminer.simulator.inventory.inventory import Inventory
from vminer.simulator.render.node import Write, always
from vminer.simulator.render.schema import TABLES, Guard, resolve


class Column(NamedTuple):
    """One property of one type, ready to be written."""

    path: str
    head: str
    write: Write
    guards: tuple[Guard, ...]


@lru_cache(maxsize=1024)
def columns(kind: str, paths: tuple[str, ...]) -> tuple[Column, ...]:
    """How to write these properties; worked out once per combination."""
    found = []
    for path in paths:
        resolved = resolve(kind, path)
        if resolved is None:
            raise KeyError(path)
        node, guards = resolved
        guards = tuple(guard for guard in guards if guard is not always)
        found.append(Column(path, f"<propSet><name>{path}</name>", node.value(), guards))
    return tuple(found)


def all_paths(kind: str) -> tuple[str, ...]:
    """What PropertySpec.all means: every property, whole."""
    return tuple(TABLES[kind])


def object_content(
    entity: Any, inventory: Inventory, plan: tuple[Column, ...], hidden: Mapping[str, str]
) -> str:
    """`<objects>…</objects>`; hidden properties go to the missingSet, unset ones nowhere."""
    ref = entity.ref
    parts = [f'<objects><obj type="{ref.kind}">{ref.moid}</obj>']
    missing = []
    for path, head, write, guards in plan:
        fault = _hidden_by(path, hidden) if hidden else None
        if fault is not None:
            missing.append(missing_property(path, fault))
            continue
        if guards and not all(guard(entity) for guard in guards):
            continue
        value = write(entity, inventory)
        if value is not None:
            parts += (head, value, "</propSet>")
    return "".join([*parts, *missing, "</objects>"])


def _hidden_by(path: str, hidden: Mapping[str, str]) -> str | None:
    """The fault of the path itself or of any of its parents; "" stands for every path."""
    for prefix, fault in hidden.items():
        if not prefix or path == prefix or path.startswith(prefix + "."):
            return fault
    return None
