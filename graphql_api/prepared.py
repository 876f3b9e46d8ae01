"""Hands Strawberry the document that was parsed and validated already."""

from collections.abc import Iterator

from strawberry.extensions import SchemaExtension

from graphql_api.context import GatewayContext


class PreparedDocument(SchemaExtension):
    """Sets the parsed document at Strawberry's own hooks, so that it does neither step again."""

    def on_parse(self) -> Iterator[None]:
        """Give the parsed document."""
        context = self.execution_context.context
        if isinstance(context, GatewayContext):
            self.execution_context.graphql_document = context.document.ast
        yield

    def on_validate(self) -> Iterator[None]:
        """Say that it is valid."""
        if isinstance(self.execution_context.context, GatewayContext):
            self.execution_context.pre_execution_errors = []
        yield
