"""What clients see of an error: ours with message and code, all others masked with a trace id."""

import logging
from typing import Any

from graphql import GraphQLError, VariableDefinitionNode
from opentelemetry import trace

from runtime.errors import VMinerError

log = logging.getLogger(__name__)
MASKED = "Something went wrong inside vMiner; the trace id finds it in the logs."


def formatted(error: GraphQLError) -> dict[str, Any]:
    """Return an error as the answer shows it."""
    shown: dict[str, Any] = {"message": error.message}
    if error.locations:
        shown["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    if error.path is not None:
        shown["path"] = error.path
    shown["extensions"] = _extensions(error, shown)
    return shown


def _extensions(error: GraphQLError, shown: dict[str, Any]) -> dict[str, Any]:
    original = _original(error)
    if isinstance(original, VMinerError):
        shown["message"] = original.message
        return {"code": original.code, **original.details}
    if original is None or _is_of_a_variable(error):
        return {"code": "BAD_USER_INPUT"} | (error.extensions or {})
    hidden = masked(original, path=str(error.path))
    shown["message"] = hidden["message"]
    extensions: dict[str, Any] = hidden["extensions"]
    return extensions


def _is_of_a_variable(error: GraphQLError) -> bool:
    """Tell whether a value was given for a variable that its scalar does not take."""
    return any(isinstance(node, VariableDefinitionNode) for node in error.nodes or ())


def masked(error: BaseException, *, path: str | None = None) -> dict[str, Any]:
    """Log an error nobody foresaw, and return what clients may see of it."""
    log.error("something failed unforeseen", exc_info=error, extra={"path": path})
    trace_id = trace.format_trace_id(trace.get_current_span().get_span_context().trace_id)
    return {"message": MASKED, "extensions": {"code": "INTERNAL", "traceId": trace_id}}


def _original(error: GraphQLError) -> BaseException | None:
    """Return the exception behind an error, however often it was wrapped; None: GraphQL's own."""
    original: BaseException | None = error.original_error
    while isinstance(original, GraphQLError):
        original = original.original_error
    return original
