"""The schema, assembled from `resolvers`; `graphql_api/schema.graphql` is its published form."""

import strawberry
from strawberry.schema.config import StrawberryConfig

from resolvers.mutation import Mutation
from resolvers.node import TYPES
from resolvers.query import Query
from resolvers.scalar import SCALARS

schema = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    types=tuple(TYPES.values()),
    config=StrawberryConfig(scalar_map=SCALARS, sort_schema=True),
)
