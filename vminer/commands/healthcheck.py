"""`vminer healthcheck`: ask a loopback URL for its health, for probes without curl."""

from typing import Annotated

import httpx
import typer

from runtime.errors import UnavailableError


def healthcheck(
    url: Annotated[str, typer.Argument(help="As http://127.0.0.1:8000/readyz.")],
    timeout_seconds: Annotated[float, typer.Option(help="Seconds to wait.")] = 3.0,
) -> None:
    """End with 0 where the URL answers 200, else say why not."""
    try:
        response = httpx.get(url, timeout=timeout_seconds)
    except httpx.HTTPError as error:
        raise UnavailableError(f"{url} does not answer: {error}") from error
    if not response.is_success:
        raise UnavailableError(f"{url} answers {response.status_code}: {response.text[:300]}")
