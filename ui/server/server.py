"""The web server: it answers at once and loads what it needs meanwhile."""

import asyncio
import errno
import socket
import threading
import webbrowser
from collections.abc import Callable
from contextlib import suppress

import uvicorn
from starlette.applications import Starlette

from index import BadSetting, Corpus
from ui.protection.clients import client_key
from ui.protection.connections import PATIENCE, Connection
from ui.protection.exposure import Exposure
from ui.protection.guard import guarded
from ui.served import Served
from ui.server.memory import limit_arenas
from ui.server.start_page import StartPage
from ui.server.telemetry import Telemetry

_GOODBYE = 2  # seconds for what still runs when the server ends


def serve(
    open_corpus: Callable[[], Corpus | Served],
    *,
    port: int = 7860,
    exposure: Exposure | None = None,
    open_browser: bool = False,
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Serve the chat until Ctrl-C.

    Args:
        open_corpus: Returns what answers come from; called once, in a thread.
        port: 0 takes any free one.
        exposure: Who may reach it; by default this computer only.
        open_browser: Whether to show the page in the default browser.
        on_ready: Called with the page's address once requests are accepted.

    Raises:
        BadSetting: The port or the address can't be had.
        Exception: What `open_corpus` raised.
    """
    limit_arenas()
    exposure = exposure or Exposure()
    listener = _listen(exposure.host, port)
    scheme = "https" if exposure.certificate else "http"
    name = exposure.names[0] if exposure.names else exposure.host
    url = f"{scheme}://{name}:{listener.getsockname()[1]}"

    def ready() -> None:
        if on_ready:
            on_ready(url)
        if open_browser:
            threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()

    async def run() -> None:
        server = make_server(open_corpus, ready, exposure)
        await asyncio.sleep(0)  # a Ctrl-C so far takes effect here; from now on uvicorn minds it
        await server.serve(sockets=[listener])
        if server.application.failure:
            raise server.application.failure

    with listener, suppress(KeyboardInterrupt):
        asyncio.run(run())


def make_server(
    open_corpus: Callable[[], Corpus | Served], ready: Callable[[], None], exposure: Exposure
) -> "Server":
    """Return a server that calls `ready` once it accepts requests."""
    telemetry = Telemetry()

    async def prepare() -> Starlette:
        from ui.server.app import create_app  # takes seconds

        return create_app(
            open_corpus(),
            telemetry,
            exposure.allowed_hosts,
            signed_in=exposure.token is not None,
            local=exposure.local,
        )

    def give_up() -> None:
        server.should_exit = True

    application = StartPage(prepare, give_up)
    config = uvicorn.Config(
        telemetry.watch(guarded(application, exposure)),  # what is refused counts too
        ws="none",
        log_config=None,  # its lines go where all others do
        log_level="warning",
        access_log=False,
        server_header=False,
        http=Connection,
        proxy_headers=False,  # see ui/protection/proxy.py
        ssl_certfile=exposure.certificate,
        ssl_keyfile=exposure.key,
        timeout_graceful_shutdown=_GOODBYE,
    )
    proxy = exposure.proxy
    server = Server(config, application, ready, client_key(proxy) if proxy else None)
    return server


class Server(uvicorn.Server):
    """A server that says when it accepts requests, and doesn't wait for open pages to leave."""

    def __init__(
        self,
        config: uvicorn.Config,
        application: StartPage,
        ready: Callable[[], None],
        proxy: str | None,
    ) -> None:
        super().__init__(config)
        self.application = application
        self._ready = ready
        self._proxy = proxy

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept requests, and say so."""
        await super().startup([])
        if not self.started:
            return
        ssl, loop = self.config.ssl, asyncio.get_running_loop()

        def connection() -> Connection:
            return Connection(self.config, self.server_state, self.lifespan.state, self._proxy)

        for listener in sockets or ():  # uvicorn's own would wait a minute for a TLS handshake
            patience = PATIENCE if ssl else None
            self.servers.append(
                await loop.create_server(
                    connection,
                    sock=listener,
                    ssl=ssl,
                    ssl_handshake_timeout=patience,
                    ssl_shutdown_timeout=patience,
                    backlog=self.config.backlog,
                )
            )
        self._ready()

    async def on_tick(self, counter: int) -> bool:
        """Close what keeps the server waiting."""
        if counter % 10 == 0:  # a second
            for connection in list(self.server_state.connections):
                if isinstance(connection, Connection):
                    connection.check()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End, with the connections that browsers keep open."""
        for connection in list(self.server_state.connections):
            connection.transport.close()
        await super().shutdown(sockets)


def _listen(host: str, port: int) -> socket.socket:
    if not 0 <= port <= 65535:
        raise BadSetting(f"Port {port} is out of range (0 to 65535). Choose one with --port.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except socket.gaierror as error:
        raise BadSetting(
            f"{host} is not an address of this computer. Choose one with --host."
        ) from error
    except OSError as error:
        reason = (
            "is in use"
            if error.errno == errno.EADDRINUSE
            else f"can't be opened ({error.strerror})"
        )
        raise BadSetting(f"Port {port} {reason}. Choose another with --port.") from error
