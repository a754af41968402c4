"""Files in, text out: one format a file; what reads each is in `all_formats.py`."""

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from index.arguments import path_of
from index.documents import LoadedFile
from index.errors import (
    EmptyDocument,
    FileTooLarge,
    PathNotFound,
    RetrievalError,
    UnreadableFile,
    UnsupportedFormat,
)
from index.limits import CHARACTERS, FILE
from index.loading.languages import with_languages
from index.loading.loaders.dates import own_date
from index.loading.loaders.formats import IMAGES, SUFFIXES, detect
from index.loading.loaders.lines import text_blocks
from index.loading.loaders.ocr import INSTALL, is_installed
from index.loading.loaders.text import clean, collapse
from index.loading.loaders.titles import choose_title

__all__ = [
    "SUFFIXES",
    "check_file",
    "choose_title",
    "is_supported",
    "load",
    "load_bytes",
    "may_be_read_further",
    "read_bytes",
]


def is_supported(path: Path | str) -> bool:
    """Tell by its suffix alone whether a file found in a folder is worth loading.

    Images are where what reads them is installed.
    """
    suffix = os.path.splitext(path)[1].lower()  # noqa: PTH122 - of texts, a hundred thousand times
    return suffix in SUFFIXES and (suffix not in IMAGES or is_installed())


def may_be_read_further(left_out: Sequence[str]) -> bool:
    """Tell whether what a text lacks can be read now that a package is there for it."""
    return any(INSTALL in what for what in left_out) and is_installed()


def load(path: Path | str, *, max_bytes: int = FILE.most) -> LoadedFile:
    r"""Return the text of a file, and what to call it.

    The text is what a reader of the file sees. It has no control characters besides "\n" and
    "\t". Plain text is kept as it is; in the other formats a blank line separates paragraphs, and
    inside a paragraph there is a newline only where the author set one.

    Args:
        path: The file. Its content decides how it is read; where that doesn't tell, its suffix.
        max_bytes: Size beyond which the file is refused.

    Raises:
        PathNotFound: There is no such file.
        UnsupportedFormat: Not a kind of file that can be read.
        UnreadableFile: Damaged, encrypted, or without permission to read it.
        FileTooLarge: Over `max_bytes`, or its text is when uncompressed.
        EmptyDocument: Nothing in it to read.
    """
    path = path_of(path, "path")
    return load_bytes(read_bytes(path, max_bytes=max_bytes), path)


def read_bytes(path: Path, *, max_bytes: int = FILE.most) -> bytes:
    """Return a file's content; raises of what `load` does what concerns the file as a whole."""
    check_file(path, max_bytes=max_bytes)
    with _safe_errors(_name(path)), path.open("rb") as file:
        data = file.read(max_bytes + 1)
    _check_size(len(data), _name(path), max_bytes)
    return data


def load_bytes(data: bytes, path: Path) -> LoadedFile:
    """Return what `load` does, of content that was read from the file already."""
    from index.loading.loaders.all_formats import LOADERS  # a quarter of a command's start

    name = _name(path)
    try:
        format_ = detect(data, path.suffix.lower(), name)
        loaded = LOADERS[format_](data, name)
    except (RetrievalError, MemoryError):
        raise
    except Exception as error:  # Parsers fail in a hundred ways on a damaged file.
        raise UnreadableFile(
            f"{name} can't be read: it seems to be damaged. Open it in the program it was made "
            "with, save it again and add that file."
        ) from error
    if len(loaded.text) > CHARACTERS.most:
        raise FileTooLarge(
            f"{name} holds more than {CHARACTERS.amount} of text, the most that is read of one "
            "document. Split it into several."
        )
    if not loaded.text.strip():
        raise EmptyDocument(f"{name} has no text in it. Check that it is the right file.")
    title = choose_title(loaded.title, loaded.text, name)
    blocks = loaded.blocks or text_blocks(loaded.text)
    language, blocks = with_languages(loaded.text, blocks)
    day = own_date(format_, data)
    return replace(loaded, title=title, blocks=blocks, language=language, date=day)


def check_file(path: Path, *, max_bytes: int = FILE.most) -> None:
    """Refuse what `load` refuses by its kind and size, without opening it.

    Raises:
        PathNotFound, UnsupportedFormat, UnreadableFile, FileTooLarge: As `load` does.
    """
    name = _name(path)
    with _safe_errors(name):
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise UnsupportedFormat(f"{name} is a folder. Add the files in it.")
        if not stat.S_ISREG(status.st_mode):  # reading a device or a pipe may never end
            raise UnsupportedFormat(f"{name} is not an ordinary file. Copy its content to a file.")
    _check_size(status.st_size, name, max_bytes)


def _name(path: Path) -> str:
    return collapse(clean(path.name)) or "The file"


@contextmanager
def _safe_errors(name: str) -> Iterator[None]:
    """Say of a file that can't be read why, and what to do."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise PathNotFound(f"There is no file {name}. Check its name and folder.") from error
    except PermissionError as error:
        raise UnreadableFile(
            f"{name} can't be read: permission denied. Ask for read permission."
        ) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UnreadableFile(
            f"{name} can't be read: {reason}. Copy it elsewhere and try again."
        ) from error


def _check_size(size: int, name: str, max_bytes: int) -> None:
    if size > max_bytes:
        raise FileTooLarge(
            f"{name} is larger than {replace(FILE, most=max_bytes).amount}, the most that is read. "
            "Split it, or save it without images."
        )
