"""Gradio as a guest: of all that it serves, only what the chat page uses can be reached."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qs, urlencode

from pydantic import TypeAdapter, ValidationError
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from ui.page.gradio_events import Event, RefusedCall, SessionName, checked_call
from ui.page.localized import Localizer
from ui.protection.refusal import refused
from ui.translation.languages import words_for

_JOIN, _STREAM = "/gradio_api/queue/join", "/gradio_api/queue/data"
_DIRECT = "/gradio_api/run/predict"  # events that don't wait in the queue; nothing else is there
_FILE = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"
# What a browser asks for while the page is used; `app_id` once the server is back after it was away
ALLOWED = (
    ("GET", re.compile(r"/")),
    ("HEAD", re.compile(r"/")),
    ("GET", re.compile(r"/favicon\.ico")),
    ("GET", re.compile(r"/theme\.css")),
    ("GET", re.compile(rf"/assets/{_FILE}")),
    ("GET", re.compile(rf"/static/fonts/{_FILE}/{_FILE}\.woff2")),
    ("GET", re.compile(r"/static/js/iframeResizer\.contentWindow\.min\.js")),
    ("GET", re.compile(r"/gradio_api/app_id")),
    ("GET", re.compile(r"/gradio_api/heartbeat/[A-Za-z0-9_-]{1,64}")),
    ("POST", re.compile(re.escape(_JOIN))),
    ("POST", re.compile(re.escape(_DIRECT))),
    ("GET", re.compile(re.escape(_STREAM))),
)
_SESSION = TypeAdapter(SessionName)


class GradioGate:
    """ASGI middleware around Gradio: 404 but for the routes of the page, and checked events.

    Gradio gets no query of a client either: some of its parameters name files.
    """

    def __init__(self, app: ASGIApp, events: Mapping[int, Event], localizer: Localizer) -> None:
        """Keep what is behind the gate.

        Args:
            app: Gradio's application.
            events: What each event takes, by its number.
            localizer: Puts the page into the language of whoever asks for it.
        """
        self._app = app
        self._events = events
        self._localizer = localizer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await WebSocketClose()(scope, receive, send)
            return
        try:
            admitted = await self._admitted(scope, receive)
        except RefusedCall as error:
            response = refused(scope, error.status, error.detail)
            await response(scope, receive, send)
        else:
            if scope["method"] == "GET" and scope["path"] == "/":
                send = self._localized(send, Headers(scope=scope))
            await self._app(*admitted, send)

    def _localized(self, send: Send, asked: Headers) -> Send:
        """Return a `send` that puts the page, which comes as a whole, into a language."""
        started: list[Message] = []
        parts: list[bytes] = []

        async def send_localized(message: Message) -> None:
            if message["type"] == "http.response.start":
                started.append(message)
                return
            parts.append(message.get("body", b""))
            if message.get("more_body"):
                return
            page = self._localizer(b"".join(parts), words_for(asked))
            headers = MutableHeaders(scope=started[0])
            headers["content-length"] = str(len(page))
            headers.add_vary_header("accept-language, cookie")
            await send(started[0])
            await send({"type": "http.response.body", "body": page, "more_body": False})

        return send_localized

    async def _admitted(self, scope: Scope, receive: Receive) -> tuple[Scope, Receive]:
        """Return the request as Gradio gets it.

        Raises:
            RefusedCall: It doesn't get it.
        """
        method, path = scope["method"], scope["path"]
        if not any(method == known and pattern.fullmatch(path) for known, pattern in ALLOWED):
            raise _nothing_here()
        query = _session_in(scope["query_string"]) if path == _STREAM else b""
        scope = {**scope, "query_string": query}
        if path not in (_JOIN, _DIRECT):
            return scope, receive
        try:
            return await self._checked(scope, receive)
        except RefusedCall as error:
            if path == _DIRECT and error.status != 413:
                raise _nothing_here() from error
            raise

    async def _checked(self, scope: Scope, receive: Receive) -> tuple[Scope, Receive]:
        """Return the call of an event with its body written anew."""
        request = Request(scope, receive)
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise RefusedCall(422, "Send events as application/json.")
        try:
            queued = scope["path"] == _JOIN
            body = checked_call(await request.body(), self._events, queued=queued)
        except ClientDisconnect as error:
            raise RefusedCall(413, "The request is too large.") from error
        headers = MutableHeaders(raw=list(scope["headers"]))
        for name in ("transfer-encoding", "content-encoding"):
            del headers[name]
        headers["content-type"] = "application/json"
        headers["content-length"] = str(len(body))
        pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive_checked() -> Message:
            return pending.pop() if pending else await receive()

        return {**scope, "headers": headers.raw}, receive_checked


def _nothing_here() -> RefusedCall:
    return RefusedCall(404, "Not found.")


def _session_in(query: bytes) -> bytes:
    """Return the query of a stream of events: which page's they are, and nothing else."""
    try:
        (session,) = parse_qs(query.decode("ascii"), strict_parsing=True)["session_hash"]
        _SESSION.validate_python(session)
    except (ValueError, KeyError, ValidationError) as error:
        raise RefusedCall(422, "session_hash is invalid.") from error
    return urlencode({"session_hash": session}).encode()
