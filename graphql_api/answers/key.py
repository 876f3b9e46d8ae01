"""Which requests have the same answer: equal documents, variables and scopes.

Not equal callers: two keys that may see the same vCenters share answers.
"""

import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

import orjson
from graphql import GraphQLSchema, print_schema

from loaders.scope import Scope

FORMAT = 1
"""Changes when answers of equal requests would not be what former versions kept."""


class AnswerKey(NamedTuple):
    """What an answer is found by inside of one process."""

    document: str
    """Its hash."""
    operation: str | None
    variables: bytes
    scope: bytes

    def shared(self, identity: str) -> str:
        """Return what it is found by among processes, those of one schema and database alone."""
        parts = [str(FORMAT).encode(), identity.encode(), self.document.encode()]
        parts += [b"" if self.operation is None else b"=" + self.operation.encode()]
        parts += [self.variables, self.scope]
        digest = hashlib.sha256()
        for part in parts:  # with their lengths: else two keys could run together to one text
            digest.update(len(part).to_bytes(8, "big") + part)
        return digest.hexdigest()


def key_of(
    document: str, operation: str | None, variables: Mapping[str, Any], scope: Scope
) -> AnswerKey | None:
    """Return the key of a request; None: its variables cannot be spelled in one way."""
    try:
        spelled = orjson.dumps(variables, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:
        return None
    return AnswerKey(document, operation, spelled, scope.digest)


@cache
def hash_of_schema(schema: GraphQLSchema) -> str:
    """Return a hash of what a schema says."""
    return hashlib.sha256(print_schema(schema).encode()).hexdigest()
