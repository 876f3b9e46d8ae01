"""Lets web pages of named origins read answers of `/graphql`; all others the browser keeps out.

Cookies play no part here, so credentials are not allowed: a page sends its key in a header.
"""

from typing import Any
from urllib.parse import urlsplit

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

EXPOSED = ("x-vminer-served-by", "x-vminer-cache", "age")
PREFLIGHT_SECONDS = 7200
USUAL_PORTS = {"http": 80, "https": 443}


def across_origins(endpoint: Any, origins: tuple[str, ...]) -> ASGIApp:
    """Return the endpoint, with CORS for these origins; itself where there are none."""
    if not origins:
        app: ASGIApp = endpoint
        return app
    return CORSMiddleware(
        endpoint,
        allow_origins=origins,
        allow_methods=("GET", "POST"),
        allow_headers=("*",),
        expose_headers=EXPOSED,
        max_age=PREFLIGHT_SECONDS,
    )


def check_origin(text: str) -> str:
    """Return an origin as browsers send it.

    >>> check_origin("https://portal.example"), check_origin("http://localhost:3000")
    ('https://portal.example', 'http://localhost:3000')

    Raises:
        ValueError: browsers send no such origin, so it would never match.
    """
    parts = urlsplit(text)
    port = f":{parts.port}" if parts.port else ""
    exact = f"{parts.scheme}://{parts.hostname}{port}"
    if parts.scheme not in USUAL_PORTS or not parts.hostname or "*" in text or text != exact:
        raise ValueError(f"{text!r} is no exact origin, such as https://portal.example")
    if parts.port == USUAL_PORTS[parts.scheme]:
        raise ValueError(f"{text!r} names the usual port, which browsers leave out")
    return text
