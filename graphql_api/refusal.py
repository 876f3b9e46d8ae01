"""What is wrong with a request before anything is executed, with its code and HTTP status."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from graphql import GraphQLError


class Refusal(Exception):  # noqa: N818 - not an error of ours: an answer
    """A request that is not executed, and the errors that answer it."""

    def __init__(
        self,
        errors: Sequence[dict[str, Any]],
        status: HTTPStatus = HTTPStatus.BAD_REQUEST,
        *,
        is_well_formed: bool = False,
        headers: Sequence[tuple[bytes, bytes]] = (),
    ) -> None:
        super().__init__(errors[0]["message"])
        self.errors = errors
        self.status = status
        self.is_well_formed = is_well_formed
        """Whether it was a GraphQL request at all: then application/json is answered with 200."""
        self.headers = headers


def refuse(
    message: str,
    code: str,
    status: HTTPStatus = HTTPStatus.BAD_REQUEST,
    *,
    is_well_formed: bool = False,
) -> Refusal:
    """Return a refusal with one error."""
    error = {"message": message, "extensions": {"code": code}}
    return Refusal([error], status, is_well_formed=is_well_formed)


def refuse_document(errors: Sequence[GraphQLError], code: str) -> Refusal:
    """Return the refusal of a document that cannot be parsed or is not valid."""
    described = [
        dict(error.formatted) | {"extensions": {"code": code, **(error.extensions or {})}}
        for error in errors
    ]
    return Refusal(described, is_well_formed=True)
