"""What every request passes: only the page itself may write, and nothing outside is asked."""

from starlette import datastructures
from starlette.datastructures import MutableHeaders
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.limits import BODY, HANDED, PASTED, UPLOAD
from ui.protection.crowd import Crowd
from ui.protection.exposure import Exposure
from ui.protection.headers import Headers
from ui.protection.proxy import behind_proxy
from ui.protection.rate_limit import RateLimit
from ui.protection.refusal import refused
from ui.protection.token import TokenGate
from ui.translation.catalogue import mark

MAX_BODY = BODY.most
MAX_FILE = UPLOAD.most
MAX_TEXT = PASTED.most
_FOREIGN = mark("The request comes from another site.")
_TOO_LARGE = mark("The request is too large.")
_ESCAPED = 6  # bytes that JSON may take for a character
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "DELETE")
_HEADERS = {
    "content-security-policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; font-src 'self' data:; frame-src 'none'; object-src 'none'; "
        "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


def guarded(app: ASGIApp, exposure: Exposure) -> ASGIApp:
    """Return the application behind everything that a request has to pass."""
    app = RateLimit(app, exposure.requests_a_minute)
    if exposure.token is not None:  # before the rate: who has no token can't use it up
        app = TokenGate(app, exposure.token, secure=exposure.encrypted)
    hosts = exposure.allowed_hosts
    app = Guard(TrustedHostMiddleware(app, allowed_hosts=hosts, www_redirect=False))
    app = Headers(Crowd(app), encrypted=exposure.encrypted)
    return app if exposure.proxy is None else behind_proxy(app, exposure.proxy)


class Guard:
    """ASGI middleware: security headers; refuses writes from other sites and large bodies."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        received = 0
        limit = _limit(scope)

        async def receive_limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            return {"type": "http.disconnect"} if received > limit else message

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = _refusal(scope)
        await (refusal or self._app)(scope, receive_limited, send_guarded)


def _refusal(scope: Scope) -> Response | None:
    """Return the answer to a request that has to be refused."""
    if scope["method"] not in METHODS:
        allow = {"allow": ", ".join(METHODS)}
        return refused(scope, 405, "Method not allowed.", allow)
    reading = scope["method"] in ("GET", "HEAD", "OPTIONS")
    reason = None if reading else _writing(scope)
    return refused(scope, *reason) if reason else None


def _writing(scope: Scope) -> tuple[int, str] | None:
    """Return why a request is refused that would change something."""
    headers = datastructures.Headers(scope=scope)
    origin = headers.get("origin")
    foreign = origin is not None and origin.partition("://")[2] != headers.get("host")
    if foreign or headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return 403, _FOREIGN
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > _limit(scope):
        return 413, _TOO_LARGE
    return None


def _limit(scope: Scope) -> int:
    """Return the most bytes that a request may bring."""
    limits = {
        "/api/documents": MAX_FILE + 1,
        "/api/texts": MAX_BODY + _ESCAPED * MAX_TEXT,
        "/api/conversations": HANDED.most,
    }
    return limits.get(scope["path"], MAX_BODY) if scope["method"] == "POST" else MAX_BODY
