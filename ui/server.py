"""The web server: the chat page and /healthz, for this computer only."""

import asyncio
import errno
import logging
import re
import socket
import threading
import webbrowser
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import uvicorn
from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index import BadSetting, Corpus
from qa import load_models
from ui.rest import create_router

_HOSTS = ("127.0.0.1", "localhost")
_MAX_BODY = 1_000_000  # bytes
_GOODBYE = 2  # seconds for what still runs when the server ends
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


def create_app(corpus: Corpus) -> FastAPI:
    """Return the web application over a corpus.

    The model is loaded in the background once the application has started. `/healthz` says
    whether it is there; a question that is asked before waits for it.
    """
    from ui import chat  # first: it sets what Gradio reads when it is imported

    import gradio as gr  # isort: skip

    model = threading.Event()

    def load() -> None:
        try:
            load_models(corpus)
        except Exception:
            logging.getLogger(__name__).exception("The model can't be loaded")
        else:
            model.set()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        loading = threading.Thread(target=load, name="load-model", daemon=True)
        loading.start()
        yield
        # The corpus is closed next, and nobody should be reading it then.
        await asyncio.to_thread(loading.join, _GOODBYE)

    app = FastAPI(
        title="Verbatim", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None
    )
    app.add_middleware(CORSMiddleware, allow_origins=[])  # else Gradio adds a laxer one
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=_HOSTS, www_redirect=False)
    app.add_middleware(Guard)

    @app.get("/healthz")
    async def healthz() -> dict[str, str | bool]:
        return {"status": "ok", "model": model.is_set()}

    app.include_router(create_router(corpus))
    gr.mount_gradio_app(
        app,
        chat.build_page(corpus),
        path="/",
        theme=chat.THEME,
        head=chat.HEAD,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        mcp_server=False,
        pwa=False,
        show_error=False,
        ssr_mode=False,
        blocked_paths=[str(corpus.folder)],
        max_file_size=_MAX_BODY,
    )
    return app


def serve(
    corpus: Corpus,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    open_browser: bool = False,
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Serve the chat until Ctrl-C.

    Args:
        corpus: Where answers come from.
        host: `127.0.0.1` or `localhost`.
        port: 0 takes any free one.
        open_browser: Whether to show the page in the default browser.
        on_ready: Called with the page's address once requests are accepted.

    Raises:
        BadSetting: The port can't be had, or the host would let other computers in.
    """
    listener = _listen(host, port)
    url = f"http://{host}:{listener.getsockname()[1]}"

    def ready() -> None:
        if on_ready:
            on_ready(url)
        if open_browser:
            threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()

    async def run() -> None:
        # Built outside a running event loop, Gradio opens eight of its own and never closes them.
        server = make_server(create_app(corpus), ready)
        await asyncio.sleep(0)  # a Ctrl-C so far takes effect here; from now on uvicorn minds it
        await server.serve(sockets=[listener])

    with listener, suppress(KeyboardInterrupt):
        asyncio.run(run())


def make_server(app: FastAPI, ready: Callable[[], None]) -> uvicorn.Server:
    """Return a server that calls `ready` once it accepts requests."""
    config = uvicorn.Config(
        app,
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=200,
        timeout_graceful_shutdown=_GOODBYE,
    )
    return _Server(config, ready)


class Guard:
    """ASGI middleware: security headers; refuses writes from other sites and remote files."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        received = 0

        async def receive_limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            return {"type": "http.disconnect"} if received > _MAX_BODY else message

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = _refusal(scope)
        app = JSONResponse({"detail": refusal[1]}, refusal[0]) if refusal else self._app
        await app(scope, receive_limited, send_guarded)


class _Server(uvicorn.Server):
    """A server that says when it accepts requests, and doesn't wait for open pages to leave."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for connection in list(self.server_state.connections):
            connection.transport.close()
        await super().shutdown(sockets)


def _listen(host: str, port: int) -> socket.socket:
    if host not in _HOSTS:
        raise BadSetting(
            f"{host} would let other computers in, and this version serves its own computer only; "
            "serving others needs a later one. Use 127.0.0.1."
        )
    if not 0 <= port <= 65535:
        raise BadSetting(f"There is no port {port}: they go from 0 to 65535. Choose with --port.")
    try:
        return socket.create_server((host, port))
    except OSError as error:
        reason = (
            "is in use"
            if error.errno == errno.EADDRINUSE
            else f"can't be opened ({error.strerror})"
        )
        raise BadSetting(f"Port {port} {reason}. Choose another with --port.") from error


def _refusal(scope: Scope) -> tuple[int, str] | None:
    """Return status and reason if a request has to be refused."""
    headers = Headers(scope=scope)
    if re.search(r"/(file|proxy)=\s*https?:", scope["path"], re.IGNORECASE):
        return 403, "Remote files are not fetched."
    if scope["method"] in ("GET", "HEAD", "OPTIONS"):
        return None
    origin = headers.get("origin")
    foreign = origin is not None and origin.partition("://")[2] != headers.get("host")
    if foreign or headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return 403, "The request comes from another site."
    if scope["path"].startswith("/gradio_api/upload"):
        return 403, "Files are not taken here."
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > _MAX_BODY:
        return 413, "The request is too large."
    return None
