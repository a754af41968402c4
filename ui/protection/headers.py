"""Headers of every response: nothing of the documents is kept, TLS stays on, when to come again."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_KEPT = ("/assets/", "/static/", "/svelte/", "/theme.css", "/favicon.ico", "/api/docs/static/")
_SOON = {429: "5", 503: "2"}  # seconds, where the answer doesn't say better
_YEAR = 365 * 24 * 3600  # seconds


class Headers:
    """ASGI middleware: sets what browsers and proxies may keep, and for how long.

    Everything but the page's own styles, scripts and letters may tell of documents.
    """

    def __init__(self, app: ASGIApp, *, encrypted: bool) -> None:
        """Keep whether clients come over TLS, and are to come over nothing else from then on."""
        self._app = app
        self._encrypted = encrypted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if not scope["path"].startswith(_KEPT):
                    headers["cache-control"] = "no-store"
                if self._encrypted:
                    headers["strict-transport-security"] = f"max-age={_YEAR}"
                if message["status"] in _SOON:
                    headers.setdefault("retry-after", _SOON[message["status"]])
            await send(message)

        await self._app(scope, receive, send_with_headers)
