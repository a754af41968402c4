"""A corpus as one file, and a folder made from such a file."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from index.arguments import path_of
from index.errors import BadSetting, CorpusDamaged, CorpusNotFound, PathNotFound
from index.store.database import CARD_NAME, FILE_NAME
from index.store.disk_errors import refuses_writing
from index.store.files import aside_of, replacing
from index.store.private import make_folder

_PAGES = 4096  # copied at a time, so that writers get their turn


def backup(folder: Path | str, target: Path | str) -> int:
    """Copy a corpus as it stands to one file, while others search and change it.

    The file holds the truth, a SQLite database; `restore` makes the rest again from it.

    Args:
        folder: The corpus.
        target: A file that isn't there yet.

    Returns:
        The file's size in bytes.

    Raises:
        CorpusNotFound: There is no corpus in the folder.
        BadSetting: The file is there already, is being written, or can't be written.
        CorpusDamaged: The corpus can't be read.
    """
    source = path_of(folder, "folder") / FILE_NAME
    target = path_of(target, "target")
    if not source.is_file():
        raise CorpusNotFound(f"There is no corpus in {source.parent}.")
    _refuse_existing(target)
    try:
        with _alone(target), replacing(target) as aside:
            with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(aside)) as other:
                one.execute("BEGIN")  # one state throughout: each change would have it begin anew
                one.execute("SELECT count(*) FROM document").fetchone()
                one.backup(other, pages=_PAGES, sleep=0.001)
                other.execute("PRAGMA journal_mode = DELETE")  # so that it is one file
            _check(aside)
    except OSError as error:
        raise BadSetting(
            f"{target} can't be written: {error.strerror}. Choose another place: the corpus is as "
            "it was."
        ) from error
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            raise BadSetting(
                f"{target} can't be written: its disk is full. Make room, or choose another place: "
                "the corpus is as it was."
            ) from error
        if refuses_writing(error):  # a disk that is full or broken has several ways to say so
            raise BadSetting(
                f"{target} can't be written: its disk refuses it ({error}). Make room there, or "
                "choose another place: the corpus is as it was."
            ) from error
        raise CorpusDamaged(f"{source} can't be copied to {target}: {error}.") from error
    return target.stat().st_size


def restore(file: Path | str, folder: Path | str) -> None:
    """Make a corpus from a file that `backup` wrote.

    Args:
        file: The file.
        folder: Where the corpus goes; there must be none.

    Raises:
        PathNotFound: There is no such file.
        BadSetting: There is a corpus in the folder, or it can't be written.
        CorpusDamaged: The file is no backup, or a damaged one.
    """
    file = path_of(file, "file")
    target = path_of(folder, "folder") / FILE_NAME
    if not file.is_file():
        raise PathNotFound(f"There is no file {file}. Name one that `verbatim backup` wrote.")
    _refuse_existing(target)
    _check(file)
    try:
        make_folder(target.parent)
        for remains in (CARD_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm"):
            (target.parent / remains).unlink(missing_ok=True)  # they would be taken for this one's
        with replacing(target) as aside:
            shutil.copyfile(file, aside)
    except OSError as error:
        raise BadSetting(f"{target.parent} can't be written: {error.strerror}.") from error


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Let nobody else write to the target meanwhile, and sweep what a killed process has left.

    A file of the name that is needed, without the lock of a backup beside it, is somebody else's.
    """
    aside = aside_of(target)
    lock_file = aside.with_name(f"{aside.name}.lock")
    if not lock_file.exists():
        _refuse_existing(aside)
    try:
        lock = FileLock(lock_file)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise BadSetting(f"Another backup to {target} is being written.") from error
    try:
        _refuse_existing(target)  # by one that has just ended
        for ending in ("", "-journal", "-wal", "-shm"):
            aside.with_name(f"{aside.name}{ending}").unlink(missing_ok=True)
        yield
    finally:
        if os.name != "nt":  # where a file in use can't be removed, the lock does it by itself
            lock_file.unlink(missing_ok=True)
        lock.release()


def _refuse_existing(target: Path) -> None:
    if target.exists():
        raise BadSetting(f"{target} already exists. Choose another file, or remove it first.")


def _check(file: Path) -> None:
    """Refuse what is no whole corpus database."""
    address = f"{file.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            (result,) = connection.execute("PRAGMA quick_check").fetchone()
            connection.execute("SELECT count(*) FROM document").fetchone()
    except sqlite3.DatabaseError as error:
        raise CorpusDamaged(f"{file} is not a complete backup of a corpus: {error}.") from error
    if result != "ok":
        raise CorpusDamaged(f"{file} is not a complete backup of a corpus: {result}.")
