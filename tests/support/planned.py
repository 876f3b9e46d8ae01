"""The executor that is compared with Strawberry's: the one place that says which it is."""

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

from graphql import ExecutionResult, FieldNode, FragmentDefinitionNode, SelectionSetNode

from graphql_api.context import GatewayContext
from graphql_api.documents import Document
from graphql_api.plan.execute import Plans
from graphql_api.plan.shape import GivesUpError
from graphql_api.schema import core_schema, schema
from loaders import Loaders
from loaders.budget import Budget
from models.db.sessions import ReadSession, SecondStatementError

INTROSPECTION = ("__schema", "__type")


PLANS = Plans(core_schema)


async def planned(
    document: Document,
    variables: Mapping[str, Any],
    operation_name: str | None,
    context: GatewayContext,
    session: ReadSession,
) -> Any:
    """Return the result as the gateway finds it; None where no plan covers the document.

    Raises:
        AssertionError: a plan gave up on what Strawberry's executor answers without an error.
    """
    if asks_about_itself(document, operation_name):
        return None
    try:
        run = PLANS.run(document, variables, operation_name, context)
        try:
            with session.single_statement() if run.is_single else nullcontext():
                data = await run.data()
        except SecondStatementError:
            context.loaders = anew(context.loaders)
            data = await PLANS.run(document, variables, operation_name, context).data()
    except Exception as error:  # noqa: BLE001 - where Strawberry's executor meets none, it is told
        gave_up: Exception = error
    else:
        return ExecutionResult(data, None)
    context.loaders = anew(context.loaders)
    result = await by_strawberry(document, variables, operation_name, context, session)
    is_expected = isinstance(gave_up, GivesUpError) and gave_up.is_expected
    if not result.errors and not is_expected:
        raise AssertionError("the plan gave up on an answer without errors") from gave_up
    return result


def anew(old: Loaders) -> Loaders:
    """Return loaders that have loaded nothing yet."""
    return Loaders(old.reads, old.scope, Budget(old.budget.most), old.held)


async def by_strawberry(
    document: Document,
    variables: Mapping[str, Any],
    operation_name: str | None,
    context: GatewayContext,
    _session: ReadSession,
) -> Any:
    """Return the result of Strawberry's executor."""
    return await schema.execute(
        document.text,
        variable_values=dict(variables),
        context_value=context,
        operation_name=operation_name,
    )


def asks_about_itself(document: Document, operation_name: str | None) -> bool:
    """Tell whether an operation asks for the schema."""
    fragments = {
        node.name.value: node.selection_set
        for node in document.ast.definitions
        if isinstance(node, FragmentDefinitionNode)
    }

    def asks(selections: SelectionSetNode) -> bool:
        for node in selections.selections:
            if isinstance(node, FieldNode):
                if node.name.value in INTROSPECTION:
                    return True
                continue
            inner = getattr(node, "selection_set", None) or fragments[node.name.value]  # type: ignore[attr-defined]
            if asks(inner):
                return True
        return False

    return asks(document.node(operation_name).selection_set)
