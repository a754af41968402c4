"""One SQLite file: a connection for each thread, snapshots for readers, all-or-nothing writes."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from index.errors import (
    CorpusClosed,
    CorpusDamaged,
    CorpusError,
    CorpusNotFound,
    CorpusReadOnly,
    SnapshotOpen,
)
from index.store.disk_errors import name_disk_errors
from index.store.files import crc32
from index.store.read_only import ReadOnlyDatabase, Stamp, what_bars_writing
from index.store.upgrade import migrate

FILE_NAME = "corpus.sqlite3"
LOCK_NAME = "write.lock"  # made at the first change
CARD_NAME = "dense.json"  # says of which state the saved vector index is
_WHOLE = ("BEGIN IMMEDIATE", "COMMIT")
# kB of pages that a connection keeps. SQLite's default is 2,000, and a server has dozens of
# threads, each with a connection; the system's own cache serves them all
_CACHE = 500


@dataclass(slots=True)
class _Open:
    """A thread's connection, and how many blocks are in the midst of reading and of writing."""

    connection: sqlite3.Connection
    stamp: Stamp | None = None  # what the file was like, where SQLite doesn't look itself
    copied: bool = False
    readers: int = 0
    writers: int = 0


@contextmanager
def _ending(open_: _Open) -> Iterator[None]:
    """After the block, end the transaction unless other blocks are in it.

    A generator may be ended in another thread than it began in, and after that thread's connection
    was closed.
    """
    try:
        yield
    finally:
        with suppress(sqlite3.ProgrammingError):  # it is closed
            if not open_.readers and not open_.writers and open_.connection.in_transaction:
                open_.connection.execute("ROLLBACK")


