"""How many requests are under way at a time, in all and of one client; `/healthz` always passes."""

from collections import Counter

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.limits import UNDER_WAY
from ui.protection.clients import client_key
from ui.protection.refusal import refused
from ui.translation.catalogue import mark

HEALTH = "/healthz"
_OF_ONE = UNDER_WAY.most // 2
_FROM_ONE = mark("Too many simultaneous requests from your address. Wait for some to finish.")
_FROM_ALL = mark("Too many simultaneous requests. Try again soon.")


class Crowd:
    """ASGI middleware: turns away what more clients ask at once than can be answered in time."""

    def __init__(self, app: ASGIApp, most: int = UNDER_WAY.most, of_one: int = _OF_ONE) -> None:
        """Start with nobody.

        Args:
            app: What is behind it.
            most: Requests that may be under way.
            of_one: How many of them one client may have.
        """
        self._app = app
        self._most, self._of_one = most, of_one
        self._under_way: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["path"] == HEALTH:
            await self._app(scope, receive, send)
            return
        client = client_key(scope["client"][0] if scope.get("client") else None)
        refusal = self._refusal(scope, client)
        if refusal:
            await refusal(scope, receive, send)
            return
        self._under_way[client] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._under_way[client] -= 1
            if not self._under_way[client]:
                del self._under_way[client]

    def _refusal(self, scope: Scope, client: str) -> Response | None:
        if self._under_way[client] >= self._of_one:
            return refused(scope, 429, _FROM_ONE)
        if self._under_way.total() >= self._most:
            return refused(scope, 503, _FROM_ALL)
        return None
