"""The vectors of a model to which a corpus is being moved, beside those that are in use."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from index.errors import CorpusDamaged
from index.store.database import Database

_TARGET = "next_model"  # in `meta`: whose vectors they are
# Looked up for each sentence: listed for each document anew, it would take all of them times all.
# The id of a vector that was dropped may be given again, to that of another text
_MADE = (
    "EXISTS (SELECT 1 FROM next_vector JOIN vector ON vector.id = next_vector.vector_id "
    "AND vector.text_hash = next_vector.text_hash "
    "WHERE next_vector.vector_id = sentence.vector_id)"
)
_NEEDED = (
    "SELECT min(id), vector_id FROM sentence WHERE document_id = ? "  # noqa: S608 - made above
    f"AND NOT {_MADE} GROUP BY vector_id"
)
_COUNTS = (
    f"SELECT count(DISTINCT CASE WHEN {_MADE} THEN vector_id END), "  # noqa: S608 - made above
    "count(DISTINCT vector_id) FROM sentence"
)


class NextVectors:
    """A table that is there only while a corpus is being moved; a move that was cut off goes on."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, target: str) -> None:
        """Make the table, or go on with it if it holds vectors of the same model.

        Args:
            target: What the model's vectors are known by.
        """
        with self._database.transaction():
            if self._database.meta(_TARGET) != target:
                self.drop()
            self._database.connection.execute(
                "CREATE TABLE IF NOT EXISTS next_vector (vector_id INTEGER PRIMARY KEY, "
                "text_hash TEXT NOT NULL, embedding BLOB NOT NULL, checksum INTEGER NOT NULL)"
            )
            self._database.set_meta(_TARGET, target)

    def needed(self, document_id: int) -> dict[int, int]:
        """Return which sentences of a document need a vector yet: their ids, and the vectors'.

        Of sentences that share a vector there is one.
        """
        rows = self._database.connection.execute(_NEEDED, (document_id,))
        return dict(rows.fetchall())

    @property
    def counts(self) -> tuple[int, int]:
        """How many vectors are made, and how many there will be."""
        row = self._database.connection.execute(_COUNTS).fetchone()
        return int(row[0]), int(row[1])

    def put(self, vectors: Mapping[int, NDArray[np.float32]]) -> None:
        """Store unit vectors by the ids of those that they will replace."""
        with self._database.transaction():
            self._database.connection.executemany(
                "INSERT OR REPLACE INTO next_vector (vector_id, text_hash, embedding, checksum) "
                "SELECT id, text_hash, ?2, crc32(?2) FROM vector WHERE id = ?1",
                ((key, vector.astype("<f4").tobytes()) for key, vector in vectors.items()),
            )

    def take_over(self) -> None:
        """Put them in place of those in use. Call in a `transaction`.

        Raises:
            CorpusDamaged: One is missing.
        """
        connection = self._database.connection
        made, used = self.counts
        if made < used:
            raise CorpusDamaged(
                f"{used - made} vectors of {self._database.path} were not replaced, so it stays as "
                "it was. Mend it with: verbatim verify --repair"
            )
        connection.execute("DELETE FROM vector WHERE id NOT IN (SELECT vector_id FROM next_vector)")
        connection.execute(
            "UPDATE vector SET (embedding, checksum) = (SELECT embedding, checksum "
            "FROM next_vector WHERE vector_id = vector.id)"
        )
        self.drop()

    def drop(self) -> None:
        """Forget them. Call in a `transaction`."""
        self._database.connection.execute("DROP TABLE IF EXISTS next_vector")
        self._database.connection.execute("DELETE FROM meta WHERE key = ?", (_TARGET,))
