"""The token that clients bring: in a header, or in a cookie that the sign-in page sets."""

import hashlib
import hmac
import time
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

SIGN_IN, _COOKIE = "/sign-in", "verbatim"
_OPEN = {"/healthz"}  # says nothing of the documents
_LASTS = 30 * 24 * 3600  # seconds
_PAGE = (Path(__file__).parent / "sign_in.html").read_text(encoding="utf-8")
_LONGEST_FORM = 10_000  # bytes


class TokenGate:
    """ASGI middleware: lets in who brings the token, whatever door they come to.

    The cookie holds an expiry date and its HMAC under the token, so it ends when the token changes
    and no list of sessions is kept.
    """

    def __init__(self, app: ASGIApp, token: str, *, secure: bool) -> None:
        """Keep the token.

        Args:
            app: What is behind the gate.
            token: The secret.
            secure: Whether browsers may send the cookie over TLS only.
        """
        self._app = app
        self._token = token.encode()
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if (
            scope["type"] != "http"
            or scope["path"] in _OPEN
            or self._admitted(Headers(scope=scope))
        ):
            await self._app(scope, receive, send)
            return
        if scope["path"] == SIGN_IN and scope["method"] == "POST":
            response = await self._sign_in(Request(scope, receive))
        else:
            response = _refusal(scope)
        await response(scope, receive, send)

    def _admitted(self, headers: Headers) -> bool:
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self._is_token(given.strip()):
            return True
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(_COOKIE)
        except CookieError:
            return False
        return cookie is not None and self._is_session(cookie.value)

    async def _sign_in(self, request: Request) -> Response:
        body = b""
        try:
            async for chunk in request.stream():
                body += chunk
                if len(body) > _LONGEST_FORM:
                    return _page(413)
        except ClientDisconnect:
            return _page(400)
        (given, *_) = parse_qs(body.decode("utf-8", "replace")).get("token", [""])
        if not self._is_token(given.strip()):
            return _page(401, "That is not the token.")
        response = RedirectResponse("/", 303)
        response.set_cookie(
            _COOKIE,
            self._session(int(time.time()) + _LASTS),
            max_age=_LASTS,
            secure=self._secure,
            httponly=True,
            samesite="strict",
        )
        return response

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode("utf-8", "replace"), self._token)

    def _session(self, expires: int) -> str:
        signature = hmac.new(self._token, b"session %d" % expires, hashlib.sha256).hexdigest()
        return f"{expires}.{signature}"

    def _is_session(self, value: str) -> bool:
        expires, _, _ = value.partition(".")
        if not (expires.isascii() and expires.isdecimal() and len(expires) < 15):
            return False
        genuine = hmac.compare_digest(value.encode(), self._session(int(expires)).encode())
        return genuine and int(expires) > time.time()


def _refusal(scope: Scope) -> Response:
    wants_page = "text/html" in Headers(scope=scope).get("accept", "")
    if scope["method"] == "GET" and wants_page:
        return _page(401)
    told = {"detail": "Bring the token of this server: Authorization: Bearer TOKEN"}
    return JSONResponse(told, 401, {"www-authenticate": "Bearer"})


def _page(status: int, message: str = "") -> Response:
    # Under "no-referrer" a browser would send the form as if from another site
    headers = {"referrer-policy": "same-origin", "www-authenticate": "Bearer"}
    return HTMLResponse(_PAGE.replace("<!-- message -->", message), status, headers)
