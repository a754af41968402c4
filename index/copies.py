"""A corpus as one file, and a folder made from such a file."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from index.arguments import path_of
from index.database import CARD_NAME, FILE_NAME
from index.errors import BadSetting, CorpusDamaged, CorpusNotFound, PathNotFound
from index.files import aside_of, replacing

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
        BadSetting: The file is there already, or can't be written.
        CorpusDamaged: The corpus can't be read.
    """
    source = path_of(folder, "folder") / FILE_NAME
    target = path_of(target, "target")
    if not source.is_file():
        raise CorpusNotFound(f"There is no corpus in {source.parent}.")
    _refuse_existing(target)
    _refuse_existing(aside_of(target))
    try:
        with replacing(target) as aside:
            with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(aside)) as other:
                one.execute("BEGIN")  # one state throughout: each change would have it begin anew
                one.execute("SELECT count(*) FROM document").fetchone()
                one.backup(other, pages=_PAGES, sleep=0.001)
                other.execute("PRAGMA journal_mode = DELETE")  # so that it is one file
            _check(aside)
    except OSError as error:
        raise BadSetting(f"{target} can't be written: {error.strerror}.") from error
    except sqlite3.DatabaseError as error:
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
        target.parent.mkdir(parents=True, exist_ok=True)
        for remains in (CARD_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm"):
            (target.parent / remains).unlink(missing_ok=True)  # they would be taken for this one's
        with replacing(target) as aside:
            shutil.copyfile(file, aside)
    except OSError as error:
        raise BadSetting(f"{target.parent} can't be written: {error.strerror}.") from error


def _refuse_existing(target: Path) -> None:
    if target.exists():
        raise BadSetting(f"{target} is there already. Choose another place, or remove it first.")


def _check(file: Path) -> None:
    """Refuse what is no whole corpus database."""
    address = f"{file.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            (found,) = connection.execute("PRAGMA quick_check").fetchone()
            connection.execute("SELECT count(*) FROM document").fetchone()
    except sqlite3.DatabaseError as error:
        raise CorpusDamaged(f"{file} is no whole backup of a corpus: {error}.") from error
    if found != "ok":
        raise CorpusDamaged(f"{file} is no whole backup of a corpus: {found}.")
