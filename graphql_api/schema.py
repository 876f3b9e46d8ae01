"""The schema, assembled from `resolvers`; `graphql_api/schema.graphql` is its published form."""

import strawberry.federation
from graphql import GraphQLError
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from graphql_api.prepared import PreparedDocument
from resolvers.given import read_inputs_by_what_is_given
from resolvers.mutation import Mutation
from resolvers.node import TYPES
from resolvers.query import Query
from resolvers.scalar import SCALARS


class Schema(strawberry.federation.Schema):
    """Strawberry's schema; errors are logged where they are shown (`error_codes`), not here."""

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Leave logging to the gateway: a client's mistake is no error of ours."""


schema = Schema(
    query=Query,
    mutation=Mutation,
    types=tuple(TYPES.values()),
    config=StrawberryConfig(scalar_map=SCALARS, sort_schema=True),
    extensions=[PreparedDocument],
)
core_schema = schema._schema  # noqa: SLF001 - documents are validated against graphql-core's
read_inputs_by_what_is_given(core_schema)
