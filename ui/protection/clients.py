"""What tells one client from others, and what is done for one until it has left."""

import asyncio
import ipaddress
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request

Result = TypeVar("Result")

_SUBNET = 64  # bits of an IPv6 address that tell one household from another
_UNKNOWN = "unknown"


Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def plain_address(host: str | None) -> Address | None:
    """Return an address; IPv4 written as IPv6 (`::ffff:192.0.2.1`) as IPv4; None if it is none."""
    try:
        address = ipaddress.ip_address((host or "").partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address


def client_key(host: str | None) -> str:
    """Return what tells a client from others: its IPv4 address, or its IPv6 network.

    What is no address is one client: a proxy that passes on anything must not give everybody a
    name of their own.
    """
    address = plain_address(host)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((address.packed, _SUBNET), strict=False))
    return str(address) if address else _UNKNOWN


def client_of(request: object) -> str:
    """Return the client of a request, Starlette's or Gradio's; "" for None, as over stdio."""
    if request is None:
        return ""
    client = getattr(request, "client", None)
    return client_key(client.host if client else None)


async def while_connected(request: Request, work: Coroutine[Any, Any, Result]) -> Result:
    """Return what the work returns; cancel it when the client has left.

    Args:
        request: Its body has been read.
        work: What is done for the client.

    Raises:
        HTTPException: The client has left, so nobody sees it.
    """
    working = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise HTTPException(499, "The client has disconnected.")
        return working.result()
    finally:
        for task in (working, leaving):
            task.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
