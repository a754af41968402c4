"""One SQLite file: a connection for each thread, snapshots for readers, all-or-nothing writes."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import CorpusClosed, CorpusDamaged, CorpusError
from index.migrations import crc32, migrate

FILE_NAME = "corpus.sqlite3"
LOCK_NAME = "write.lock"  # made at the first change
CARD_NAME = "dense.json"  # says of which state the saved vector index is
_CACHE = 500  # kB of pages that a connection keeps, of which a server has dozens


@contextmanager
def name_disk_errors(folder: Path) -> Iterator[None]:
    """Let what the disk refuses come out as an error that names the corpus and says what to do."""
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        raise CorpusError(
            f"The corpus in {folder} can't be written ({error}). Make room on its disk, or get the "
            "right to write there, then try again. What it held before is unharmed."
        ) from error


class Database:
    """An open corpus database, brought to today's format."""

    def __init__(self, folder: Path) -> None:
        """Open the database in `folder`, making or upgrading it where needed.

        Raises:
            CorpusDamaged: The file isn't a readable SQLite database.
            SchemaTooNew: It was written by a later version of Verbatim.
        """
        self.path = folder / FILE_NAME
        self._local = threading.local()
        self._connections: dict[threading.Thread, sqlite3.Connection] = {}
        self._guard = threading.Lock()
        self._closed = False
        if self._emptied():
            raise self._damaged("it is empty, but the corpus was not")
        try:
            with name_disk_errors(folder):
                migrate(self.connection)
        except sqlite3.DatabaseError as error:
            self.close()
            raise self._damaged(error) from error
        except BaseException:
            self.close()
            raise

    def _emptied(self) -> bool:
        """Return whether the file is there but holds nothing, beside what a writer has made."""
        files = self.path.parent.iterdir()
        written = any(path.is_dir() or path.name == LOCK_NAME for path in files)
        return written and self.path.exists() and not self.path.stat().st_size

    def _damaged(self, error: object) -> CorpusDamaged:
        return CorpusDamaged(
            f"{self.path} can't be read ({error}). Restore the folder from a backup, or "
            "remove it and index your documents again."
        )

    def close(self) -> None:
        """Close every thread's connection; none of them may be in use."""
        with self._guard:
            self._closed = True
            for connection in self._connections.values():
                connection.close()
            self._connections.clear()
        self._local = threading.local()

    @property
    def connection(self) -> sqlite3.Connection:
        """The calling thread's connection."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(
                self.path, timeout=30, isolation_level=None, check_same_thread=False
            )
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")  # a commit survives loss of power
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(f"PRAGMA cache_size = -{_CACHE}")
            connection.create_function("crc32", 1, crc32, deterministic=True)
            with self._guard:
                if self._closed:
                    connection.close()
                    raise CorpusClosed(f"The corpus in {self.path.parent} has been closed.")
                for thread in [thread for thread in self._connections if not thread.is_alive()]:
                    self._connections.pop(thread).close()
                self._connections[threading.current_thread()] = connection
            self._local.connection = connection
        return connection

    # -- transactions

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let the calling thread read one committed state. May be nested."""
        with self._transaction("BEGIN"):
            yield

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit all that the block writes, or, if it raises, none of it."""
        with self._transaction("BEGIN IMMEDIATE"):
            yield

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[None]:
        connection = self.connection
        if connection.in_transaction:
            yield
            return
        try:
            connection.execute(begin)
            yield
            connection.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            if type(error) is sqlite3.DatabaseError:  # its kinds are about space, locks and use
                raise self._damaged(error) from error
            raise
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")

    # -- facts about the corpus

    def meta(self, key: str) -> str | None:
        """Return a recorded fact, such as the model's name, or None."""
        row = self.connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def set_meta(self, key: str, value: str) -> None:
        """Record a fact about the corpus."""
        self.connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))
