"""What was read on pages that are pictures, so that they needn't be read again."""

import json
import sqlite3
from collections.abc import Iterable

from index.store.database import Database


class PageReadingTable:
    """Readings in a database, by the hash of the page's picture; documents say which they use."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._database.connection

    def get(self, key: str) -> bytes:
        """Return what was read on a picture; empty if that isn't known."""
        row = self._connection.execute(
            "SELECT reading FROM page_reading WHERE key = ?", (key,)
        ).fetchone()
        return b"" if row is None else bytes(row[0])

    def put(self, key: str, reading: bytes) -> None:
        """Keep what was read on a picture, at once: the next run goes on if this one is ended."""
        with self._database.transaction():
            self._connection.execute(
                "INSERT OR REPLACE INTO page_reading VALUES (?, ?)", (key, reading)
            )

    def set(self, source: str, keys: Iterable[str]) -> None:
        """Record which readings the document of a source is made of. Call in a `transaction`."""
        self._connection.execute(
            "DELETE FROM document_reading WHERE document_id IN "
            "(SELECT id FROM document WHERE source = ?)",
            (source,),
        )
        self._connection.execute(
            "INSERT OR IGNORE INTO document_reading SELECT document.id, page_reading.key "
            "FROM document, page_reading WHERE document.source = ? "
            "AND page_reading.key IN (SELECT value FROM json_each(?))",
            (source, json.dumps(list(keys))),
        )

    def drop_unused(self) -> None:
        """Delete the readings of no document. Call in a `transaction`."""
        self._connection.execute(
            "DELETE FROM page_reading WHERE key NOT IN (SELECT key FROM document_reading)"
        )
