"""A corpus is its owner's alone: folder 0700, files 0600, whatever the umask is.

Windows has no such rights; there a folder's owner and its place decide who reads it.
"""

import os
import stat
from contextlib import suppress
from pathlib import Path

from index.store.database import CARD_NAME, FILE_NAME, LOCK_NAME

_OURS = (FILE_NAME, LOCK_NAME, CARD_NAME, "dense.faiss")  # and what begins like them
_FOLDER = "lexical"


def is_part_of_corpus(name: str) -> bool:
    """Return whether a file or folder of this name in a corpus's folder belongs to the corpus."""
    return name == _FOLDER or name.startswith(_OURS)


def make_folder(folder: Path) -> None:
    """Make a folder that only its owner may look into; one that is there stays as it is.

    Raises:
        OSError: It can't be made.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)


def keep_private(folder: Path) -> None:
    """Take everybody else's rights to a corpus away, as far as it belongs to this user.

    The folder itself keeps its rights if it holds other things too, as a project's may.
    """
    if os.name == "nt":
        return
    alone = True
    with suppress(OSError):
        for path in folder.iterdir():
            if path.name == _FOLDER:
                _restrict(path)
                for inside in path.iterdir():
                    _restrict(inside)
            elif path.name.startswith(_OURS):
                _restrict(path)
            else:
                alone = False
        if alone and not folder.stat().st_mode & stat.S_ISVTX:  # such as /tmp
            _restrict(folder)


def _restrict(path: Path) -> None:
    with suppress(OSError):  # others may merge or remove files meanwhile
        status = path.lstat()
        mode = stat.S_IMODE(status.st_mode)
        kinds = stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)
        if kinds and status.st_uid == os.getuid() and mode & 0o077:
            path.chmod(mode & ~0o077)
