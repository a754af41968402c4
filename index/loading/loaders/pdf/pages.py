"""Pages as PDFium reads them: lines with their places, ruling lines, fields and notes."""

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.errors import UnreadableFile
from index.loading.loaders.pdf.drawn import Mark, Rule, drawn_on
from index.loading.loaders.pdf.fields import Field, fields_and_notes
from index.loading.loaders.pdf.line_reader import LineReader
from index.loading.loaders.pdf.lines import Line

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage, PdfTextPage

_FILLED = 0.6  # of a page that pictures cover, at least, if it is a scanned one
_STAMP = 60  # characters; what programs that scan write over a page is shorter


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on a page; places are in points, in the direction in which it is read.

    What is read from right to left is mirrored: it begins at the left, like all else.

    Attributes:
        lines: In the order of the file. What stands side by side with a gap is a line each.
        rules: Horizontal and vertical lines that are drawn, edges of boxes too.
        fields: The filled fields of a form.
        notes: What readers typed on it.
        pictures: How many pictures there are.
        media: How many recordings, films, attached files and the like.
        is_wide: Whether it is wider than high.
        is_scan: Whether it is a picture from edge to edge, with no text or only a stamp over it.
        marks: What is drawn as small as a bullet.
    """

    lines: list[Line]
    rules: list[Rule]
    fields: list[Field]
    notes: list[str]
    pictures: int = 0
    media: int = 0
    is_wide: bool = False
    is_scan: bool = False
    marks: Sequence[Mark] = ()


def read_page(document: "PdfDocument", number: int, name: str) -> Page:
    """Return what stands on a page, counted from 0.

    Raises:
        UnreadableFile: It is damaged.
    """
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
        return _page(document, page, text_page)


def _page(document: "PdfDocument", page: "PdfPage", text_page: "PdfTextPage") -> Page:
    width, height = page.get_size()
    drawn = drawn_on(page)
    fields, notes, media = fields_and_notes(document, page)
    reader = LineReader(text_page, drawn)
    found = list(reader.lines())
    characters: Counter[int] = Counter()
    for line, quarter in found:
        characters[quarter] += len(line.text)
    upright = max(characters, key=lambda quarter: characters[quarter]) if characters else 0
    lines = [line for line, quarter in found if quarter == upright]
    lines += [replace(line, turned=True) for line, quarter in found if quarter != upright]
    if upright:
        rules = [rule.turned(upright) for rule in drawn.rules]
        marks = [mark.turned(upright) for mark in drawn.marks]
        fields = [field.turned(upright) for field in fields]
    else:
        rules, marks = drawn.rules, drawn.marks
    if reader.is_from_right:  # columns, indents and cells are those of its mirror image
        lines = [replace(line, left=-line.right, right=-line.left) for line in lines]
        rules = [rule.mirrored() for rule in rules]
        marks = [mark.mirrored() for mark in marks]
        fields = [field.mirrored() for field in fields]
    scan = drawn.pictured >= _FILLED * width * height and (
        not lines or (sum(characters.values()) < _STAMP and not _is_invisible(text_page))
    )
    wide = width > height
    return Page(lines, rules, fields, notes, drawn.pictures, media, wide, scan, marks)


def _is_invisible(text_page: "PdfTextPage") -> bool:
    """Tell whether a page's text is not shown: what another program read on its picture."""
    from pypdfium2 import raw

    item = raw.FPDFText_GetTextObject(text_page, 0)
    mode = raw.FPDFTextObj_GetTextRenderMode(item) if item else None
    return bool(mode == raw.FPDF_TEXTRENDERMODE_INVISIBLE)
