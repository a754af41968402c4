"""One Milvus server: its collections as this project uses them, and its errors in plain words."""

import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from index.errors import EngineUnavailable
from index.search.entries import SENTENCE, WINDOW
from index.search.vectors.base import Ids

if TYPE_CHECKING:
    from pymilvus import MilvusClient

DENSE = "dense"
TERMS = {SENTENCE: "sentence_terms", WINDOW: "window_terms"}  # what BM25 is computed from
MOST_BYTES = 65_535  # Milvus keeps no longer text
MOST_HITS = 16_384  # and returns no more hits
MARKER_ID = 0  # a row of its own that tells what the collection holds
_TOKEN = "VERBATIM_MILVUS_TOKEN"  # noqa: S105 - where the token is, not what it is
# Seconds to connect, and for one request: a server that is dead is told from one that is busy,
# which may take long to delete or to load. Chosen, not measured
_CONNECT, _TIMEOUT = 10.0, 60.0
_PATIENCE = 2.0  # seconds in which a server that restarts may come back; a question waits no longer
_PAUSE = 0.2  # seconds between two attempts
_ROWS = 256  # sent at a time: at the longest texts 34 MB, and servers take 64
_UNAVAILABLE, _DEADLINE = 14, 4  # gRPC's codes
_BM25 = {"bm25_k1": 1.2, "bm25_b": 0.75}  # as tantivy has them
_NO_COLLECTION, _NOT_LOADED = 100, 101  # Milvus's
_CONNECT_FAILED = 2  # pymilvus's
_PAGE = 8192  # ids fetched at a time, of the 16,384 that Milvus gives at most


class NoCollection(EngineUnavailable):
    """The server is there, but not the collection."""