class Database:
    """An open corpus database, brought to today's format.

    Attributes:
        barred: What may only be read, so that nothing can be changed; None if it can.
    """

    def __init__(self, folder: Path) -> None:
        """Open the database in `folder`, making or upgrading it where needed.

        Raises:
            CorpusDamaged: The file isn't a readable SQLite database.
            SchemaTooNew: It was written by a later version of Verbatim.
        """
        self.path = folder / FILE_NAME
        self._local = threading.local()
        self._connections: dict[threading.Thread, sqlite3.Connection] = {}
        # Guards the list of connections, which closing goes through: one opened meanwhile by
        # another thread would never be closed
        self._guard = threading.Lock()
        self._closed = False
        if self._emptied():
            raise self._damaged("it is empty, but the corpus was not")
        self.barred = what_bars_writing(self.path) if self.path.exists() else None
        self._unwritable = ReadOnlyDatabase(self.path) if self.barred else None
        try:
            with name_disk_errors(folder):
                migrate(self.connection)
        except sqlite3.DatabaseError as error:
            self.close()
            raise self._damaged(error) from error
        except BaseException:
            self.close()
            raise
        self._identity = _identity(self.path)

    def check_in_place(self) -> None:
        """Make sure that the file is the one that was opened: changes of another would be lost.

        Raises:
            CorpusNotFound: It was moved or deleted, or another took its place.
        """
        if _identity(self.path) != self._identity:
            folder = self.path.parent
            raise CorpusNotFound(
                f"The corpus in {folder} was moved, deleted or replaced while it was open. Put it "
                "back, or open it again where it is now; a program that serves it must be "
                "restarted."
            )

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
            if self._unwritable:
                self._unwritable.close()
        self._local = threading.local()

    @property
    def connection(self) -> sqlite3.Connection:
        """The calling thread's connection."""
        return self._open.connection

    @property
    def _open(self) -> "_Open":
        open_: _Open | None = getattr(self._local, "open", None)
        if open_ and open_.stamp and not open_.readers and open_.stamp != self._stamp():
            open_.connection.close()  # others have written, which this one doesn't see
            open_ = None
        if open_ is None:
            connection, stamp, copied = self._connect()
            with self._guard:
                if self._closed:
                    connection.close()
                    raise CorpusClosed(f"The corpus in {self.path.parent} has been closed.")
                for thread in [thread for thread in self._connections if not thread.is_alive()]:
                    self._connections.pop(thread).close()
                self._connections[threading.current_thread()] = connection
            open_ = self._local.open = _Open(connection, stamp, copied)
        return open_

    def _connect(self) -> tuple[sqlite3.Connection, Stamp | None, bool]:
        stamp, copied = None, False
        if self._unwritable:
            connection, stamp, copied = self._unwritable.connect()
        else:
            # Seconds that a commit of another process is waited for, before `CorpusLocked`
            connection = sqlite3.connect(
                self.path, timeout=30, isolation_level=None, check_same_thread=False
            )
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")  # a commit survives loss of power
            connection.execute("PRAGMA foreign_keys = ON")
            connection.create_function("crc32", 1, crc32, deterministic=True)
        connection.execute(f"PRAGMA cache_size = -{_CACHE}")
        return connection, stamp, copied

    def _stamp(self) -> Stamp | None:
        return self._unwritable.stamp() if self._unwritable else None

    # -- transactions

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let the calling thread read one committed state. May be nested.

        Blocks of one thread needn't end in the order in which they began, as those of generators
        don't: all of them read the state of the first, which is kept until the last has ended.
        """
        open_ = self._open
        with self._damage_named(), _ending(open_):
            if not open_.readers and not open_.writers:
                open_.connection.execute("BEGIN")
            open_.readers += 1
            try:
                yield
            finally:
                open_.readers -= 1
            self._refuse_mixture(open_)

    def _refuse_mixture(self, open_: "_Open") -> None:
        """Raise `CorpusError` if a file that is taken not to change did while it was read."""
        if not open_.readers and open_.stamp and not open_.copied:
            now = self._stamp()
            if now and now[0] != open_.stamp[0]:
                raise CorpusError(
                    f"The corpus in {self.path.parent} was changed by another program while it "
                    "was read, and is read-only here. Try again."
                )

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit all that the block writes, or, if it raises, none of it. May be nested.

        Raises:
            SnapshotOpen: The calling thread is reading a snapshot, which has to stay as it is.
            CorpusReadOnly: The corpus may only be read.
        """
        self.refuse_in_snapshot()
        self.refuse_if_barred()
        open_ = self._open
        level = open_.writers
        begin, commit = ("SAVEPOINT inner", "RELEASE inner") if level else _WHOLE
        with self._damage_named(), _ending(open_):
            open_.connection.execute(begin)
            open_.writers += 1
            try:
                yield
                open_.connection.execute(commit)
            except BaseException:
                if level and open_.connection.in_transaction:
                    open_.connection.execute("ROLLBACK TO inner")
                    open_.connection.execute("RELEASE inner")
                raise
            finally:
                open_.writers -= 1

    @property
    def may_change(self) -> bool:
        """Whether the calling thread may write now: it reads no snapshot, and nothing bars it."""
        return not self.barred and not self._open.readers

    def refuse_if_barred(self) -> None:
        """Raise `CorpusReadOnly` if the corpus may only be read."""
        if self.barred:
            raise CorpusReadOnly(
                f"The corpus in {self.path.parent} can't be written: {self.barred} is "
                "read-only. It can be searched as it is; to change it, get write permission, "
                "or copy it elsewhere with `verbatim backup` and `verbatim restore`."
            )

    def refuse_in_snapshot(self) -> None:
        """Raise `SnapshotOpen` if the calling thread reads a snapshot."""
        if self._open.readers:
            raise SnapshotOpen(
                f"The corpus in {self.path.parent} can't be changed inside `with "
                "corpus.snapshot()`, which keeps it as it is for this thread. Leave the block "
                "first (close a generator that is in one), or change it from another thread."
            )

    @contextmanager
    def _damage_named(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            if type(error) is sqlite3.DatabaseError:  # its kinds are about space, locks and use
                raise self._damaged(error) from error
            raise

    # -- facts about the corpus

    def meta(self, key: str) -> str | None:
        """Return a recorded fact, such as the model's name, or None."""
        row = self.connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def set_meta(self, key: str, value: str) -> None:
        """Record a fact about the corpus."""
        self.connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def set_once(self, key: str) -> bool:
        """Record that something was done, and return whether it is to be done; True only once.

        Returns:
            False as well where that can't be recorded.
        """
        if self.meta(key) or not self.may_change:
            return False
        try:
            with self.transaction():
                self.set_meta(key, "yes")
        except sqlite3.OperationalError:  # somebody writes for long: it is done the next time
            return False
        return True


def _identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another of its name; None if it isn't there."""
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return status.st_dev, status.st_ino
