"""Objects that resolvers return: what is shown of their attributes, and of what they resolve."""

from collections.abc import Sequence
from dataclasses import dataclass
from inspect import isawaitable
from typing import TYPE_CHECKING, Any

from graphql_api.plan.abreast import all_of
from graphql_api.plan.rows import Rows
from graphql_api.plan.shape import Field, Shape, Shown
from loaders.entity import Joined
from loaders.row import IdKey
from resolvers import global_id

if TYPE_CHECKING:
    from graphql_api.plan.run import Run


@dataclass(frozen=True, slots=True)
class Resolved:
    """Fields that have resolvers: all of them are asked for all objects at once."""

    fields: tuple[Field, ...]

    async def show(self, run: "Run", objects: Sequence[Any], shown: Sequence[Shown]) -> None:
        """Call each resolver with each object, then complete what came, field by field."""
        asked = [run.asked(field, objects) for field in self.fields]
        waiting = [value for values in asked for value in values if isawaitable(value)]
        came = iter(await all_of(waiting))
        for field, values in zip(self.fields, asked, strict=True):
            known = [next(came) if isawaitable(value) else value for value in values]
            await field.show(run, known, shown)


@dataclass(frozen=True, slots=True)
class ById:
    """A field at the root that leads to one row by its global ID, with what that leads to."""

    field: Field
    shape: Rows
    joined: tuple[Joined, ...]
    is_whole: bool
    """Whether nothing more has to be read."""

    async def show(self, run: "Run", roots: Sequence[Any], shown: Sequence[Shown]) -> None:
        """Read the row; where more than an ID is given, the resolver knows better."""
        arguments, entity = run.arguments(self.field), self.shape.entity
        given = {name for name, value in arguments.items() if value is not None}
        if given != {"id"}:
            await Resolved((self.field,)).show(run, roots, shown)
            return
        found = global_id.decode(arguments["id"], entity.name)
        key = IdKey(entity, found.uuid, found.moid)
        record = await run.loaders.row_by_id.record(key, self.shape.columns, self.joined)
        if record is not None:
            (shown[0][self.field.key],) = await self.shape.shown(run, [record])


@dataclass(frozen=True, slots=True)
class Objects(Shape):
    """Objects of one type that is no kind of rows."""

    keys: tuple[str, ...]
    constants: tuple[tuple[str, Any], ...]
    attributes: tuple[Field, ...]
    resolved: Resolved
    by_id: "tuple[ById, ...]" = ()

    @property
    def reads_nothing(self) -> bool:
        """Whether attributes are all that is shown."""
        is_plain = not self.resolved.fields and not self.by_id
        return is_plain and all(field.shape.reads_nothing for field in self.attributes)

    def is_single_root(self, run: "Run") -> bool:
        """Tell whether one statement reads all of it, as the root of an answer."""
        if len(self.by_id) + len(self.resolved.fields) != 1 or self.attributes:
            return False
        if self.by_id:
            return self.by_id[0].is_whole
        (field,) = self.resolved.fields
        return field.shape.is_single(run, field)

    async def complete(self, run: "Run", values: Sequence[Any]) -> list[Any]:
        """Show each."""
        if not values:
            return []
        begun = dict.fromkeys(self.keys) | dict(self.constants)
        shown: list[Shown] = [begun.copy() for _ in values]
        for field in self.attributes:
            name = field.strawberry.python_name
            await field.show(run, [getattr(value, name) for value in values], shown)
        for one in self.by_id:
            await one.show(run, values, shown)
        if self.resolved.fields:
            await self.resolved.show(run, values, shown)
        return shown
