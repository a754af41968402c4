"""Documents as the page lists them: with the folder that they are from, and their size."""

import re
from collections.abc import Mapping
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, Final

from index import Document
from ui.schema import described
from ui.translation.catalogue import ENGLISH, Words

UPLOADED: Final = "upload:"  # what the sources of files begin with that were sent over HTTP
_ATTACHED = " \u203a "  # between a mail and what is attached to it
_NAMES = 2  # of a folder's path: the rest tells of this computer, not of the document


def listed(document: Document, sizes: Mapping[str, int], words: Words = ENGLISH) -> dict[str, Any]:
    """Return what is told of a document, its folder, and how large it is.

    Args:
        document: The document.
        sizes: Bytes of the files that are kept, by their SHA-256.
        words: The texts of the language that notes on the document are in.
    """
    return {
        **described(document, words),
        "folder": folder_of(document),
        "characters": document.characters,
        "bytes": sizes.get(document.original),
    }


def folder_of(document: Document) -> str:
    """Return the last names of the folder that a document's file was in; empty if there is none."""
    source = document.source.partition(_ATTACHED)[0]
    uploaded = source.startswith(UPLOADED)
    path = source.removeprefix(UPLOADED)
    on_disk = PurePosixPath(path).is_absolute() or PureWindowsPath(path).is_absolute()
    if not (uploaded or on_disk):
        return ""
    names = [name for name in re.split(r"/" if uploaded else r"[/\\]", path) if name][:-1]
    return "/".join(["…", *names[-_NAMES:]] if len(names) > _NAMES else names)
