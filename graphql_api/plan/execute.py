"""Executing a document by its plan, where it has one.

Whatever a plan cannot answer (introspection, mutations, anything that ends in an error) is left to
Strawberry's own executor, in the same snapshot: so errors have their paths, and null goes up, as
GraphQL says. A metric tells how often and why.
"""

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

from graphql import GraphQLSchema, OperationDefinitionNode
from graphql.execution.values import VariableValues

from graphql_api.documents import Document
from graphql_api.plan.compiler import NOTHING, compile_plan
from graphql_api.plan.run import Plan, Run
from graphql_api.plan.shape import GivesUpError
from graphql_api.plan.switches import switches_of
from graphql_api.plan.variables import Signatures, coerced_variables, plain_signatures
from models.db.sessions import ReadSession, SecondStatementError
from resolvers.context import Context
from runtime.errors import ReplicaLostError, StatementTimeoutError, VMinerError
from runtime.telemetry import Tally, span

executions = Tally("vminer_plan_executions", "Executions by plan, and why others were not.")
BY_PLAN = (("by", "plan"), ("reason", ""))
MOST_VARIANTS = 16
"""Plans of one document that are kept: one for each value of the variables of @skip, @include."""


class Plans:
    """The plans of documents; each is kept with its document."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema

    async def data(
        self,
        document: Document,
        variables: Mapping[str, Any],
        operation_name: str | None,
        context: Context,
        reads: ReadSession | None = None,
    ) -> dict[str, Any]:
        """Return the data of an answer without errors.

        `reads` is the session that is read with, where it may do without a transaction for a plan
        of a single statement.

        Raises:
            GivesUpError: Strawberry's executor must answer.
            ReplicaLostError: the server went away.
            SecondStatementError: there was more to read than a single statement.
            StatementTimeoutError: a statement took longer than a read may.
        """
        try:
            run = self.run(document, variables, operation_name, context)
            is_single = reads is not None and run.is_single
            with reads.single_statement() if reads and is_single else nullcontext():
                data = await run.data()
        except (ReplicaLostError, SecondStatementError, StatementTimeoutError):
            raise
        except GivesUpError as error:
            given_up = error
        except VMinerError as error:
            given_up = GivesUpError(error.message, error.code)
        except Exception as error:  # noqa: BLE001 - Strawberry's executor meets it too, and says where
            given_up = GivesUpError(repr(error), "error")
        else:
            executions.count(BY_PLAN)
            return data
        executions.add(1, {"by": "strawberry", "reason": given_up.reason})
        raise given_up

    def run(
        self,
        document: Document,
        variables: Mapping[str, Any],
        operation_name: str | None,
        context: Context,
    ) -> Run:
        """Return an execution that can begin.

        Raises:
            GivesUpError: there is no plan for the document, or a variable cannot be coerced.
        """
        operation, plain = self._operation(document, operation_name)
        values: Any = NOTHING
        if operation.variable_definitions:
            values = coerced_variables(self._schema, operation, plain, variables)
        return Run(self._plan(document, operation_name, values), values, context)

    def _operation(
        self, document: Document, name: str | None
    ) -> tuple[OperationDefinitionNode, Signatures]:
        """Return an operation, and the signatures of its variables; looked for once."""
        known: dict[str | None, tuple[OperationDefinitionNode, Signatures]]
        known = document.plans.operations
        if name not in known:
            operation = document.node(name)
            known[name] = operation, plain_signatures(self._schema, operation)
        return known[name]

    def prepare(self, document: Document) -> int:
        """Make the plans of a document's operations; return how many there are."""
        if _switches(document):
            return 0
        made = 0
        for name in document.operations:
            try:
                self._plan(document, name, NOTHING)
            except GivesUpError:
                continue
            made += 1
        return made

    def _plan(
        self, document: Document, operation_name: str | None, variables: VariableValues
    ) -> Plan:
        plans = document.plans
        values = (operation_name, *(variables.coerced.get(name) for name in _switches(document)))
        found = plans.known.get(values)
        if found is None:
            with span("compile"):
                found = self._compiled(document, operation_name, variables)
            if len(plans.known) < MOST_VARIANTS:
                plans.known[values] = found
        if isinstance(found, GivesUpError):
            raise found
        return found

    def _compiled(
        self, document: Document, operation_name: str | None, variables: VariableValues
    ) -> Plan | GivesUpError:
        try:
            return compile_plan(
                self._schema, document.ast, document.node(operation_name), variables
            )
        except GivesUpError as error:
            return error


def _switches(document: Document) -> tuple[str, ...]:
    """Return the variables that decide what is selected; looked for once."""
    if document.plans.switches is None:
        document.plans.switches = switches_of(document.ast)
    return document.plans.switches
