"""Folders for what clients send, gone with the server: after a kill, the next start sweeps them."""

import os
import shutil
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

_PREFIX = "verbatim-uploads-"


class Scratch:
    """Makes temporary folders inside one of its own, whose lock says that it is in use.

    The lock is taken before the folder is made, and the system gives it back when the process ends,
    however it ends.
    """

    def __init__(self) -> None:
        """Remove what servers left behind that were killed; make nothing yet."""
        self._making = threading.Lock()  # two first uploads make one folder
        self._lock: FileLock | None = None
        sweep()

    def folder(self) -> "tempfile.TemporaryDirectory[str]":
        """Return a new folder that only this user may enter."""
        with self._making:
            if self._lock is None:
                handle, name = tempfile.mkstemp(suffix=".lock", prefix=_PREFIX)
                os.close(handle)
                self._lock = FileLock(name)
                self._lock.acquire(timeout=0)
                _folder_of(Path(name)).mkdir(mode=0o700)
        return tempfile.TemporaryDirectory(dir=_folder_of(Path(self._lock.lock_file)))

    def close(self) -> None:
        """Remove everything."""
        with self._making:
            if self._lock is not None:
                lock, self._lock = self._lock, None
                _remove(Path(lock.lock_file))
                lock.release()


def sweep() -> None:
    """Remove the folders of this user's servers that no longer run."""
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
