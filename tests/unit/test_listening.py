"""How connections come in when many do at once."""

import asyncio
import socket
from contextlib import ExitStack

import pytest
import uvloop

from graphql_api.serve import ACCEPTED_AT_ONCE, listen
from runtime.errors import SettingsError

CLIENTS = 64


class Counted(asyncio.Protocol):
    """Connections that came in."""

    def __init__(self, made: list[asyncio.BaseTransport]) -> None:
        self._made = made

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note it."""
        self._made.append(transport)


async def turns_to_accept(sockets: list[socket.socket]) -> int:
    """Return how many turns the loop takes to accept all clients, who are there already."""
    loop = asyncio.get_running_loop()
    made: list[asyncio.BaseTransport] = []
    with ExitStack() as opened:
        sockets[0].listen(CLIENTS)
        for _ in range(CLIENTS):
            client = opened.enter_context(socket.create_connection(sockets[0].getsockname()))
            client.setblocking(False)
        servers = [await loop.create_server(lambda: Counted(made), sock=each) for each in sockets]
        turns = 0
        while len(made) < CLIENTS and turns < 10 * CLIENTS:
            await asyncio.sleep(0)
            turns += 1
        for transport in made:
            transport.close()
        for server in servers:
            server.close()
    assert len(made) == CLIENTS
    return turns


def test_many_clients_that_come_at_once_are_accepted_in_few_turns() -> None:
    every, first = listen("127.0.0.1", 0), listen("127.0.0.1", 0)
    for spare in first[1:]:
        spare.close()

    assert uvloop.run(turns_to_accept(first[:1])) >= CLIENTS
    assert uvloop.run(turns_to_accept(every)) <= 2 * CLIENTS / ACCEPTED_AT_ONCE


def test_an_address_in_use_is_refused_with_what_to_set() -> None:
    sockets = listen("127.0.0.1", 0)
    sockets[0].listen()
    with pytest.raises(SettingsError, match="VMINER_API_PORT"):
        listen(*sockets[0].getsockname())
    for each in sockets:
        each.close()
