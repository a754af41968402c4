"""What a running server tells of itself: figures for Prometheus, and a log of requests.

Neither ever holds a question, a document's name, a token or an address of a document.
"""

import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index import Corpus
from ui.request_log import requests

_DOORS = (  # beginnings of paths, the longest first
    ("/api/ask/batch", "ask_batch"),
    ("/api/ask", "ask"),
    ("/api/retrieve", "retrieve"),
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
    """ASGI middleware: times every request, counts it and logs it; answers /metrics."""

    def __init__(self, app: ASGIApp, corpus: Corpus) -> None:
        """Count nothing yet.

        Args:
            app: What is timed.
            corpus: Counted anew whenever the figures are asked for.
        """
        self._app = app
        self._corpus = corpus
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
            "verbatim_requests_under_way", "Requests not yet answered.", registry=self._registry
        )
        self._documents = Gauge(
            "verbatim_documents", "Documents in the corpus.", registry=self._registry
        )
        self._sentences = Gauge(
            "verbatim_sentences", "Sentences in the corpus.", registry=self._registry
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        begun = time.perf_counter()
        app = self.metrics() if scope["path"] == "/metrics" else self._app
        with self._under_way.track_inprogress():
            try:
                await app(scope, receive, noted)
            finally:
                self._note(scope, status, time.perf_counter() - begun)

    def metrics(self) -> Response:
        """Return the figures in the text format of Prometheus."""
        documents = self._corpus.documents()
        self._documents.set(len(documents))
        self._sentences.set(sum(document.sentences for document in documents))
        return Response(
            generate_latest(self._registry), headers={"content-type": CONTENT_TYPE_PLAIN_0_0_4}
        )

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        path = scope["path"]
        door = next((name for start, name in _DOORS if path.startswith(start)), "page")
        self._served.labels(door, status).inc()
        self._seconds.labels(door).observe(seconds)
        values = (door, scope["method"], status, round(1000 * seconds, 1))
        fields = dict(zip(_FIELDS, values, strict=True))
        requests.info("%(method)s %(door)s %(status)d %(milliseconds)s ms", fields)
