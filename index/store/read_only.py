"""A corpus that may only be read: its database as it is, and what is made from it in a place aside.

SQLite's log (WAL) needs files beside the database, and tantivy needs locks; neither may be made
where nothing can be written. So the database is opened in one of three ways, and the indexes are
linked in a temporary folder, where they can be made anew if they don't fit.
"""

import os
import shutil
import sqlite3
import tempfile
import threading
from pathlib import Path

from index.errors import CorpusError
from index.store.files import crc32
from index.store.migrations import MIGRATIONS
from index.store.upgrade import migrate

_SIDES = ("-wal", "-journal")  # what SQLite reads with a database; `-shm` is made from the first
_DERIVED = ("dense.faiss", "dense.json")
_REPLACED = {"meta.json", ".managed.json", "sha256.json"}  # changed in place of the last, so copied
_ATTEMPTS = 20  # to copy a database in which nobody writes meanwhile, before that is told

Stamp = tuple[tuple[int, ...], ...]


def what_bars_writing(database: Path) -> Path | None:
    """Return the folder or file of a corpus that may only be read; None if all may be written."""
    folder = database.parent
    lexical = folder / "lexical"
    files = [folder, *folder.glob("*.lock"), lexical, *lexical.glob("*.lock")]
    files += [
        database,
        *(database.with_name(f"{database.name}{side}") for side in (*_SIDES, "-shm")),
    ]
    return next((path for path in files if path.exists() and not os.access(path, os.W_OK)), None)


class Aside:
    """A temporary folder for what is made from a corpus, beginning with what is there."""

    def __init__(self, corpus: Path) -> None:
        """Make the folder, and link the saved vector index into it.

        Raises:
            CorpusError: There is no room for temporary files.
        """
        self._corpus = corpus
        self._folder = temporary_folder()
        self._lexical = 0
        self.folder = Path(self._folder.name)
        for name in _DERIVED:
            _link(corpus / name, self.folder / name)

    def lexical(self) -> Path:
        """Return a new folder with the lexical index as it is in the corpus now."""
        shutil.rmtree(self.folder / f"lexical-{self._lexical}", ignore_errors=True)
        self._lexical += 1
        folder = self.folder / f"lexical-{self._lexical}"
        folder.mkdir()
        source = self._corpus / "lexical"
        for path in source.iterdir() if source.is_dir() else ():
            if path.name in _REPLACED:
                _copy(path, folder / path.name)
            elif path.suffix != ".lock":
                _link(path, folder / path.name)
        return folder

    def close(self) -> None:
        """Remove the folder."""
        self._folder.cleanup()


class ReadOnlyDatabase:
    """A database that may only be read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        # One thread makes the copy that all read, and none removes it while another opens it
        self._guard = threading.Lock()
        self._copy: tuple[Stamp, tempfile.TemporaryDirectory[str]] | None = None

    def stamp(self) -> Stamp:
        """Return what changes whenever somebody else writes: of the database, then of its log."""
        files = [self._path, *(Path(f"{self._path}{side}") for side in _SIDES)]
        return tuple(_stamp(path) for path in files)

    def connect(self) -> tuple[sqlite3.Connection, Stamp | None, bool]:
        """Return a connection, the stamp for which it holds, and whether it is to a copy.

        The stamp is None where SQLite looks itself:

        - Somebody writes to it, or was killed at it, and the log's index is there to be read: as
          it is; SQLite sees by itself what others commit.
        - There is no log: as a file that doesn't change (`immutable`), which needs no other files.
          That it doesn't change is looked at whenever it is used.
        - Else, as when the log's index is lost, or it is of an earlier format: a copy.
        """
        stamp = self.stamp()
        if not any(side and side[-1] for side in stamp[1:]):  # no log, or an empty one
            connection = self._open(f"{self._path.absolute().as_uri()}?mode=ro&immutable=1")
        else:
            if not Path(f"{self._path}-shm").exists():
                return self._copied()
            try:
                connection = self._open(f"{self._path.absolute().as_uri()}?mode=ro")
            except sqlite3.OperationalError:  # it may not be read, or would have to be made anew
                return self._copied()
            stamp = ()
        if connection.execute("PRAGMA user_version").fetchone()[0] < len(MIGRATIONS):
            connection.close()
            return self._copied()
        return connection, stamp or None, False

    def close(self) -> None:
        """Remove the copy, if there is one."""
        with self._guard:
            if self._copy:
                self._copy[1].cleanup()
            self._copy = None

    def _open(self, address: str) -> sqlite3.Connection:
        connection = sqlite3.connect(
            address, uri=True, timeout=30, isolation_level=None, check_same_thread=False
        )
        try:
            connection.create_function("crc32", 1, crc32, deterministic=True)
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        except BaseException:
            connection.close()
            raise
        return connection

    def _copied(self) -> tuple[sqlite3.Connection, Stamp, bool]:
        with self._guard:
            stamp = self.stamp()
            if self._copy is None or self._copy[0] != stamp:
                if self._copy:
                    self._copy[1].cleanup()
                self._copy = self._copy_whole()
            stamp, folder = self._copy
            connection = self._open((Path(folder.name) / self._path.name).as_uri())
            migrate(connection)
            connection.execute("PRAGMA query_only = ON")
            return connection, stamp, True

    def _copy_whole(self) -> tuple[Stamp, "tempfile.TemporaryDirectory[str]"]:
        for _ in range(_ATTEMPTS):
            stamp, folder = self.stamp(), temporary_folder()
            for side in ("", *_SIDES):
                _copy(Path(f"{self._path}{side}"), Path(folder.name) / f"{self._path.name}{side}")
            if self.stamp() == stamp:
                return stamp, folder
            folder.cleanup()
        raise CorpusError(f"The corpus in {self._path.parent} is changing too fast to be read.")


def temporary_folder() -> "tempfile.TemporaryDirectory[str]":
    """Make a folder that goes with its last user.

    Raises:
        CorpusError: None can be made.
    """
    try:
        return tempfile.TemporaryDirectory(prefix="verbatim-", ignore_cleanup_errors=True)
    except OSError as error:
        raise CorpusError(
            "A corpus that may only be read needs room for temporary files, and none can be made "
            f"({error}). Name a folder that may be written in the environment variable TMPDIR."
        ) from error


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        status = path.stat()
    except FileNotFoundError:
        return ()
    return status.st_ino, status.st_mtime_ns, status.st_size


def _link(path: Path, target: Path) -> None:
    try:
        if path.is_file():
            target.symlink_to(path)
    except OSError:  # some systems let no user make links
        _copy(path, target)


def _copy(path: Path, target: Path) -> None:
    if path.is_file():
        shutil.copyfile(path, target)
