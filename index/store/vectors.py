"""The vectors of a corpus: one for each text of a sentence, however often it stands there."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from index.errors import CorpusDamaged
from index.store.database import Database
from index.store.files import crc32


def sentence_hash(text: str) -> str:
    """Return the key, 32 hexadecimal digits, by which sentences of one text share a vector."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


class VectorTable:
    """The vectors in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._database.connection

    def known(self, hashes: Iterable[str]) -> set[str]:
        """Return those of the sentence hashes that have a vector stored."""
        rows = self._connection.execute(
            "SELECT text_hash FROM vector WHERE text_hash IN (SELECT value FROM json_each(?))",
            (json.dumps(list(hashes)),),
        )
        return {row[0] for row in rows}

    def put(self, vectors: Mapping[str, NDArray[np.float32]]) -> None:
        """Store unit vectors by sentence hash, but for hashes that have one. In a `transaction`."""
        self._connection.executemany(
            "INSERT OR IGNORE INTO vector (text_hash, embedding, checksum) "
            "VALUES (?1, ?2, crc32(?2))",
            ((key, vector.astype("<f4").tobytes()) for key, vector in vectors.items()),
        )

    def ids_of_hashes(self, hashes: Iterable[str]) -> list[int]:
        """Return the ids of the vectors stored for these sentence hashes."""
        rows = self._connection.execute(
            "SELECT id FROM vector WHERE text_hash IN (SELECT value FROM json_each(?))",
            (json.dumps(list(hashes)),),
        )
        return [int(row[0]) for row in rows]

    def batches(
        self, ids: NDArray[np.int64], dimension: int, batch: int = 8192
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """Yield batches of (ids, unit vectors of shape (n, dimension)) of existing sentences.

        A batch takes 13 MB of 384 numbers, and as much again while it is put together.

        Raises:
            CorpusDamaged: A stored vector is of another dimension.
        """
        for start in range(0, len(ids), batch):
            rows = self._connection.execute(
                "SELECT sentence.id, embedding, checksum FROM sentence JOIN vector "
                "ON vector.id = vector_id WHERE sentence.id IN (SELECT value FROM json_each(?))",
                (json.dumps(ids[start : start + batch].tolist()),),
            ).fetchall()
            if any(len(row[1]) != 4 * dimension or crc32(row[1]) != row[2] for row in rows):
                raise CorpusDamaged(
                    f"{self._database.path} holds vectors that aren't what was stored. "
                    "Mend it with: verbatim verify --repair"
                )
            sentence_ids = np.array([row[0] for row in rows], dtype=np.int64)
            joined = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f4")
            yield sentence_ids, joined.astype(np.float32).reshape(len(rows), dimension)

    def ids_of_document(self, document_id: int) -> list[int]:
        """Return the ids of the vectors that a document's sentences use."""
        rows = self._connection.execute(
            "SELECT DISTINCT vector_id FROM sentence WHERE document_id = ?", (document_id,)
        )
        return [int(row[0]) for row in rows]

    def forget_changed(self, document_id: int) -> None:
        """Let nothing use again the vectors of a document that aren't what was stored."""
        self._connection.execute(
            "UPDATE vector SET text_hash = 'changed ' || id WHERE checksum IS NOT crc32(embedding) "
            "AND id IN (SELECT vector_id FROM sentence WHERE document_id = ?)",
            (document_id,),
        )

    def drop_unused(self, among: Iterable[int] | None = None) -> None:
        """Delete vectors that no sentence uses any more. Call in a `transaction`.

        Args:
            among: Ids of those to look at; by default all, which takes seconds of a million.
        """
        some = "" if among is None else "id IN (SELECT value FROM json_each(?)) AND "
        self._connection.execute(
            f"DELETE FROM vector WHERE {some}NOT EXISTS "  # noqa: S608 - one of the two above
            "(SELECT 1 FROM sentence WHERE sentence.vector_id = vector.id)",
            () if among is None else (json.dumps(list(among)),),
        )
