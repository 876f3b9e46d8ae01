"""From HTTP to a GraphQL request: methods, media types, body and parameters.

GraphQL over HTTP, edition of September 2026: POST with JSON, GET for queries, and
`application/graphql-response+json` with meaningful status codes for those who accept it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

import orjson

from graphql_api.min_epoch import read_min_epoch
from graphql_api.refusal import Refusal, refuse
from loaders.awaited import MinEpoch

GRAPHQL_RESPONSE = "application/graphql-response+json"
JSON = "application/json"
DOCUMENT_ID = re.compile(r"sha256:([0-9a-fA-F]{64})")
UNSUPPORTED_ID = "documentId must be sha256: and the hash of a persisted query, in hex"
MOST_CONTAINERS = 2000
"""Objects and lists in variables: each entry of a filter costs half a millisecond to convert."""
UNSUPPORTED_APQ = 'extensions.persistedQuery must be {"version": 1, "sha256Hash": …}'


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """What the client asks for."""

    query: str | None
    digest: str | None
    """sha256 of an automatically persisted query."""
    variables: Mapping[str, Any]
    operation_name: str | None
    is_get: bool
    min_epoch: tuple[MinEpoch, ...] = ()
    """How new what it reads must be."""


@lru_cache(256)
def choose_media_type(accept: str) -> str:
    """Return the media type to answer with.

    >>> choose_media_type(""), choose_media_type("*/*"), choose_media_type("application/json")
    ('application/json', 'application/json', 'application/json')
    >>> choose_media_type("application/graphql-response+json, application/json;q=0.9")
    'application/graphql-response+json'

    Raises:
        Refusal: 406, neither of ours is accepted.
    """
    accepted: dict[str, float] = {}
    for part in accept.split(",") if accept.strip() else ["*/*"]:
        name, *parameters = (text.strip().lower() for text in part.split(";"))
        accepted[name] = _quality(parameters)
    any_type = max(accepted.get("*/*", 0.0), accepted.get("application/*", 0.0))
    modern = accepted.get(GRAPHQL_RESPONSE, 0.0)
    plain = max(accepted.get(JSON, 0.0), any_type)
    if modern > 0 and modern >= accepted.get(JSON, 0.0):
        return GRAPHQL_RESPONSE
    if plain > 0:
        return JSON
    raise refuse(
        f"Answers are {GRAPHQL_RESPONSE} or {JSON}.", "NOT_ACCEPTABLE", HTTPStatus.NOT_ACCEPTABLE
    )


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def read_get(query_string: bytes, max_depth: int) -> GraphQLRequest:
    """Read a request from the parameters of a URL. Raises Refusal."""
    parameters = dict(parse_qsl(query_string.decode("latin-1"), keep_blank_values=True))
    body: dict[str, Any] = {**parameters}
    for name in ("variables", "extensions"):
        if body.get(name):
            body[name] = _json(body[name].encode(), name)
        else:
            body.pop(name, None)
    return _request(body, max_depth, is_get=True)


def read_post(body: bytes, content_type: str, max_depth: int) -> GraphQLRequest:
    """Read a request from a JSON body. Raises Refusal."""
    if not _is_json(content_type):
        raise refuse(
            f"The body must be {JSON} in UTF-8.",
            "UNSUPPORTED_MEDIA_TYPE",
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        )
    content = _json(body, "the body")
    if not isinstance(content, dict):
        raise refuse("The body must be one JSON object; batches are not accepted.", "BAD_REQUEST")
    return _request(content, max_depth, is_get=False)


@lru_cache(256)
def _is_json(content_type: str) -> bool:
    media_type, _, parameters = content_type.partition(";")
    charset = parameters.replace(" ", "").lower().removeprefix("charset=").strip('"')
    return media_type.strip().lower() == JSON and charset in {"", "utf-8", "utf8"}


def _request(content: dict[str, Any], max_depth: int, *, is_get: bool) -> GraphQLRequest:
    query = content.get("query")
    variables = content.get("variables")
    operation_name = content.get("operationName")
    extensions = content.get("extensions")
    _require(query is None or isinstance(query, str), "query must be a string")
    _require(variables is None or isinstance(variables, dict), "variables must be an object")
    _require(extensions is None or isinstance(extensions, dict), "extensions must be an object")
    _require(
        operation_name is None or isinstance(operation_name, str), "operationName must be a string"
    )
    digest = _digest(extensions or {}, content.get("documentId"))
    if not query and digest is None:
        raise refuse("The request has no query.", "NO_QUERY")
    _check_variables(variables or {}, max_depth)
    min_epoch = read_min_epoch(extensions or {})
    return GraphQLRequest(
        query or None, digest, variables or {}, operation_name or None, is_get, min_epoch
    )


def _digest(extensions: Mapping[str, Any], document_id: object) -> str | None:
    """Return the hash that names a document, in whichever of the two spellings it is given."""
    if document_id not in (None, ""):
        found = DOCUMENT_ID.fullmatch(document_id) if isinstance(document_id, str) else None
        _require(found is not None, UNSUPPORTED_ID)
        named = _digest(extensions, None)
        digest = found[1].lower() if found else None
        _require(named in (None, digest), "documentId and persistedQuery name two documents")
        return digest
    persisted = extensions.get("persistedQuery")
    if persisted is None:
        return None
    _require(isinstance(persisted, dict) and persisted.get("version") == 1, UNSUPPORTED_APQ)
    digest = persisted.get("sha256Hash")
    _require(isinstance(digest, str) and len(digest) == 64, UNSUPPORTED_APQ)
    return str(digest).lower()


def _check_variables(variables: Mapping[str, Any], max_depth: int) -> None:
    """Refuse what nests too deep, what holds too many objects, which are dear to convert, and NUL,

    which PostgreSQL cannot store or compare.
    """
    front: list[Any] = list(variables.values())
    containers = depth = 1
    while front:
        inner: list[Any] = []
        for value in front:
            if isinstance(value, str):
                _require("\0" not in value, "variables hold a NUL character")
            elif isinstance(value, dict):
                containers += 1
                inner.extend(value.values())
            elif isinstance(value, list):
                containers += 1
                inner.extend(value)
        _require(
            containers <= MOST_CONTAINERS,
            f"variables hold more than {MOST_CONTAINERS} objects and lists",
        )
        depth += 1
        _require(not inner or depth <= max_depth, f"variables nest deeper than {max_depth} levels")
        front = inner


def _json(text: bytes, what: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise refuse(f"{what} is not JSON: {error}", "BAD_REQUEST") from error


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise refuse(message[0].upper() + message[1:] + ".", "BAD_REQUEST")


__all__ = [
    "GRAPHQL_RESPONSE",
    "JSON",
    "GraphQLRequest",
    "Refusal",
    "choose_media_type",
    "read_get",
    "read_post",
]
