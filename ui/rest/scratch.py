"""Folders for what clients send: gone when it was read, and after a kill by the next start."""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Self

from filelock import FileLock, Timeout

_PREFIX = "verbatim-upload-"


class ScratchFolder:
    """A temporary folder that only this user may enter, with a lock beside it while it is used.

    The lock is taken before the folder is made, and the system gives it back when the process ends,
    however it ends: a folder whose lock is free is nobody's any more.

    Attributes:
        name: The folder's path.
    """

    def __init__(self) -> None:
        handle, name = tempfile.mkstemp(suffix=".lock", prefix=_PREFIX)
        os.close(handle)
        self._file = Path(name)
        self._lock = FileLock(name, thread_local=False)  # another thread ends it
        self._lock.acquire(timeout=0)
        folder = _folder_of(self._file)
        folder.mkdir(mode=0o700)
        self.name = str(folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.cleanup()

    def cleanup(self) -> None:
        """Remove the folder and what is in it; done again, it does nothing."""
        if self._lock.is_locked:
            _remove(self._file)
            self._lock.release()


def sweep() -> None:
    """Remove what servers of this user left behind that were killed."""
    for file in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*.lock"):
        with suppress(OSError, Timeout):
            if not file.is_symlink() and _is_ours(file):
                with FileLock(file).acquire(timeout=0):
                    _remove(file)


def _folder_of(lock: Path) -> Path:
    return lock.with_suffix("")


def _remove(lock: Path) -> None:
    folder = _folder_of(lock)
    if not folder.is_symlink():
        shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):  # Windows keeps a file that is open: the next start removes it
        lock.unlink()


def _is_ours(file: Path) -> bool:
    return not hasattr(os, "getuid") or file.lstat().st_uid == os.getuid()
