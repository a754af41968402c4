"""PDF: its pages read by PDFium, put together to a document."""

import shlex
import threading
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.documents import Block, LoadedFile
from index.errors import EmptyDocument, FileTooLarge, UnreadableFile
from index.limits import PAGES, TITLE
from index.loading.loaders.ocr import INSTALL, SCRIPTS, illegible, is_installed
from index.loading.loaders.page_progress import page_begun
from index.loading.loaders.pdf.bullets import with_bullets
from index.loading.loaders.pdf.document import Sheet, build
from index.loading.loaders.pdf.fields import Field, labels_of
from index.loading.loaders.pdf.lines import Line
from index.loading.loaders.pdf.margins import running_lines
from index.loading.loaders.pdf.order import Flow, page_flow
from index.loading.loaders.pdf.pages import Page, read_page
from index.loading.loaders.pdf.scanned import page_of, read_scan
from index.loading.loaders.titles import real_title

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_PDFIUM = threading.Lock()  # it is not thread-safe, not even for two documents
_PASSWORD_NEEDED = 4  # FPDF_ERR_PASSWORD
_UNKNOWN_SECURITY = 5  # FPDF_ERR_SECURITY
_LONGEST_TITLE = 80  # characters
_SLIDE = 14.0  # points; the text of slides is larger


def load_pdf(data: bytes, name: str) -> LoadedFile:
    """Return the text of a PDF and its blocks, with the offsets at which its pages begin.

    Lines are joined to paragraphs, also over the end of a page, and words that were broken at the
    end of a line are whole again. What recurs at the top or foot of pages is kept once, as a note.

    Raises:
        UnreadableFile: The file is encrypted or damaged.
        FileTooLarge: It has more than 10,000 pages.
        EmptyDocument: There are pages but no text on them.
    """
    with _PDFIUM:
        pages, scans, title, left_out = _read(data, name)
    left_out = (*_pictures(pages, scans), *left_out)
    loaded = document_of(pages, title, "pdf", left_out, scans.read)
    if not loaded.text.strip():
        raise EmptyDocument(_without_text(pages, name, scans))
    return loaded


def document_of(
    pages: Sequence[Page],
    title: str,
    kind: str,
    left_out: tuple[str, ...],
    pictured: tuple[int, ...],
) -> LoadedFile:
    """Return the document that pages make.

    Args:
        pages: The pages.
        title: What it is called; if it is no title, or empty, one is looked for on its first page.
        kind: Its format.
        left_out: What isn't in its text.
        pictured: The pages that were read from pictures, counted from 1.
    """
    sheets = _sheets(pages)
    document = build(sheets)
    own = real_title(title) or _title(sheets, document.blocks, document.text)
    return LoadedFile(
        document.text,
        own,
        kind,
        document.page_starts,
        document.blocks,
        left_out,
        pictured=pictured,
    )


@dataclass(frozen=True, slots=True)
class _Scans:
    """What became of the pages that are pictures, counted from 1.

    Attributes:
        read: Those that were read.
        illegible: Those with writing that couldn't be read.
        waiting: Those that weren't looked at, for want of the package that reads them.
        lines: How many lines on those that were read couldn't be.
    """

    read: tuple[int, ...] = ()
    illegible: tuple[int, ...] = ()
    waiting: tuple[int, ...] = ()
    lines: int = 0


def _read(data: bytes, name: str) -> tuple[list[Page], _Scans, str, tuple[str, ...]]:
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
        document.init_forms()
        pages = [read_page(document, number, name) for number in range(len(document))]
        title = document.get_metadata_dict().get("Title", "")
        pages, scans = _with_scans(document, pages)
        return pages, scans, title, _left_out(document, pages)


def _with_scans(document: "PdfDocument", pages: list[Page]) -> tuple[list[Page], _Scans]:
    """Return pages with what is written on those that are pictures."""
    waiting = tuple(number for number, page in enumerate(pages, 1) if page.is_scan)
    if not waiting or not is_installed():
        return pages, _Scans(waiting=waiting)
    found = list(pages)
    read: list[int] = []
    illegible: list[int] = []
    unread = 0
    for number in waiting:
        page_begun(number, len(pages))
        with closing(document[number - 1]) as page:
            writing, points = read_scan(page)
        if not writing.is_legible:
            illegible.append(number)
        elif writing.lines:
            unread += writing.unread
            read.append(number)
            of_page = pages[number - 1]
            scanned = page_of(writing, points)
            notes = [*_not_read(of_page, scanned), *of_page.notes]
            found[number - 1] = replace(scanned, notes=notes, media=of_page.media)
    return found, _Scans(tuple(read), tuple(illegible), lines=unread)


def _not_read(page: Page, scanned: Page) -> list[str]:
    """Return the lines written over a picture that weren't read on it as well: a stamp, a label."""
    read_words = Counter(word for line in scanned.lines for word in line.text.casefold().split())
    missing: list[str] = []
    for line in page.lines:
        words = Counter(line.text.casefold().split())
        if words - read_words:
            missing.append(line.text)
        else:
            read_words -= words
    return missing


def _left_out(document: "PdfDocument", pages: Sequence[Page]) -> tuple[str, ...]:
    from pypdfium2 import raw

    counts = (
        (raw.FPDFDoc_GetAttachmentCount(document), "attached file"),
        (sum(page.media for page in pages), "recording, film or file on a page"),
        (raw.FPDF_GetSignatureCount(document), "signature"),
        (raw.FPDFDoc_GetJavaScriptActionCount(document), "script"),
    )
    return tuple(_counted(number, what) for number, what in counts if number > 0)


