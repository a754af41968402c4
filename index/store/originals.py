"""The files of a corpus as they were added, each once, so that they can be opened again."""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from index.documents import Document
from index.errors import BadSetting, OriginalNotKept
from index.store.database import Database

_PART = 1_000_000  # bytes read and stored at a time: files may be a hundred times as large
_WANTED = "originals"  # the fact that says whether they are kept


class OriginalTable:
    """The files in a database, by the SHA-256 of their bytes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._database.connection

    @property
    def wanted(self) -> bool:
        """Whether files are to be kept; they are unless somebody said no."""
        return self._database.meta(_WANTED) != "no"

    def want(self, wanted: bool) -> None:
        """Keep files from now on, or none any more. Call in a `transaction`."""
        self._database.set_meta(_WANTED, "yes" if wanted else "no")
        if not wanted:
            self._connection.execute("UPDATE document SET original = ''")
            self.drop_unused()

    def put(self, path: Path, sha256: str) -> bool:
        """Store a file unless it is stored already. Call in a `transaction`.

        Args:
            path: Where it is.
            sha256: The hash of the bytes that are meant.

        Returns:
            Whether it is stored; not if the file holds something else by now, or is gone.
        """
        if self.size(sha256) is not None:
            return True
        self._connection.execute("INSERT INTO original VALUES (?, 0)", (sha256,))
        digest, size = hashlib.sha256(), 0
        try:
            with path.open("rb") as file:
                for number, part in enumerate(iter(lambda: file.read(_PART), b"")):
                    digest.update(part)
                    size += len(part)
                    self._connection.execute(
                        "INSERT INTO original_part VALUES (?, ?, ?)", (sha256, number, part)
                    )
        except OSError:
            size = -1
        if size < 0 or digest.hexdigest() != sha256:
            self._connection.execute("DELETE FROM original WHERE sha256 = ?", (sha256,))
            return False
        self._connection.execute("UPDATE original SET bytes = ? WHERE sha256 = ?", (size, sha256))
        return True

    def set(self, source: str, sha256: str) -> None:
        """Record which file the document of a source was made from. Call in a `transaction`."""
        self._connection.execute(
            "UPDATE document SET original = ? WHERE source = ?", (sha256, source)
        )

    def size(self, sha256: str) -> int | None:
        """Return how many bytes a file has; None if it isn't stored."""
        row = self._connection.execute(
            "SELECT bytes FROM original WHERE sha256 = ?", (sha256,)
        ).fetchone()
        return None if row is None else int(row[0])

    def sizes(self) -> dict[str, int]:
        """Return how many bytes each file has, by its hash."""
        return dict(self._connection.execute("SELECT sha256, bytes FROM original"))

    def part(self, sha256: str, number: int) -> bytes:
        """Return a megabyte of a file, counted from 0; empty after the last one."""
        row = self._connection.execute(
            "SELECT data FROM original_part WHERE sha256 = ? AND number = ?", (sha256, number)
        ).fetchone()
        return b"" if row is None else bytes(row[0])

    def parts(self, sha256: str) -> Iterator[bytes]:
        """Yield a file's bytes, a megabyte at a time."""
        number = 0
        while part := self.part(sha256, number):
            yield part
            number += 1

    def damaged(self) -> list[str]:
        """Return the hashes of documents' files that aren't what was stored, or are gone."""
        rows = self._connection.execute(
            "SELECT DISTINCT original FROM document WHERE original != '' ORDER BY original"
        ).fetchall()
        return [sha256 for (sha256,) in rows if self._sha256(sha256) != sha256]

    def forget(self, hashes: Iterable[str]) -> None:
        """Drop files, and let their documents be without. Call in a `transaction`."""
        for sha256 in hashes:
            self._connection.execute(
                "UPDATE document SET original = '' WHERE original = ?", (sha256,)
            )
            self._connection.execute("DELETE FROM original WHERE sha256 = ?", (sha256,))

    def _sha256(self, sha256: str) -> str:
        digest = hashlib.sha256()
        for part in self.parts(sha256):
            digest.update(part)
        return digest.hexdigest()

    def drop_unused(self) -> None:
        """Delete the files of no document. Call in a `transaction`."""
        self._connection.execute(
            "DELETE FROM original WHERE sha256 NOT IN (SELECT original FROM document)"
        )

    def write(self, document: Document, target: Path) -> Path:
        """Write the file that a document was made from; nothing is replaced.

        Args:
            document: The document.
            target: The file to write, or a folder in which it gets its name.

        Raises:
            OriginalNotKept: The corpus doesn't keep it.
            BadSetting: There is such a file already, or it can't be written.
        """
        sha256 = kept(document)
        name = Path(document.name).name.strip(". ") and Path(document.name).name
        path = target / (name or f"document-{document.id}") if target.is_dir() else target
        try:
            with path.open("xb") as file:
                for part in self.parts(sha256):
                    file.write(part)
        except FileExistsError as error:
            raise BadSetting(f"{path} is there already. Name another file.") from error
        except OSError as error:
            raise BadSetting(f"{path} can't be written: {error.strerror}.") from error
        return path


def kept(document: Document) -> str:
    """Return the SHA-256 of a document's file.

    Raises:
        OriginalNotKept: The corpus doesn't keep it.
    """
    if not document.original:
        raise OriginalNotKept(
            f"The file of {document.title!r} is not kept in the corpus, only its text. Files are "
            "kept when they are added, unless the corpus was told to keep none."
        )
    return document.original
