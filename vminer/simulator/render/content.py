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
    guards: frozenset[Guard]


class Plan(NamedTuple):
    """Properties of one type, ready to be written."""

    columns: tuple[Column, ...]
    guards: frozenset[Guard]
    """All guards of all columns: each is asked once per object."""


@lru_cache(maxsize=1024)
def plan_of(kind: str, paths: tuple[str, ...]) -> Plan:
    """How to write these properties; worked out once per combination."""
    columns = []
    for path in paths:
        resolved = resolve(kind, path)
        if resolved is None:
            raise KeyError(path)
        node, guards = resolved
        real = frozenset(guard for guard in guards if guard is not always)
        columns.append(Column(path, f"<propSet><name>{path}</name>", node.value(), real))
    return Plan(tuple(columns), frozenset().union(*[each.guards for each in columns]))


def all_paths(kind: str) -> tuple[str, ...]:
    """What PropertySpec.all means: every property, whole."""
    return tuple(TABLES[kind])


def object_content(entity: Any, inventory: Inventory, plan: Plan, hidden: Mapping[str, str]) -> str:
    """`<objects>…</objects>`; hidden properties go to the missingSet, unset ones nowhere."""
    ref = entity.ref
    parts = [f'<objects><obj type="{ref.kind}">{ref.moid}</obj>']
    missing = []
    unset = {guard for guard in plan.guards if not guard(entity)}
    for path, head, write, guards in plan.columns:
        fault = hidden_by(path, hidden) if hidden else None
        if fault is not None:
            missing.append(missing_property(path, fault))
            continue
        if unset and not unset.isdisjoint(guards):
            continue
        value = write(entity, inventory)
        if value is not None:
            parts += (head, value, "</propSet>")
    return "".join([*parts, *missing, "</objects>"])


def hidden_by(path: str, hidden: Mapping[str, str]) -> str | None:
    """The fault of the path itself or of any of its parents; "" stands for every path."""
    for prefix, fault in hidden.items():
        if not prefix or path == prefix or path.startswith(prefix + "."):
            return fault
    return None
