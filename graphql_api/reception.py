"""What `/graphql` and `/export` do alike with a request: who asks, what is asked, which document.

headers → caller → GET or POST → request → document (by its text, its hash, or both)
"""

from http import HTTPStatus
from typing import Any

from starlette.types import Receive, Scope

from graphql_api.caller import Caller
from graphql_api.documents import Document, Documents, digest_of
from graphql_api.keyring import Keyring
from graphql_api.persisted import PersistedDocuments
from graphql_api.refusal import Refusal, refuse
from graphql_api.request import GraphQLRequest, read_get, read_post
from graphql_api.settings import GatewaySettings
from runtime.errors import UnavailableError

Headers = dict[str, str]


class Reception:
    """Receives requests; whatever is wrong with one is raised as a Refusal."""

    def __init__(
        self,
        documents: Documents,
        persisted: PersistedDocuments,
        keyring: Keyring,
        settings: GatewaySettings,
    ) -> None:
        self._documents = documents
        self._persisted = persisted
        self._keyring = keyring
        self._settings = settings

    async def caller(self, headers: Headers) -> Caller:
        """Return who asks."""
        try:
            return await self._keyring.caller(headers.get("authorization", ""))
        except UnavailableError as error:  # which server it was is not the client's business
            shown = {"message": type(error)().message, "extensions": {"code": error.code}}
            raise Refusal([shown], HTTPStatus.SERVICE_UNAVAILABLE, is_well_formed=True) from error

    async def request(self, scope: Scope, receive: Receive, headers: Headers) -> GraphQLRequest:
        """Read what is asked for: of a POST its body, of a GET the parameters."""
        depth = self._settings.max_variable_depth
        if scope["method"] == "GET":
            return read_get(scope["query_string"], depth)
        if scope["method"] != "POST":
            raise not_allowed("Use POST, or GET for queries.", b"GET, POST")
        body = await self._body(receive, int(headers.get("content-length") or 0))
        return read_post(body, headers.get("content-type", ""), depth)

    async def document(self, request: GraphQLRequest) -> Document:
        """Return the document of a request: by its hash, by its text, or by both to keep it."""
        if request.query is None:
            known = await self._persisted.find(request.digest or "")
            if known is None:
                raise refuse(
                    "PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND", is_well_formed=True
                )
            return known
        if request.digest is not None and request.digest != digest_of(request.query):
            raise refuse("provided sha does not match query", "PERSISTED_QUERY_HASH_MISMATCH")
        document = self._documents.prepare(request.query)
        if request.digest is not None:
            await self._persisted.keep(document)
        return document

    async def _body(self, receive: Receive, announced: int) -> bytes:
        limit = self._settings.max_body_bytes
        body = b""
        more = announced <= limit
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False) and len(body) <= limit
        if max(announced, len(body)) > limit:
            raise refuse(
                f"The body is larger than {limit} bytes.",
                "BODY_TOO_LARGE",
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            )
        return body


def headers_of(scope: Scope) -> Headers:
    """Return the headers of a request as texts."""
    decoded: Any = ((n.decode("latin-1"), v.decode("latin-1")) for n, v in scope["headers"])
    return dict(decoded)


def not_allowed(message: str, methods: bytes) -> Refusal:
    """Return the refusal of a method, with those that are allowed."""
    refusal = refuse(message, "METHOD_NOT_ALLOWED", HTTPStatus.METHOD_NOT_ALLOWED)
    refusal.headers = [(b"allow", methods)]
    return refusal
