"""Writing on pictures that were read before, known to whoever asks for a file.

To read a page takes seconds, to draw it and look up what was read on it a tenth of one.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import astuple
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Protocol

from index.loading.loaders.ocr import READING, Writing, WrittenLine, read_writing

if TYPE_CHECKING:
    from index.loading.loaders.ocr import Pixels


class Readings(Protocol):
    """Keeps what was read on pictures; a key is 64 hexadecimal digits."""

    def recall(self, key: str) -> bytes:
        """Return what was read on a picture; empty if that isn't known."""

    def keep(self, key: str, reading: bytes) -> None:
        """Keep what was read on a picture."""


_READINGS: ContextVar[Readings | None] = ContextVar("readings", default=None)


@contextmanager
def known_to(readings: Readings | None) -> Iterator[None]:
    """Let pictures that `readings` knows not be read again, and tell it of those that are read."""
    before = _READINGS.set(readings)
    try:
        yield
    finally:
        _READINGS.reset(before)


def writing_on(picture: "Pixels") -> Writing:
    """Return what is written on a picture: what is known of it, or else what `read_writing` does.

    Args:
        picture: Rows of pixels, each blue, green and red.

    Raises:
        UnreadableFile: The package that reads it lacks its models.
    """
    readings = _READINGS.get()
    if readings is None:
        return read_writing(picture)
    key = _key(picture)
    known = _restored(readings.recall(key))
    if known is None:
        known = read_writing(picture)
        readings.keep(key, json.dumps(astuple(known)).encode())
    return known


def _key(picture: "Pixels") -> str:
    """Return what tells a picture from others, and from itself read by another version."""
    digest = hashlib.sha256(f"{_version()} {picture.shape}".encode())
    for row in picture:  # the whole of it may be no single piece of memory
        digest.update(row.tobytes())
    return digest.hexdigest()


@cache
def _version() -> str:
    return f"{READING} {version('rapidocr')}"


def _restored(reading: bytes) -> Writing | None:
    """Return what was kept; None if it is none, or is damaged."""
    try:
        lines, width, height, unread = json.loads(reading)
        found = [
            WrittenLine(
                str(text), float(left), float(right), float(middle), float(height), bool(turned)
            )
            for text, left, right, middle, height, turned in lines
        ]
        return Writing(tuple(found), int(width), int(height), int(unread))
    except (ValueError, TypeError, RecursionError, OverflowError):
        return None
