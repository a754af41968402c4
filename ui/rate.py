"""How often one client may ask."""

import ipaddress

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.access import SIGN_IN
from ui.limits import SIGN_INS

_COUNTED = ("/api/", "/mcp", "/gradio_api/queue/join")
_SIGN_INS = RateLimitItemPerMinute(SIGN_INS.most)
_SUBNET = 64  # bits of an IPv6 address that tell one household from another


class RateLimit:
    """ASGI middleware: refuses what one client asks for beyond a number of requests a minute.

    Only what makes the server work is counted: questions, uploads, tools; not the page's parts.
    """

    def __init__(self, app: ASGIApp, requests_a_minute: int) -> None:
        """Count nothing yet.

        Args:
            app: What is behind the limit.
            requests_a_minute: What one client may do; 0 for any number.
        """
        self._app = app
        self._limit = RateLimitItemPerMinute(requests_a_minute) if requests_a_minute else None
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        limit, kind = self._limit_for(scope)
        if limit and not await self._limiter.hit(limit, kind, _client(scope)):
            told = {"detail": "Too many requests from your address. Wait a minute, then go on."}
            await JSONResponse(told, 429, {"retry-after": "60"})(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _limit_for(self, scope: Scope) -> tuple[RateLimitItemPerMinute | None, str]:
        """Return what limits a request, and the name under which it is counted."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            return None, ""
        if scope["path"] == SIGN_IN:
            return _SIGN_INS, "sign-in"
        return (self._limit, "work") if scope["path"].startswith(_COUNTED) else (None, "")


def _client(scope: Scope) -> str:
    """Return what tells a client from others: its address, or its network if that is IPv6."""
    host = scope["client"][0] if scope.get("client") else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 6:
        return str(ipaddress.ip_network((address, _SUBNET), strict=False))
    return host
