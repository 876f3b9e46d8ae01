"""Checks an address before any connection: its name and everything it resolves to."""

import asyncio
import socket
from collections.abc import Iterable
from ipaddress import ip_address

from runtime.errors import AddressNotAllowedError, VCenterUnreachableError
from sync_agent.collector.allow_list import Address, AllowList
from sync_agent.collector.target import Target


async def check_address(target: Target, entries: Iterable[str]) -> None:
    """Resolve the target's host and make sure that it may be connected to.

    Raises:
        VCenterUnreachableError: the name does not resolve.
        AddressNotAllowedError: it, or one of its addresses, is not allowed.
    """
    addresses = await _resolve(target)
    if not AllowList.of(entries).admits(target.host, addresses):
        found = ", ".join(str(address) for address in addresses)
        raise AddressNotAllowedError(
            f"agents may not connect to {target.address} ({found});"
            " VMINER_COLLECTOR_ALLOWED_ADDRESSES lists what they may"
        )


async def _resolve(target: Target) -> list[Address]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            target.host, target.port, type=socket.SOCK_STREAM
        )
    except OSError as error:
        raise VCenterUnreachableError(
            f"{target.address} cannot be reached: {error.strerror or error}"
        ) from error
    texts = dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found)
    return [ip_address(text) for text in texts]
