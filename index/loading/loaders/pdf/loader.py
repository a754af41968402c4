"""PDF: the lines of each page with their places, read by PDFium."""

import math
import re
import shlex
import threading
from collections.abc import Iterator
from contextlib import closing
from ctypes import c_double
from itertools import accumulate
from typing import TYPE_CHECKING

from index.documents import LoadedFile
from index.errors import EmptyDocument, FileTooLarge, UnreadableFile
from index.limits import PAGES
from index.loading.loaders.pdf.layout import join_pages
from index.loading.loaders.pdf.lines import Line
from index.loading.loaders.pdf.margins import without_running_lines
from index.loading.loaders.text import clean, collapse
from index.loading.loaders.titles import real_title

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfTextPage

_PDFIUM = threading.Lock()  # it is not thread-safe, not even for two documents
_PASSWORD_NEEDED = 4  # FPDF_ERR_PASSWORD
_UNKNOWN_SECURITY = 5  # FPDF_ERR_SECURITY

# PDFium ends a line with CRLF, or with U+FFFE in place of the hyphen of a broken word.
_LINE_END = re.compile("\r\n|\ufffe|[\r\n\x02]")
_BROKEN = frozenset("\ufffe\x02")
# These set text without breaking words, unless asked to: a hyphen at their line ends is a hyphen.
_NO_HYPHENATION = re.compile(r"Skia|Chrom|Word|Office|Writer|Quartz|Google|Qt |wkhtml", re.I)


def load_pdf(data: bytes, name: str) -> LoadedFile:
    """Return the text of a PDF with the offsets at which its pages begin.

    Lines are joined to paragraphs, also over the end of a page, and words that were broken at the
    end of a line are whole again. What recurs at the top or foot of most pages is left out.

    Raises:
        UnreadableFile: The file is encrypted or damaged.
        FileTooLarge: It has more than 10,000 pages.
        EmptyDocument: There are pages but no text on them.
    """
    with _PDFIUM:
        pages, title, producer = _read(data, name)
    pages = without_running_lines(pages)
    text, starts = join_pages(pages, hyphenated=not _NO_HYPHENATION.search(producer))
    if not text.strip():
        raise EmptyDocument(
            f"{name} has no text, only images: it was probably scanned. Run OCR on it first, for "
            f"example: ocrmypdf {shlex.quote(name)} with-text.pdf"
        )
    return LoadedFile(text, real_title(title) or _largest_line(pages), "pdf", starts)


def _read(data: bytes, name: str) -> tuple[list[list[Line]], str, str]:
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        document = PdfDocument(data)
    except PdfiumError as error:
        if error.err_code in {_PASSWORD_NEEDED, _UNKNOWN_SECURITY}:
            raise UnreadableFile(
                f"{name} is encrypted. Remove its password (open it, then print or save it as a "
                "new PDF) and add that."
            ) from error
        raise UnreadableFile(
            f"{name} is damaged or incomplete. Get it again from where it came from."
        ) from error
    with closing(document):
        if len(document) > PAGES.most:
            raise FileTooLarge(
                f"{name} has {len(document):,} pages; {PAGES.most:,} are the most that is read. "
                "Split it, for example: qpdf --split-pages=1000 IN.pdf OUT.pdf"
            )
        if not len(document):
            raise UnreadableFile(f"{name} is damaged: it has no pages. Get it again.")
        pages = [list(_lines(document, number, name)) for number in range(len(document))]
        metadata = document.get_metadata_dict()
    return (
        pages,
        metadata.get("Title", ""),
        " ".join(metadata.get(key, "") for key in ("Producer", "Creator")),
    )


def _lines(document: "PdfDocument", number: int, name: str) -> Iterator[Line]:
    from pypdfium2 import PdfiumError

    try:
        page = document[number]
    except PdfiumError as error:
        # Left out silently, its text would be missing from the corpus without anyone knowing.
        raise UnreadableFile(
            f"{name} is damaged: page {number + 1} can't be read. Open it in a PDF viewer, print "
            "it to a new PDF and add that."
        ) from error
    with closing(page), closing(page.get_textpage()) as text_page:
        text = text_page.get_text_range()
        # PDFium counts UTF-16 units.
        units = list(accumulate((1 + (character > "\uffff") for character in text), initial=0))
        start = 0
        for match in _LINE_END.finditer(text + "\n"):
            if line := _line(text_page, text, units, start, match):
                yield line
            start = match.end()


def _line(
    text_page: "PdfTextPage", text: str, units: list[int], start: int, end: re.Match[str]
) -> Line | None:
    from pypdfium2 import raw

    found = text[start : end.start()]
    shown = collapse(clean(found).replace("\xa0", " "))
    broken = end[0] in _BROKEN
    if not broken and re.search(r"[^\W\d_][-\u2010\xad]$", shown):
        shown, broken = shown[:-1], True
    shown = shown.replace("\xad", "")
    if not shown:
        return None
    first = start + len(found) - len(found.lstrip())
    last = start + len(found.rstrip()) - 1
    # The number of a character is not its place in the text: some are left out of that.
    indexes = (raw.FPDFText_GetCharIndexFromTextIndex(text_page, units[i]) for i in (first, last))
    begin, finish = (_place(text_page, max(0, index)) for index in indexes)
    # A bullet or the mark of a footnote is smaller than its line, and not on it.
    size, baseline = max((begin[3], begin[2]), (finish[3], finish[2]))
    return Line(shown, begin[0], finish[1], baseline, size, broken)


def _place(text_page: "PdfTextPage", index: int) -> tuple[float, float, float, float]:
    """Return left, right, baseline and size of a character, along the direction of its line."""
    from pypdfium2 import raw

    x, y, box, matrix = c_double(), c_double(), raw.FS_RECTF(), raw.FS_MATRIX()
    raw.FPDFText_GetLooseCharBox(text_page, index, box)
    raw.FPDFText_GetCharOrigin(text_page, index, x, y)
    raw.FPDFText_GetMatrix(text_page, index, matrix)
    # The height of the box differs between fonts of the same size.
    size = abs(raw.FPDFText_GetFontSize(text_page, index)) * math.hypot(matrix.b, matrix.d)
    angle = raw.FPDFText_GetCharAngle(text_page, index)
    place = box.left, box.right, y.value, size
    if abs(math.sin(angle)) > 0.1:
        along = x.value * math.cos(angle) + y.value * math.sin(angle)
        across = y.value * math.cos(angle) - x.value * math.sin(angle)
        place = along, along + size / 2, across, size
    return place if all(map(math.isfinite, place)) else (0.0, 0.0, 0.0, 0.0)


def _largest_line(pages: list[list[Line]]) -> str:
    """Return the first heading of the first page, if one stands out."""
    lines = next((page for page in pages if page), [])
    largest = max((line.size for line in lines), default=0)
    usual = sorted(line.size for line in lines)[len(lines) // 2]
    if largest < 1.2 * usual:
        return ""
    first = next(i for i, line in enumerate(lines) if line.size > 0.98 * largest)
    title = lines[first].text
    for line in lines[first + 1 : first + 3]:
        if line.size > 0.98 * largest:
            title += " " + line.text
    return real_title(title) if len(title) < 200 else ""
