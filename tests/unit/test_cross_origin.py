"""CORS: which pages may read answers, and what a preflight is told."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from graphql_api.cross_origin import across_origins
from graphql_api.settings import GatewaySettings
from runtime.errors import SettingsError

PORTAL = "https://portal.example"
OTHER = "https://portal.example.evil"


async def endpoint(scope: Any, receive: Any, send: Any) -> None:
    headers = [(b"vary", b"accept, authorization"), (b"x-vminer-served-by", b"replica")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"{}"})


async def ask(
    method: str, headers: Mapping[str, str], origins: tuple[str, ...] = (PORTAL,)
) -> httpx.Response:
    transport = httpx.ASGITransport(app=across_origins(endpoint, origins))
    async with httpx.AsyncClient(transport=transport, base_url="http://vminer") as client:
        return await client.request(method, "/graphql", headers=headers)


def preflight(origin: str, method: str = "POST") -> dict[str, str]:
    return {
        "origin": origin,
        "access-control-request-method": method,
        "access-control-request-headers": "authorization,content-type",
    }


async def test_a_page_of_a_named_origin_may_read_the_answer() -> None:
    answer = await ask("POST", {"origin": PORTAL})

    assert answer.headers["access-control-allow-origin"] == PORTAL
    exposed = "x-vminer-served-by, x-vminer-cache, age"
    assert answer.headers["access-control-expose-headers"] == exposed
    assert "access-control-allow-credentials" not in answer.headers
    assert answer.headers["vary"] == "accept, authorization, Origin"


@pytest.mark.parametrize("origin", [OTHER, "http://portal.example", "null"])
async def test_a_page_of_any_other_origin_may_not(origin: str) -> None:
    answer = await ask("POST", {"origin": origin})

    assert answer.status_code == 200
    assert "access-control-allow-origin" not in answer.headers


async def test_a_preflight_of_a_named_origin_is_allowed_what_it_asks_for() -> None:
    answer = await ask("OPTIONS", preflight(PORTAL))

    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == PORTAL
    assert answer.headers["access-control-allow-methods"] == "GET, POST"
    assert "content-type" in answer.headers["access-control-allow-headers"]
    assert answer.headers["access-control-max-age"] == "7200"


@pytest.mark.parametrize(
    "headers", [preflight(OTHER), preflight(PORTAL, "DELETE")], ids=["origin", "method"]
)
async def test_a_preflight_of_another_origin_or_method_is_refused(headers: dict[str, str]) -> None:
    assert (await ask("OPTIONS", headers)).status_code == 400


async def test_without_origins_nothing_stands_before_the_endpoint() -> None:
    assert across_origins(endpoint, ()) is endpoint


def test_origins_are_read_from_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VMINER_CORS_ORIGINS", f"{PORTAL}, http://localhost:3000")

    assert GatewaySettings.load().cors_origins == (PORTAL, "http://localhost:3000")


@pytest.mark.parametrize(
    "origin",
    [
        *("*", "https://*.example", "portal.example", "ftp://portal.example", "null"),
        *("https://portal.example/", "https://portal.example/app", "https://Portal.example"),
        *("https://user@portal.example", "https://portal.example:443", "https://portal:port"),
    ],
)
def test_an_origin_that_would_never_match_or_match_too_much_is_refused_at_start(
    monkeypatch: pytest.MonkeyPatch, origin: str
) -> None:
    monkeypatch.setenv("VMINER_CORS_ORIGINS", f"{PORTAL},{origin}")

    with pytest.raises(SettingsError, match="VMINER_CORS_ORIGINS"):
        GatewaySettings.load()