def _pictures(pages: Sequence[Page], scans: _Scans) -> tuple[str, ...]:
    illegible, waiting = len(scans.illegible), len(scans.waiting)
    alone = sum(page.pictures > 0 and not page.lines for page in pages) - illegible - waiting
    scanned = {*scans.read, *scans.illegible, *scans.waiting}
    pictures = sum(
        page.pictures
        for number, page in enumerate(pages, 1)
        if page.lines and number not in scanned
    )
    found = []
    if waiting:
        which = (
            "1 page that is a picture" if waiting == 1 else f"{waiting:,} pages that are pictures"
        )
        found.append(f"{which} (to have them read: {INSTALL})")
    if illegible:
        found.append(f"{_counted(illegible, 'page')} in writing that isn't read (only {SCRIPTS})")
    if scans.lines:
        found.append(f"{_counted(scans.lines, 'line')} on pictures that couldn't be read")
    if pictures:
        found.append(_counted(pictures, "picture") + " without text")
    if alone > 0:
        found.append(
            f"{alone:,} page{'s' * (alone > 1)} that {'is' if alone == 1 else 'are'} only pictures"
        )
    return tuple(found)


def _counted(number: int, what: str) -> str:
    first, _, rest = what.partition(",")
    plural = "" if number == 1 else "s"
    if rest:
        return f"{number:,} recordings, films or files on pages" if plural else f"1 {what}"
    return f"{number:,} {first}{plural}"


def _without_text(pages: Sequence[Page], name: str, scans: _Scans) -> str:
    if scans.illegible:
        return illegible(name)
    if any(page.pictures for page in pages):
        if is_installed():
            return (
                f"{name} has no text, only images, and nothing that can be read is written on them."
            )
        return (
            f"{name} has no text, only images: it was probably scanned. To have it read: {INSTALL}"
        )
    return (
        f"{name} has no text on its pages. If you see some when you open it, it is drawn: run OCR "
        f"on it, for example: ocrmypdf --force-ocr {shlex.quote(name)} with-text.pdf"
    )


def _sheets(pages: Sequence[Page]) -> list[Sheet]:
    """Return pages in reading order, with what recurs on them taken out but once."""
    flows = [
        page_flow(_with_fields(page.fields, lines), page.rules)
        for page, lines in zip(pages, with_bullets(pages), strict=True)
    ]
    running = running_lines([[item for item in flow if isinstance(item, Line)] for flow in flows])
    sheets = []
    for number, (page, flow) in enumerate(zip(pages, flows, strict=True)):
        kept: Flow = [item for item in flow if id(item) not in running.lines]
        sizes = sorted(item.size for item in kept if isinstance(item, Line))
        slide = page.is_wide and bool(sizes) and sizes[len(sizes) // 2] >= _SLIDE
        notes = [*running.notes.get(number, []), *page.notes]
        sheets.append(Sheet(kept, notes, ends=slide or bool(page.fields)))
    return sheets


def _with_fields(fields: Sequence[Field], lines: list[Line]) -> list[Line]:
    """Return a page's lines, those that are labels with the values of their fields."""
    alone: list[Line] = []
    for field, at in zip(fields, labels_of(fields, lines), strict=True):
        if at is None:
            left, bottom, right, top = field.box
            size = min(12.0, top - bottom)
            text, value = (field.name, field.value) if field.name else (field.value, "")
            alone.append(Line(text, left, right, bottom, size, value=value))
        else:
            above = lines[at].value
            value = f"{above} {field.value}" if above else field.value
            lines[at] = replace(lines[at], value=value)
    for line in alone:
        place = next(
            (
                at
                for at, other in enumerate(lines)
                if not other.turned and other.baseline < line.baseline - 0.5 * line.size
            ),
            len(lines),
        )
        lines.insert(place, line)
    return lines


def _title(sheets: Sequence[Sheet], blocks: Sequence[Block], text: str) -> str:
    """Return the largest heading of the first page, or what it begins with if that is no title."""
    flow = next((sheet.flow for sheet in sheets if sheet.flow), [])
    lines = [item for item in flow if isinstance(item, Line) and not item.turned]
    if title := _largest_line(lines):
        return title
    for block in blocks:
        if block.kind == "heading":
            return real_title(text[block.start : block.end])
        if block.kind == "paragraph":
            break
    if blocks and blocks[0].kind in {"header", "row", "note", "field"}:
        # What a document without a title is called is not to be a row of a table.
        words = next((block for block in blocks if block.kind == "paragraph"), None)
        if words and words.end - words.start <= _LONGEST_TITLE:
            return real_title(text[words.start : words.end])
    return ""


def _largest_line(lines: Sequence[Line]) -> str:
    """Return the first of the largest lines, if they stand out."""
    if not lines:
        return ""
    largest = max(line.size for line in lines)
    usual = sorted(line.size for line in lines)[len(lines) // 2]
    if largest < 1.2 * usual:
        return ""
    first = next(i for i, line in enumerate(lines) if line.size > 0.98 * largest)
    title = lines[first].text
    for line in lines[first + 1 : first + 3]:
        if line.size > 0.98 * largest:
            title += " " + line.text
    return real_title(title) if len(title) < TITLE.most else ""
