"""One execution of a plan: its variables, its loaders, and how resolvers of ours are called."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from graphql import (
    FragmentDefinitionNode,
    GraphQLResolveInfo,
    GraphQLSchema,
    OperationDefinitionNode,
)
from graphql.execution.values import VariableValues
from graphql.pyutils import Path, is_awaitable
from strawberry import Info

from graphql_api.plan.abreast import Ends, Key
from graphql_api.plan.objects import Objects
from graphql_api.plan.rows import Rows
from graphql_api.plan.shape import Field, GivesUpError, Shown, objects_in
from loaders import Loaders
from loaders.relation import RELATIONS
from resolvers.connection import Connection
from resolvers.context import Context
from resolvers.declare import EDGE, Arity, Edge
from runtime.errors import AnswerTooLargeError

NO_HELPERS: Any = None
"""None of our resolvers leaves work behind that would have to be tracked."""
Resolve: TypeAlias = Callable[[Any, Mapping[str, Any]], Any]
PLACED = {"after", "before"}
"""Arguments that belong to the list of one parent."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a query needs and shows, whoever asks it with whichever variables."""

    schema: GraphQLSchema
    operation: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode]
    root: Objects
    shares_lists: bool
    """Whether what is shown of a row, lists in it, may stand in the answer many times."""


@dataclass(slots=True)
class Run:
    """One execution."""

    plan: Plan
    variables: VariableValues
    context: Context
    _infos: dict[int, GraphQLResolveInfo[Context]] = field(default_factory=dict)
    _arguments: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    _at_root: dict[int, Any] = field(default_factory=dict)
    _ends: Ends = field(init=False)

    def __post_init__(self) -> None:
        self._ends = Ends(self.context.loaders)

    @property
    def loaders(self) -> Loaders:
        """What is read with."""
        return self.context.loaders

    @property
    def is_single(self) -> bool:
        """Whether all that it reads is read by a single statement."""
        return self.plan.root.is_single_root(self)

    async def data(self) -> dict[str, Any]:
        """Return the data of the answer.

        Raises:
            Exception: something cannot be shown; Strawberry's executor says where and how.
        """
        (shown,) = await self.plan.root.complete(self, [None])
        found: dict[str, Any] = shown
        if self.plan.shares_lists and objects_in(found) > self.loaders.budget.most:
            # Some lists here count for nothing there: it may well be answered.
            code = AnswerTooLargeError.code
            raise GivesUpError("its lists hold too many objects", code, is_expected=True)
        return found

    async def abreast(self, selections: Sequence[Awaitable[Any]]) -> list[Any]:
        """Complete several selections of one level at once."""
        return await self._ends.abreast(selections)

    async def ends(self, end: Rows, keys: Iterable[Key]) -> dict[Key, Shown]:
        """Return what is shown of the rows at the ends of an edge, by key."""
        return await self._ends.read(self, end, keys)

    def arguments(self, asked: Field) -> Mapping[str, Any]:
        """Return the arguments of a field as its resolver takes them."""
        known = self._arguments.get(id(asked))
        if known is None:
            known = self._arguments[id(asked)] = asked.arguments.of(self.variables.coerced)
        return known

    def at_root(self, asked: Field) -> Any:
        """Return what the resolver of a field at the root returns, which `asked` will, too."""
        (found,) = self.asked(asked, [None])
        self._at_root[id(asked)] = found
        return found

    def asked(self, asked: Field, objects: Sequence[Any]) -> list[Any]:
        """Return what the field's resolver returns for each object, awaitable or not."""
        if id(asked) in self._at_root:
            return [self._at_root[id(asked)]]
        arguments, resolve = self.arguments(asked), self._resolver(asked)
        edge = asked.metadata.get(EDGE)
        if edge is not None and edge.arity is Arity.CONNECTION and not PLACED & arguments.keys():
            return self._lists(edge, objects, lambda one: resolve(one, arguments))
        return [resolve(one, arguments) for one in objects]

    def _resolver(self, asked: Field) -> Resolve:
        """Return what calls the resolver with an object and arguments, as Strawberry does."""
        resolver = asked.strawberry.base_resolver
        assert resolver is not None
        parents = (resolver.parent_parameter, resolver.root_parameter)
        own = {parameter.name for parameter in parents if parameter}
        told: dict[str, Any] = {}
        if resolver.info_parameter:
            told[resolver.info_parameter.name] = Info(self._info(asked), asked.strawberry)
        if resolver.self_parameter:
            return lambda one, arguments: resolver(one, **arguments, **told)
        return lambda one, arguments: resolver(**dict.fromkeys(own, one), **arguments, **told)

    def _lists(self, edge: Edge, objects: Sequence[Any], resolve: Any) -> list[Any]:
        """Ask for the list of the first object; those of others differ in their parent alone."""
        if not objects:
            return []
        first: Connection[Any] = resolve(objects[0])
        belongs = RELATIONS[edge.loader].belongs
        return [
            first,
            *(
                Connection(
                    key=first.key._replace(parent=(one.vcenter_id, one.moid if belongs else "")),
                    loaders=first.loaders,
                )
                for one in objects[1:]
            ),
        ]

    def _info(self, asked: Field) -> GraphQLResolveInfo[Context]:
        """Return what resolvers are told of a field; where it stands in the answer they are not."""
        known = self._infos.get(id(asked))
        if known is None:
            plan = self.plan
            known = self._infos[id(asked)] = GraphQLResolveInfo(
                field_name=asked.nodes[0].name.value,
                field_nodes=list(asked.nodes),
                return_type=asked.definition.type,
                parent_type=asked.parent,
                path=Path(None, asked.key, asked.parent.name),
                schema=plan.schema,
                fragments=plan.fragments,
                root_value=None,
                operation=plan.operation,
                variable_values=self.variables,
                context=self.context,
                is_awaitable=is_awaitable,
                abort_signal=None,
                async_helpers=NO_HELPERS,
            )
        return known
