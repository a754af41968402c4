"""The web application: the chat page, REST, MCP, and /healthz."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.routing import Mount

from index import Corpus
from qa import load_models
from ui.mcp import create_tools, over_http
from ui.page import addresses, exports, layout
from ui.page.conversation import Conversations
from ui.page.gradio_events import events_of
from ui.page.gradio_gate import GradioGate
from ui.page.offline import gr
from ui.protection.admission import Admission
from ui.protection.exposure import LOOPBACK
from ui.protection.guard import MAX_BODY
from ui.rest import checking, documents, pages, questions
from ui.rest import corpora as corpora_of
from ui.rest.changes import Changes
from ui.rest.errors import install_error_handlers, refuse_the_rest
from ui.served import Served
from ui.server.telemetry import Telemetry

_DESCRIPTION = (
    "Passages of your own documents that answer a question, word for word. Offsets are half-open "
    "and count Unicode code points of a document's text: `text[start:end]` is what is quoted."
)
_GOODBYE = 2  # seconds that the models' loading gets to end


def create_app(
    corpora: Corpus | Served,
    telemetry: Telemetry,
    hosts: Sequence[str] = LOOPBACK,
    *,
    signed_in: bool = False,
    local: bool = False,
) -> FastAPI:
    """Return the web application over one corpus or several.

    The model is loaded in the background once the application has started. `/healthz` says
    whether it is there; a question that is asked before waits for it.

    Args:
        corpora: What answers come from.
        telemetry: Whose figures `/metrics` gives.
        hosts: The names that a Host header may hold; MCP's library checks them once more.
        signed_in: Whether a token is asked, so that the page offers to sign out.
        local: Whether only this computer can reach it.
    """
    served, model = Served.of(corpora), threading.Event()

    def load() -> None:
        try:
            for corpus in served.corpora.values():
                load_models(corpus)
        except Exception:
            logging.getLogger(__name__).exception("The model can't be loaded")
        else:
            model.set()

    admission, changes = Admission(), Changes()
    tools = create_tools(lambda: served, admission, list(served.corpora))
    mcp = over_http(tools, hosts)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        loading = threading.Thread(target=load, name="load-model", daemon=True)
        loading.start()
        async with tools.session_manager.run():
            yield
        await changes.end()
        await admission.idle(_GOODBYE)
        # The corpus is closed next, and nobody should be reading it then.
        await asyncio.to_thread(loading.join, _GOODBYE)

    app = FastAPIOffline(
        title="Verbatim",
        description=_DESCRIPTION,
        version=version("verbatim-qa"),
        lifespan=lifespan,
        docs_url="/api/docs",
        redoc_url=None,
        openapi_url="/api/openapi.json",
        static_url="/api/docs/static",
    )
    install_error_handlers(app)
    app.add_middleware(CORSMiddleware, allow_origins=[])  # else Gradio adds a laxer one

    @app.get("/healthz")
    async def healthz() -> dict[str, str | bool]:
        return {"status": "ok", "page": True, "model": model.is_set()}

    @app.get("/metrics", include_in_schema=False)
    def metrics() -> Response:
        return telemetry.figures(served.corpora.values())

    conversations = Conversations()
    for part in (
        questions.create_router(served, admission),
        checking.create_router(served, admission),
        corpora_of.create_router(served),
        documents.create_router(served, changes, admission),
        pages.create_router(served, admission),
        exports.create_router(served, conversations, admission, local=local),
        addresses.create_router(),
        mcp,
    ):  # `include_router` would build each route a second time, which takes as long as the first
        app.router.routes.extend(part.routes)
    refuse_the_rest(app)
    _mount(app, served, layout.build_page(served, conversations, admission, signed_in=signed_in))
    return app


def _mount(app: FastAPI, served: Served, page: gr.Blocks) -> None:
    """Put the page at the root, where no other route is, and Gradio behind its gate."""
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        theme=layout.THEME,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        mcp_server=False,
        pwa=False,
        show_error=False,
        ssr_mode=False,
        blocked_paths=[str(corpus.folder) for corpus in served.corpora.values()],
        max_file_size=MAX_BODY,
    )
    page.has_launched = True  # else Gradio lets every file pass that is named in an event
    mount = app.routes[-1]
    assert isinstance(mount, Mount)  # noqa: S101 - else Gradio would stand open
    mount.app = GradioGate(mount.app, events_of(page), layout.localizer(served))
