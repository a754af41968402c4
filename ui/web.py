"""The web application: the chat page, what it reads over HTTP, and /healthz."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from index import Corpus
from qa import load_models
from ui import chat
from ui.conversation import Conversations
from ui.guard import MAX_BODY
from ui.offline import gr
from ui.rest import create_router

_GOODBYE = 2  # seconds that the models' loading gets to end


def create_app(corpus: Corpus) -> FastAPI:
    """Return the web application over a corpus.

    The model is loaded in the background once the application has started. `/healthz` says
    whether it is there; a question that is asked before waits for it.
    """
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

    @app.get("/healthz")
    async def healthz() -> dict[str, str | bool]:
        return {"status": "ok", "page": True, "model": model.is_set()}

    conversations = Conversations()
    app.include_router(create_router(corpus, conversations))
    gr.mount_gradio_app(
        app,
        chat.build_page(corpus, conversations),
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
        max_file_size=MAX_BODY,
    )
    return app
