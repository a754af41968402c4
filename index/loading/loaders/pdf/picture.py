"""A page of a PDF as a picture, and where on it words stand. Runs in the process that reads files.

Words are found again by the letters and digits of the page alone, so that what a loader does to
text, to hyphens, ligatures, spaces and line ends, makes no difference.
"""

import math
import struct
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from ctypes import byref, c_int
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from index.documents import Box
from index.errors import BadSetting, UnreadableFile
from index.limits import PICTURE

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

_SCALE = 2.0  # pixels for a point: 144 an inch, for a page as wide as half of a screen
_MOST_CHARACTERS = 200_000  # of a page that are looked through
_FINE = 1_000_000  # steps from edge to edge in which PDFium says where a point is
_SAME_LINE = 0.5  # of the lower box, at least, that stands beside the other
_GAP = 2.0  # heights of a box, at most, between words of a line
# Letters of a run of words that is looked for by itself where the sentence isn't found as a whole:
# in columns that are written row by row, in a form whose values are no text of the page. One of
# fewer must be the only one of its kind, or follow the run before at once
_RUN, _SHORT, _NEXT = 12, 4, 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """Words that are to be marked on a page.

    Attributes:
        text: The words, as the document's text has them.
        before: How many times they stand in the page's text before this place.
    """

    text: str
    before: int


def draw_page(
    data: bytes, name: str, number: int, wanted: Wanted | None
) -> tuple[bytes, int, int, int, list[Box]]:
    """Return a page as a PNG, its width and height in pixels, how many pages there are, and boxes.

    Args:
        data: The PDF.
        name: What to call it in errors.
        number: The page, counted from 1.
        wanted: What is marked.

    Raises:
        UnreadableFile: It is damaged.
        BadSetting: There is no such page.
    """
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        with closing(PdfDocument(data)) as document:
            pages = len(document)
            if not 1 <= number <= pages:
                raise BadSetting(f"{name} has no page {number}; it has {pages:,}.")
            document.init_forms()
            with closing(document[number - 1]) as page, closing(page.get_textpage()) as text_page:
                boxes = _boxes(page, text_page, wanted) if wanted else []
                return (*_png(page, name), pages, boxes)
    except PdfiumError as error:
        raise UnreadableFile(f"Page {number} of {name} can't be drawn: it is damaged.") from error


def _png(page: "PdfPage", name: str) -> tuple[bytes, int, int]:
    width, height = page.get_size()
    if not (math.isfinite(width * height) and width > 0 and height > 0):
        raise UnreadableFile(f"A page of {name} can't be drawn: it has no size.")
    # A strip that is a thousand times as long as wide is no page that can be looked at
    longest = PICTURE.most / 500 / max(width, height)
    scale = min(_SCALE, math.sqrt(PICTURE.most / (width * height)), longest)
    bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
    with closing(bitmap):
        pixels = bitmap.to_numpy()[:, :, :3]
        rows, columns = pixels.shape[:2]
        # Before each row stands how it is written: plainly
        lines = b"".join(b"\0" + row.tobytes() for row in pixels)
    head = struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(lines, 6)), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body, columns, rows


def _boxes(page: "PdfPage", text_page: "PdfTextPage", wanted: Wanted) -> list[Box]:
    """Return where words stand on a page, a box for each line, from the top left corner."""
    from pypdfium2 import raw

    count = min(text_page.count_chars(), _MOST_CHARACTERS)
    signs = [_sign(raw.FPDFText_GetUnicode(text_page, index)) for index in range(count)]
    places = [index for index, sign in enumerate(signs) for _ in plain(sign)]
    letters = "".join(map(plain, signs))
    found: list[Box] = []
    for start, end in _found(letters, wanted):
        last = places[end - 1] + 1
        tail = "".join(wanted.text.split())[-3:]
        while last < count and signs[last] in tail and not plain(signs[last]).strip():
            last += 1  # what ends the sentence
        found += _lines(_character_boxes(page, text_page, range(places[start], last)))
    return found


def _sign(code: int) -> str:
    return chr(code) if 0 < code <= 0x10FFFF else " "


def plain(text: str) -> str:
    """Return the letters and digits of a text, without case and ligatures."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())


def _found(letters: str, wanted: Wanted) -> list[tuple[int, int]]:
    """Return where words stand among the letters of a page: as a whole, or else run by run."""
    whole = plain(wanted.text)
    if not whole:
        return []
    places = list(islice(_occurrences(letters, whole), wanted.before + 1))
    if places:
        return [(places[-1], places[-1] + len(whole))]
    words = list(filter(None, map(plain, wanted.text.split())))
    runs: list[tuple[int, int]] = []
    at = 0
    while at < len(words):
        begin = runs[-1][1] if runs else 0
        run, place, taken = "", -1, 0
        for length in range(1, len(words) - at + 1):
            longer = "".join(words[at : at + length])
            there = letters.find(longer, begin)
            if there < 0:
                break
            run, place, taken = longer, there, length
        sure = len(run) >= _RUN or (len(run) >= _SHORT and letters.count(run) == 1)
        if taken and (sure or (runs and place - begin <= _NEXT)):
            runs.append((place, place + len(run)))
        at += max(taken, 1)
    return runs


def _occurrences(letters: str, whole: str) -> Iterator[int]:
    place = letters.find(whole)
    while place >= 0:
        yield place
        place = letters.find(whole, place + len(whole))


def _character_boxes(
    page: "PdfPage", text_page: "PdfTextPage", indices: Sequence[int]
) -> Iterator[Box]:
    from pypdfium2 import raw

    box, x, y = raw.FS_RECTF(), c_int(), c_int()
    for index in indices:
        if not raw.FPDFText_GetLooseCharBox(text_page, index, byref(box)):
            continue
        corners = []
        for across, up in ((box.left, box.bottom), (box.right, box.top)):
            # By PDFium itself, which knows the page's turn and what of it is shown
            raw.FPDF_PageToDevice(page, 0, 0, _FINE, _FINE, 0, across, up, byref(x), byref(y))
            corners.append([min(max(at.value / _FINE, 0.0), 1.0) for at in (x, y)])
        (left, top), (right, bottom) = map(min, *corners), map(max, *corners)
        if left < right and top < bottom:
            yield Box(left, top, right, bottom)


def _lines(boxes: Iterator[Box]) -> list[Box]:
    """Join the boxes of characters that follow each other on a line, whatever way that runs."""
    found: list[Box] = []
    before: Box | None = None
    for box in boxes:
        if before and _follows(before, box):
            last = found[-1]
            found[-1] = Box(
                min(last.left, box.left),
                min(last.top, box.top),
                max(last.right, box.right),
                max(last.bottom, box.bottom),
            )
        else:
            found.append(box)
        before = box
    return found


def _follows(before: Box, box: Box) -> bool:
    """Return whether a character stands beside another, or below or above it on a turned line."""
    across = min(before.right, box.right) - max(before.left, box.left)
    along = min(before.bottom, box.bottom) - max(before.top, box.top)
    width = min(before.right - before.left, box.right - box.left)
    height = min(before.bottom - before.top, box.bottom - box.top)
    beside = along > _SAME_LINE * height and -across < _GAP * height
    return beside or (across > _SAME_LINE * width and -along < _GAP * width)
