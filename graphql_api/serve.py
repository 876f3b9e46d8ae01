"""Runs the gateway: one process, one port."""

import ipaddress
import socket

import uvicorn

from graphql_api.app import Gateway, GatewayGroups
from graphql_api.settings import GatewaySettings
from runtime.collection import collect_seldom
from runtime.errors import SettingsError
from runtime.logs import LogSettings, configure_logs
from runtime.telemetry import TelemetrySettings, configure_telemetry

ACCEPTED_AT_ONCE = 16
"""Connections that are accepted in one turn of the event loop."""


def check_listen_address(settings: GatewaySettings) -> None:
    """Refuse to listen where others could connect, unless they need a key.

    Raises:
        SettingsError: the address is not a loopback address, and no key is required.
    """
    host = settings.api_host
    if settings.api_key_required:
        return
    try:
        is_loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise SettingsError(
            f"VMINER_API_HOST is {host}, where others may connect: set VMINER_API_KEY_REQUIRED=true"
            " and make keys with `vminer keys create`, or listen on a loopback address (127.0.0.1,"
            " ::1, localhost)"
        )


def run_gateway() -> int:
    """Serve until a signal; return the exit status.

    Raises:
        SettingsError: a setting is missing, or the address or port cannot be used.
    """
    groups = GatewayGroups.load()
    check_listen_address(groups.gateway)
    configure_logs("vminer-api", LogSettings.load())
    telemetry = configure_telemetry("vminer-api", TelemetrySettings.load())
    sockets = listen(groups.gateway.api_host, groups.gateway.api_port)
    configuration = uvicorn.Config(
        Gateway(groups, telemetry),
        loop="uvloop",
        http="httptools",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=groups.gateway.api_shutdown_seconds,
    )
    collect_seldom()
    server = uvicorn.Server(configuration)
    server.run(sockets=sockets)
    telemetry.close()
    return 0 if server.started else 1


def listen(host: str, port: int) -> list[socket.socket]:
    """Return sockets of one address.

    libuv accepts one connection of a socket per turn of its loop (libuv/libuv#3696). When thousands
    of clients come back to a busy gateway at once, those that are in ask on and the last ones wait
    for as many turns; so each turn finds several sockets, which share the queue of one.

    Raises:
        SettingsError: the address or port cannot be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise SettingsError(
            f"{host}:{port} cannot be listened on ({error.strerror}); set VMINER_API_PORT"
        ) from error
    return [listener, *(listener.dup() for _ in range(ACCEPTED_AT_ONCE - 1))]
