"""What a running server tells of itself: figures for Prometheus, and a log of requests.

Neither ever holds a question, a document's name, a token or an address of a document.
"""

import time
from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index import Corpus
from ui.protection.guard import METHODS
from ui.server.request_log import requests

_DOORS = (  # beginnings of paths, the longest first
    ("/api/ask/batch", "ask_batch"),
    ("/api/ask", "ask"),
    ("/api/retrieve", "retrieve"),
    ("/api/check", "check"),
    ("/api/documents", "documents"),
    ("/api/texts", "documents"),
    ("/api/", "other"),
    ("/mcp", "mcp"),
    ("/gradio_api/queue", "chat"),
    ("/metrics", "metrics"),
    ("/healthz", "healthz"),
)
_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 30)  # seconds
_FIELDS = ("door", "method", "status", "milliseconds")


class Telemetry:
    """Times, counts and logs the requests to what it watches."""

    def __init__(self) -> None:
        """Count nothing yet."""
        self._registry = CollectorRegistry()
        self._served = Counter(
            "verbatim_requests", "Requests answered.", ("door", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "verbatim_request_seconds",
            "Time from a request to the end of its answer.",
            ("door",),
            registry=self._registry,
            buckets=_BUCKETS,
        )
        self._under_way = Gauge(
            "verbatim_requests_under_way", "Requests in progress.", registry=self._registry
        )
        self._documents = Gauge(
            "verbatim_documents", "Documents in all corpora.", registry=self._registry
        )
        self._sentences = Gauge(
            "verbatim_sentences", "Sentences in all corpora.", registry=self._registry
        )

    def watch(self, app: ASGIApp) -> ASGIApp:
        """Return the application with its requests timed, counted and logged."""

        async def watched(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            status = 500

            async def noted(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                await send(message)

            begun = time.perf_counter()
            with self._under_way.track_inprogress():
                try:
                    await app(scope, receive, noted)
                finally:
                    self._note(scope, status, time.perf_counter() - begun)

        return watched

    def figures(self, corpora: Iterable[Corpus]) -> Response:
        """Return the figures, and how much all corpora hold, in the text format of Prometheus."""
        documents = sentences = 0
        for corpus in corpora:
            with corpus.snapshot() as state:
                documents += state.document_count
                sentences += state.sentence_count
        self._documents.set(documents)
        self._sentences.set(sentences)
        return Response(
            generate_latest(self._registry), headers={"content-type": CONTENT_TYPE_PLAIN_0_0_4}
        )

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        path = scope["path"]
        door = next((name for start, name in _DOORS if path.startswith(start)), "page")
        self._served.labels(door, status).inc()
        self._seconds.labels(door).observe(seconds)
        method = scope["method"] if scope["method"] in METHODS else "other"
        values = (door, method, status, round(1000 * seconds, 1))
        fields = dict(zip(_FIELDS, values, strict=True))
        requests.info("%(method)s %(door)s %(status)d %(milliseconds)s ms", fields)
