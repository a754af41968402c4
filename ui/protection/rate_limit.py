"""How often one client may ask."""

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.protection.clients import client_key
from ui.protection.refusal import refused
from ui.translation.catalogue import mark

_COUNTED = ("/api/", "/mcp", "/gradio_api/queue/join")
_TOO_MANY = mark("Too many requests from your address. Try again in a minute.")


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
        client = client_key(scope["client"][0] if scope.get("client") else None)
        limit = self._limit if _counts(scope) else None
        if limit and not await self._limiter.hit(limit, client):
            refusal = refused(scope, 429, _TOO_MANY, {"retry-after": "60"})
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _counts(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
        return False
    return str(scope["path"]).startswith(_COUNTED)
