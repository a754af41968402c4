"""The first second: a page that says that Verbatim is starting, until the application is there."""

import asyncio
import json
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from ui.translation.languages import words_for

Made = TypeVar("Made")

_PAGE = (Path(__file__).parent / "start_page.html").read_text(encoding="utf-8")


class StartPage:
    """An ASGI application that answers at once, and makes way for the one it builds meanwhile.

    Attributes:
        failure: Why the application could not be built; None if it could.
    """

    def __init__(
        self,
        prepare: Callable[[], Coroutine[None, None, Starlette]],
        on_failure: Callable[[], None],
    ) -> None:
        """Start nothing yet.

        Args:
            prepare: Returns the application; run in a thread and an event loop of its own, so
                that requests are answered meanwhile.
            on_failure: Called when it raised, or the application failed to start or end.
        """
        self.failure: BaseException | None = None
        self._prepare = prepare
        self._on_failure = on_failure
        self._app: Starlette | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or live from start to end."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif self._app is not None:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await _starting(scope["path"], Headers(scope=scope))(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        ended = asyncio.Event()
        task = asyncio.ensure_future(self._run(ended))
        await send({"type": "lifespan.startup.complete"})
        await receive()
        ended.set()
        if self._app is None:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await send({"type": "lifespan.shutdown.complete"})

    async def _run(self, ended: asyncio.Event) -> None:
        """Build the application and run it from its own start to its end."""
        try:
            app = await _in_thread(lambda: asyncio.run(self._prepare()))
            async with app.router.lifespan_context(app):
                self._app = app
                await ended.wait()
        except Exception as error:  # noqa: BLE001 - whoever serves raises it again
            self.failure = error
            self._on_failure()


async def _in_thread(work: Callable[[], Made]) -> Made:
    """Return what the work returns; the process can end without waiting for its thread."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Made] = loop.create_future()

    def settle(act: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(lambda: None if future.done() else act())

    def run() -> None:
        try:
            result = work()
        except Exception as error:  # noqa: BLE001 - whoever awaits it gets it
            failed = error
            settle(lambda: future.set_exception(failed))
        else:
            settle(lambda: future.set_result(result))

    threading.Thread(target=run, name="prepare", daemon=True).start()
    return await future


def _starting(path: str, headers: Headers) -> Response:
    never_kept = {"cache-control": "no-store"}
    if path == "/":
        words = words_for(headers)
        page = words.page(_PAGE).replace('lang="en"', f'lang="{words.language}"')
        return Response(page, media_type="text/html", headers=never_kept)
    state = json.dumps({"status": "starting", "page": False, "model": False})
    soon = {**never_kept, "retry-after": "1"}  # seconds
    return Response(state, 503, media_type="application/json", headers=soon)
