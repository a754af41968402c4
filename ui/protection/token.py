"""The token that clients bring: in a header, or in a cookie that the sign-in page sets."""

import hashlib
import hmac
import re
import secrets
import time
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from urllib.parse import parse_qs

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.limits import SIGN_INS
from ui.protection.clients import client_key
from ui.protection.crowd import HEALTH
from ui.protection.refusal import from_page, refused
from ui.translation.catalogue import Words, mark
from ui.translation.languages import words_for

SIGN_IN, SIGN_OUT, _COOKIE = "/sign-in", "/sign-out", "verbatim"
_OPEN = {HEALTH}  # says nothing of the documents
_WRONG = RateLimitItemPerMinute(SIGN_INS.most)
_MOST_SESSIONS = 10_000  # then the oldest ends
_LASTS = 30 * 24 * 3600  # seconds
_PAGE = (Path(__file__).parent / "sign_in.html").read_text(encoding="utf-8")
_LONGEST_FORM = 10_000  # bytes
_CORPUS = r"corpus=[\w%.~+!()*-]{1,1000}"
_OF_DOCUMENT = re.compile(
    rf"/d/[0-9]{{1,19}}(?:\?{_CORPUS})?|/\?document=[0-9]{{1,19}}(?:&{_CORPUS})?", re.ASCII
)
_TOO_OFTEN = mark("Too many wrong tokens from your address. Try again in a minute.")
_NO_TOKEN = "Authentication required. Send the header: Authorization: Bearer TOKEN"  # noqa: S105
_ENDED = mark("You are not signed in any more. Reload the page, then sign in.")
_MINUTE = "60"  # seconds


class TokenGate:
    """ASGI middleware: lets in who brings the token, whatever door they come to.

    A session is a random word in a cookie. This process keeps a hash of each in memory: signing
    out ends it for good, and so does a restart of the server.
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
        self._sessions: dict[bytes, int] = {}  # ends, in seconds of the epoch, by hash
        # Not the asynchronous one: between looking and counting no other request may come
        self._wrong = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["path"] in _OPEN:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        session = self._session(headers)
        client = client_key(scope["client"][0] if scope.get("client") else None)
        response: Response | None
        if scope["method"] == "POST" and scope["path"] == SIGN_IN:
            response = await self._sign_in(Request(scope, receive), client)
        elif scope["method"] == "POST" and scope["path"] == SIGN_OUT:
            response = self._sign_out(session)
        elif session is not None:  # whatever others at the same address have tried
            response = None
        else:
            response = self._refusal(scope, headers, client)
        await (response or self._app)(scope, receive, send)

    def _refusal(self, scope: Scope, headers: Headers, client: str) -> Response | None:
        """Return the answer to who has no session, or None if the token is right."""
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return _refusal(scope)
        if not self._wrong.test(_WRONG, "bearer", client):
            return refused(scope, 429, _TOO_OFTEN, {"retry-after": _MINUTE})
        if self._is_token(given.strip()):
            return None
        self._wrong.hit(_WRONG, "bearer", client)
        return _refusal(scope)

    async def _sign_in(self, request: Request, client: str) -> Response:
        body, words = b"", words_for(request.headers)
        try:
            async for chunk in request.stream():
                body += chunk
                if len(body) > _LONGEST_FORM:
                    return _page(413, words)
        except ClientDisconnect:
            return _page(400, words)
        form = parse_qs(body.decode("utf-8", "replace"))
        passage = _passage(form.get("passage", [""])[0])
        if not self._wrong.test(_WRONG, "sign-in", client):
            return _page(429, words, _TOO_OFTEN, passage)
        if not self._is_token(form.get("token", [""])[0].strip()):
            self._wrong.hit(_WRONG, "sign-in", client)
            return _page(401, words, mark("Wrong token."), passage)
        # Which words of the document are meant is behind the "#", which the browser passes on
        response = RedirectResponse(passage or "/", 303)
        response.set_cookie(
            _COOKIE,
            self._begin(),
            max_age=_LASTS,
            secure=self._secure,
            httponly=True,
            samesite="strict",
        )
        return response

    def _sign_out(self, session: bytes | None) -> Response:
        """End the session, here and in the browser, with what the browser keeps of the page."""
        if session is not None:
            del self._sessions[session]
        response = RedirectResponse("/", 303, {"clear-site-data": '"storage"'})
        response.delete_cookie(_COOKIE, secure=self._secure, httponly=True, samesite="strict")
        return response

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode("utf-8", "replace"), self._token)

    def _begin(self) -> str:
        """Begin a session; return its word."""
        now = int(time.time())
        over = [session for session, end in self._sessions.items() if end <= now]
        for session in (
            over or list(self._sessions)[: max(0, len(self._sessions) - _MOST_SESSIONS + 1)]
        ):
            del self._sessions[session]
        word = f"{now + _LASTS}.{secrets.token_urlsafe(32)}"
        self._sessions[_hash(word)] = now + _LASTS
        return word

    def _session(self, headers: Headers) -> bytes | None:
        """Return the hash of the session that a request belongs to, if there is one."""
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(_COOKIE)
        except CookieError:
            return None
        # A look-up by hash: its time tells nothing of the words that are there
        session = _hash(cookie.value) if cookie else b""
        return session if self._sessions.get(session, 0) > time.time() else None


def _hash(word: str) -> bytes:
    return hashlib.sha256(word.encode("utf-8", "replace")).digest()


def _passage(address: str) -> str:
    """Return the address of a document, which somebody wanted; empty if it is none."""
    return address if _OF_DOCUMENT.fullmatch(address) else ""


def _refusal(scope: Scope) -> Response:
    headers = Headers(scope=scope)
    if scope["method"] == "GET" and "text/html" in headers.get("accept", ""):
        query = scope["query_string"].decode("latin-1")
        wanted = f"{scope['path']}?{query}" if query else scope["path"]
        return _page(401, words_for(headers), passage=_passage(wanted))
    reason = _ENDED if from_page(scope) else _NO_TOKEN
    return refused(scope, 401, reason, {"www-authenticate": "Bearer"})


def _page(status: int, words: Words, message: str = "", passage: str = "") -> Response:
    # Under "no-referrer" a browser would send the form as if from another site
    headers = {"referrer-policy": "same-origin", "www-authenticate": "Bearer"}
    if status == 429:
        headers["retry-after"] = _MINUTE
    page = words.page(_PAGE).replace("<!-- message -->", words.text(message))
    page = page.replace("<!-- passage -->", passage)
    return HTMLResponse(page.replace('lang="en"', f'lang="{words.language}"'), status, headers)
