"""Executing a document on one server's engine, in a session of its own."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from graphql_api.schema import schema
from loaders import build_loaders
from loaders.scope import EVERYTHING
from models.db.sessions import ReadSession
from resolvers.context import Context


async def execute(engine: AsyncEngine, document: str, **variables: Any) -> tuple[Any, list[str]]:
    """Return data and the codes of errors."""
    async with ReadSession(engine) as session:
        context = Context(build_loaders(session, EVERYTHING), _no_write, _no_write, _no_write)
        result = await schema.execute(document, variable_values=variables, context_value=context)
        errors = [getattr(e.original_error, "code", str(e)) for e in result.errors or ()]
        return result.data, errors


async def _no_write(*arguments: Any, **named: Any) -> Any:
    raise AssertionError("no document of these tests asks for anything to be written")