class MilvusServer:
    """A connection, made when first needed. May be used from several threads at once."""

    def __init__(self, uri: str) -> None:
        """Remember where the server is.

        Raises:
            EngineUnavailable: pymilvus is not installed.
        """
        try:
            import grpc
            import pymilvus
        except ImportError as error:
            raise EngineUnavailable(
                "This corpus is searched with Milvus, and pymilvus is not installed. Install it "
                'with: pip install "verbatim-qa[milvus]"'
            ) from error
        for name in ("pymilvus", "pymilvus.milvus_client"):  # it logs what it raises as well
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._pymilvus = pymilvus
        self._rpc_error = grpc.RpcError
        self._uri = uri
        # Guards the connection: the first who asks makes it, and nobody closes it meanwhile
        self._lock = threading.Lock()
        self._client: MilvusClient | None = None

    def try_out(self) -> None:
        """Ask something of the server, to know that it is there and lets us in."""
        self._send("", lambda client: client.list_collections(timeout=_TIMEOUT))

    def create(self, name: str, dimension: int) -> None:
        """Make an empty collection for vectors of that dimension, ready to be searched."""
        kind = self._pymilvus.DataType
        schema = self._pymilvus.MilvusClient.create_schema(auto_id=False)
        schema.add_field("id", kind.INT64, is_primary=True)
        schema.add_field("document", kind.INT64)
        schema.add_field(DENSE, kind.FLOAT_VECTOR, dim=dimension)
        indexes = self._pymilvus.MilvusClient.prepare_index_params()
        indexes.add_index(DENSE, index_type="AUTOINDEX", metric_type="IP")
        for field, terms in TERMS.items():
            schema.add_field(
                terms,
                kind.VARCHAR,
                max_length=MOST_BYTES,
                enable_analyzer=True,
                analyzer_params={"tokenizer": "standard"},
            )
            schema.add_field(field, kind.SPARSE_FLOAT_VECTOR)
            schema.add_function(
                self._pymilvus.Function(
                    name=f"{field}_bm25",
                    function_type=self._pymilvus.FunctionType.BM25,
                    input_field_names=[terms],
                    output_field_names=[field],
                )
            )
            indexes.add_index(
                field,
                index_type="SPARSE_INVERTED_INDEX",
                metric_type="BM25",
                params={"params": _BM25},  # nested, or Milvus Lite would pass over them
            )
        self._call("create_collection", name, schema=schema, consistency_level="Strong")
        # Not waiting for the indexes: those of an empty collection are made at once
        self._call("create_index", name, index_params=indexes, sync=False)
        self._call("load_collection", name)

    def drop(self, name: str) -> None:
        """Remove a collection; one that isn't there is passed over."""
        self._call("drop_collection", name)

    def put(self, name: str, rows: Sequence[dict[str, Any]]) -> None:
        """Add rows, in place of those of the same ids, so that trying again does no harm."""
        for start in range(0, len(rows), _ROWS):
            self._call("upsert", name, data=list(rows[start : start + _ROWS]))

    def delete(self, name: str, where: str) -> None:
        """Delete the rows that a filter names."""
        self._call("delete", name, filter=where)

    def marker(self, name: str) -> str | None:
        """Return what the collection's marker says; None without a collection or a marker."""
        field = TERMS[SENTENCE]
        try:
            rows = self._call("query", name, filter=f"id == {MARKER_ID}", output_fields=[field])
        except NoCollection:
            return None
        return str(rows[0][field]) if rows else None

    def count(self, name: str, where: str) -> int:
        """Return how many rows a filter names."""
        rows = self._call("query", name, filter=where, output_fields=["count(*)"])
        return int(rows[0]["count(*)"])

    def ids(self, name: str, where: str) -> Ids:
        """Return the ids of the rows that a filter names, ascending."""
        ids = self._send(name, lambda client: _all_ids(client, name, where))
        return np.unique(np.array(ids, np.int64))

    def search(
        self, name: str, field: str, query: str | list[float], k: int, where: str
    ) -> dict[int, float]:
        """Return at most `k` ids with their scores, best first, of the rows that a filter names."""
        (hits,) = self._call(
            "search",
            name,
            data=[query],
            anns_field=field,
            limit=min(k, MOST_HITS),
            filter=where,
            output_fields=["id"],
        )
        # Milvus Lite gives BM25 scores with a minus sign, still best first
        scores = ((hit["id"], hit["distance"]) for hit in hits)
        return {key: score if field == DENSE else abs(score) for key, score in scores}

    def close(self) -> None:
        """Close the connection; the next request makes another."""
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None

    def _call(self, method: str, name: str, **settings: object) -> Any:  # noqa: ANN401 - untyped
        return self._send(
            name, lambda client: getattr(client, method)(name, timeout=_TIMEOUT, **settings)
        )

    def _send(self, name: str, request: Callable[["MilvusClient"], Any]) -> Any:  # noqa: ANN401
        """Send a request about a collection, and again for a while if the server isn't there."""
        give_up, code = time.monotonic() + _PATIENCE, 0
        while True:
            try:
                if code == _NOT_LOADED:  # as after a restart of Milvus Lite
                    self._connected().load_collection(name, timeout=_TIMEOUT)
                return request(self._connected())
            except (self._pymilvus.MilvusException, self._rpc_error) as error:
                code = _code(error)
                if code not in (_UNAVAILABLE, _NOT_LOADED) or time.monotonic() > give_up:
                    raise self._translated(error) from error
            if code == _UNAVAILABLE:
                time.sleep(_PAUSE)

    def _translated(self, error: Any) -> EngineUnavailable:  # noqa: ANN401 - of either package
        code = _code(error)
        reason = error.message if hasattr(error, "message") else error.details()
        if code == _NO_COLLECTION:
            return NoCollection(
                f"The Milvus server at {self._uri} has lost what searches this corpus ({reason}). "
                "Ask again: it will be rebuilt from the database."
            )
        if code in (_UNAVAILABLE, _DEADLINE):
            return EngineUnavailable(
                f"The Milvus server at {self._uri} can't be reached, and this corpus can't be "
                "searched or changed without it. Start it, then try again. If it has moved, give "
                "its URI: verbatim index PATH --milvus-uri URI"
            )
        return EngineUnavailable(
            f"The Milvus server at {self._uri} refuses ({reason}). If it requires a token, set "
            f"the environment variable {_TOKEN}."
        )

    def _connected(self) -> "MilvusClient":
        with self._lock:
            if self._client is None:
                self._client = self._pymilvus.MilvusClient(
                    self._uri,
                    token=os.environ.get(_TOKEN, ""),
                    timeout=_CONNECT,
                    dedicated=True,
                    grpc_options={
                        "grpc.use_local_subchannel_pool": 1,
                        "grpc.max_reconnect_backoff_ms": 500,
                        "grpc.keepalive_time_ms": 300_000,  # more often, and servers hang up
                        "grpc.keepalive_permit_without_calls": 0,
                    },
                )
            return self._client


def _code(error: Any) -> int:  # noqa: ANN401 - of either package
    """Return gRPC's code of an error, or, from 100 on, Milvus's."""
    code = error.code() if callable(error.code) else error.code
    if isinstance(code, int):
        return _UNAVAILABLE if code == _CONNECT_FAILED else code if code >= 100 else 0
    return int(code.value[0])


def _all_ids(client: "MilvusClient", name: str, where: str) -> list[int]:
    pages = client.query_iterator(
        name, batch_size=_PAGE, filter=where, output_fields=["id"], timeout=_TIMEOUT
    )
    ids: list[int] = []
    while page := pages.next():
        ids += (row["id"] for row in page)
    pages.close()
    return ids
