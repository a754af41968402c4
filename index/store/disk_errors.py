"""What the disk of a corpus refuses, told from the errors of code that a caller handed in."""

import errno
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import ParamSpec, TypeVar

from index.errors import CorpusDamaged, CorpusError, CorpusLocked

_NAMES = (
    *("ENOSPC", "EDQUOT", "EFBIG", "EIO", "EROFS", "EACCES"),
    *("EPERM", "ENOENT", "ENOTDIR", "ESTALE", "ENXIO", "ENODEV"),
)
_OF_A_DISK = frozenset(getattr(errno, name) for name in _NAMES if hasattr(errno, name))
_REFUSED = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PERM,
    }
)
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})

_OF_READING = frozenset(
    {sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_IOERR_CORRUPTFS}
)


def refuses_writing(error: sqlite3.Error) -> bool:
    """Return whether SQLite names what a disk does that is full, broken or may not be written."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return code & 0xFF in _REFUSED and code not in _OF_READING


P = ParamSpec("P")
R = TypeVar("R")


class CallersCode:
    """Remembers what code of the caller raised, so that it comes out as it was.

    Attributes:
        error: The last thing that it raised.
    """

    def __init__(self) -> None:
        self.error: BaseException | None = None

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Take what the block raises for the caller's own."""
        try:
            yield
        except BaseException as error:
            self.error = error
            raise

    def function(self, function: Callable[P, R]) -> Callable[P, R]:
        """Return a function whose errors are the caller's own."""

        def called(*args: P.args, **settings: P.kwargs) -> R:
            with self():
                return function(*args, **settings)

        return called

    def items(self, items: Iterable[R]) -> Iterator[R]:
        """Yield items; what making them raises is the caller's own."""
        with self():
            remaining = iter(items)
        while True:
            with self():
                item = list(islice(remaining, 1))
            if not item:
                return
            yield item[0]


@contextmanager
def name_disk_errors(folder: Path, callers: CallersCode | None = None) -> Iterator[None]:
    """Let what the disk refuses come out as an error that names the corpus and says what to do.

    Args:
        folder: The corpus.
        callers: Knows the errors that are let through because the caller's own code raised them.

    Raises:
        CorpusError: The disk is full, broken, gone or not to be written to.
        CorpusLocked: Another process held the database for too long.
        CorpusDamaged: The database lacks something that it should have.
    """
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        if callers and error is callers.error:
            raise
        if isinstance(error, OSError):
            if not _of_the_disk(error, folder):
                raise
        else:
            _name_database_errors(error, folder)
        raise CorpusError(
            f"The corpus in {folder} can't be written ({error}). Make room on its disk, or get "
            "write permission, then try again. What it held before is unharmed."
        ) from error


def _of_the_disk(error: OSError, folder: Path) -> bool:
    """Return whether it is the corpus's disk that refuses; tantivy's errors have no number."""
    name = error.filename
    if isinstance(name, str) and not Path(name).is_relative_to(folder):
        return False
    return error.errno in _OF_A_DISK or (error.errno is None and type(error) is OSError)


def _name_database_errors(error: sqlite3.OperationalError, folder: Path) -> None:
    """Raise what fits an error of SQLite that is not about the disk."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_IOERR) & 0xFF
    if code in _BUSY:
        raise CorpusLocked(
            f"Another process is writing to the corpus in {folder}. Wait until it has finished, "
            "then try again."
        ) from error
    if code not in _REFUSED:
        raise CorpusDamaged(
            f"The corpus in {folder} can't be read ({error}). Restore the folder from a backup, or "
            "remove it and index your documents again."
        ) from error
