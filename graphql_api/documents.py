"""Documents: parsed and validated once, then kept; found again by hash (Apollo APQ).

Only valid documents are kept, in the process and in Redis, so that nobody fills them with rubbish.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OperationType,
    parse,
    validate,
)
from opentelemetry.metrics import CallbackOptions, Observation

from graphql_api.limits import excesses
from graphql_api.refusal import refuse, refuse_document
from graphql_api.settings import GatewaySettings
from runtime.telemetry import meter

MOST_ERRORS = 5

__all__ = ["Document", "Documents", "NoSchemaIntrospectionCustomRule", "digest_of"]


@dataclass(slots=True)
class PlansOfDocument:
    """What was compiled of a document so far."""

    switches: tuple[str, ...] | None = None
    """Variables that decide what is selected; None: nobody has looked yet."""
    known: dict[tuple[Any, ...], Any] = field(default_factory=dict)
    """By the operation's name, and the values of those variables."""
    operations: dict[str | None, Any] = field(default_factory=dict)
    """Those that were executed, each with the signatures of its variables if all are plain."""


@dataclass(frozen=True, slots=True)
class Document:
    """A valid document within the limits."""

    text: str
    digest: str
    ast: DocumentNode
    operations: dict[str | None, OperationType]
    plans: PlansOfDocument = field(default_factory=PlansOfDocument, compare=False, repr=False)

    def operation(self, name: str | None) -> OperationType:
        """Return the type of the operation that is to be executed.

        Raises:
            Refusal: there is none of this name, or several and no name.
        """
        if name is None:
            if len(self.operations) == 1:
                return next(iter(self.operations.values()))
            raise refuse(
                "The document has several operations; operationName must say which.",
                "OPERATION_NAME",
                is_well_formed=True,
            )
        if name not in self.operations:
            raise refuse(
                f"The document has no operation {name!r}.", "OPERATION_NAME", is_well_formed=True
            )
        return self.operations[name]

    def node(self, name: str | None) -> OperationDefinitionNode:
        """Return the operation of this name, or the only one; `operation` has found it."""
        return next(
            node
            for node in self.ast.definitions
            if isinstance(node, OperationDefinitionNode)
            and name in (None, node.name.value if node.name else None)
        )


def digest_of(text: str) -> str:
    """Return the hash that names a document."""
    return hashlib.sha256(text.encode()).hexdigest()


class Documents:
    """The valid documents this process has seen lately, by hash, each with its plans."""

    def __init__(self, schema: GraphQLSchema, settings: GatewaySettings) -> None:
        self._schema = schema
        self._settings = settings
        self._registered: OrderedDict[str, Document] = OrderedDict()
        self._passing: OrderedDict[str, Document] = OrderedDict()
        """What was sent as text alone: anybody may send any number of them."""
        meter.create_observable_gauge("vminer_documents", [self._observe_documents])
        meter.create_observable_gauge("vminer_plans", [self._observe_plans])

    def find(self, digest: str) -> Document | None:
        """Return a document by its hash, if this process has it."""
        for documents in (self._registered, self._passing):
            if (document := documents.get(digest)) is not None:
                documents.move_to_end(digest)
                return document
        return None

    def register(self, document: Document) -> None:
        """Keep a document that is asked for by its hash: no text pushes it out."""
        self._passing.pop(document.digest, None)
        self._keep(self._registered, document)

    def prepare(self, text: str) -> Document:
        """Return the document of a text, parsed, validated and measured.

        Raises:
            Refusal: it cannot be parsed, is not valid, or exceeds a limit.
        """
        digest = digest_of(text)
        if (known := self.find(digest)) is not None:
            return known
        document = self._prepare(text, digest)
        self._keep(self._passing, document)
        return document

    def _observe_documents(self, options: CallbackOptions) -> Iterable[Observation]:
        del options
        return [Observation(len(kept), {"known_by": how}) for how, kept in self._kinds()]

    def _observe_plans(self, options: CallbackOptions) -> Iterable[Observation]:
        del options
        return [
            Observation(sum(len(each.plans.known) for each in kept.values()), {"known_by": how})
            for how, kept in self._kinds()
        ]

    def _kinds(self) -> list[tuple[str, Mapping[str, Document]]]:
        return [("hash", self._registered), ("text", self._passing)]

    def _keep(self, documents: OrderedDict[str, Document], document: Document) -> None:
        documents[document.digest] = document
        documents.move_to_end(document.digest)
        if len(documents) > self._settings.document_cache_size:
            documents.popitem(last=False)

    def _prepare(self, text: str, digest: str) -> Document:
        if "\0" in text:
            raise refuse("The document holds a NUL character.", "NUL", is_well_formed=True)
        try:
            ast = parse(text, max_tokens=self._settings.max_tokens)
        except GraphQLError as error:
            code = "TOO_MANY_TOKENS" if "tokens" in error.message else "GRAPHQL_PARSE_FAILED"
            raise refuse_document([error], code) from error
        except RecursionError as error:
            raise refuse("The document nests too deep.", "TOO_DEEP", is_well_formed=True) from error
        if errors := validate(self._schema, ast, max_errors=MOST_ERRORS, hide_suggestions=False):
            raise refuse_document(errors[:MOST_ERRORS], "GRAPHQL_VALIDATION_FAILED")
        if errors := excesses(ast, self._settings):
            raise refuse_document(errors, "TOO_LARGE")
        operations = {
            node.name.value if node.name else None: node.operation
            for node in ast.definitions
            if isinstance(node, OperationDefinitionNode)
        }
        if not operations:
            raise refuse(
                "The document has no operation.", "GRAPHQL_VALIDATION_FAILED", is_well_formed=True
            )
        return Document(text, digest, ast, operations)
