"""Files that are written whole or not at all, and known by their SHA-256."""

import errno
import hashlib
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_NO_SYNC = (errno.EINVAL, errno.ENOTSUP)  # of file systems, some network ones, that can't do it


def crc32(value: object) -> int:
    """Return the CRC-32 of bytes; of anything else, what no bytes give."""
    return zlib.crc32(value) if isinstance(value, bytes) else -1


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file, as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def aside_of(path: Path) -> Path:
    """Return where `replacing` writes what is to take a file's place."""
    return path.with_name(f"{path.name}.new")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a path to write to, which takes the place of `path` once it is safe on the disk.

    Only its owner may read it. If the block fails, `path` stays as it was and nothing is left
    beside it.
    """
    aside = aside_of(path)
    try:
        aside.unlink(missing_ok=True)
        os.close(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield aside
        with aside.open("rb+") as file:
            os.fsync(file.fileno())
        aside.replace(path)
        _sync_folder(path.parent)
    finally:
        aside.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Make a change of names in a folder outlast a loss of power, where the system can do that."""
    if os.name == "nt":  # which can't open folders, and writes names to its journal by itself
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise
    finally:
        os.close(opened)
