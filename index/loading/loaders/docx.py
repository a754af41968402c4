"""Word documents: paragraphs and tables in the order of the document, then the notes."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.documents import LoadedFile
from index.errors import FileTooLarge
from index.limits import UNPACKED, UNPACKED_TEXT
from index.loading.loaders.text import clean, collapse, paragraphs
from index.loading.loaders.titles import real_title

if TYPE_CHECKING:
    from docx.oxml.xmlchemy import BaseOxmlElement as Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_TEXTS = frozenset({_W + "t", _M + "t"})
_SPACES = {_W + "tab": " ", _W + "ptab": " ", _W + "noBreakHyphen": "-", _W + "cr": "\n"}
_NOTES = re.compile(r"/(footnotes|endnotes)\d*\.xml$")
# Deleted or moved away while changes are tracked; properties; how to pronounce the text above it;
# the same once more for old programs.
_NOT_SHOWN = frozenset(_W + name for name in ("del", "moveFrom", "pPr", "rPr", "rt")) | {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
}
_OFF = frozenset({"0", "false", "off"})


def load_docx(data: bytes, name: str) -> LoadedFile:
    """Return the text of a Word document.

    Tracked changes are taken as accepted. Left out: headers and footers, comments, hidden text, the
    table of contents, and the numbers that Word gives to list items and headings. Footnotes and
    endnotes follow at the end.

    Raises:
        FileTooLarge: It would take gigabytes when uncompressed.
    """
    from docx import Document
    from docx.oxml import parse_xml

    _check_size(data, name)
    document = Document(io.BytesIO(data))
    reader = _Reader(
        {style.style_id: style.name.lower() for style in document.styles if style.name}
    )
    body = document.element.body
    blocks = list(reader.blocks(body))
    for part in document.part.related_parts.values():
        if _NOTES.search(str(part.partname)):
            notes = (note for note in parse_xml(part.blob) if not note.get(_W + "type"))
            blocks.extend(block for note in notes for block in reader.blocks(note))
    title = real_title(document.core_properties.title or "") or reader.title(body)
    return LoadedFile("\n\n".join(blocks), title, "docx")


def _check_size(data: bytes, name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
    largest = max((part.file_size for part in parts if part.filename.endswith(".xml")), default=0)
    if largest > UNPACKED_TEXT.most or sum(part.file_size for part in parts) > UNPACKED.most:
        raise FileTooLarge(
            f"{name} is small on disk but huge when uncompressed, so it isn't read. Split it, or "
            "save it anew without images."
        )


class _Reader:
    """Reads the XML itself: `Paragraph.text` leaves out text boxes and tracked insertions."""

    def __init__(self, styles: dict[str, str]) -> None:
        self._styles = styles  # English names by identifiers, which are in the user's language

    def title(self, body: "Element") -> str:
        """Return what is styled as the title, else as a heading of the first level; or ""."""
        for style in ("title", "heading 1"):
            for paragraph in body.iter(_W + "p"):
                if self._style(paragraph) != style:
                    continue
                if title := real_title(" ".join(self._paragraph(paragraph))):
                    return title
        return ""

    def blocks(self, parent: "Element") -> Iterator[str]:
        """Yield the paragraphs in an element of the document, each table as one."""
        for child in parent:
            if child.tag == _W + "p":
                yield from self._paragraph(child)
            elif child.tag == _W + "tbl":
                yield from self._table(child)
            elif child.tag not in _NOT_SHOWN:  # a content control, a tracked insertion
                yield from self.blocks(child)

    def _paragraph(self, paragraph: "Element") -> Iterator[str]:
        style = self._style(paragraph)
        if re.fullmatch(r"toc \d+", style):
            return
        parts: list[str] = []
        boxes: list[Element] = []
        _collect(paragraph, parts, boxes)
        text = re.sub(r"[ \t]+", " ", clean("".join(parts))).replace("\xad", "")
        if style == "title" or style.startswith("heading"):
            yield from filter(None, [collapse(text)])
        else:
            yield from paragraphs(text)
        for box in boxes:
            yield from self.blocks(box)

    def _style(self, paragraph: "Element") -> str:
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        return "" if style is None else self._styles.get(style.get(_W + "val", ""), "")

    def _table(self, table: "Element") -> Iterator[str]:
        """Yield rows as lines; of a row that only lays out the page, the paragraphs."""
        rows: list[str] = []
        for row in _within(table, "tr", "tbl"):
            cells = [list(self.blocks(cell)) for cell in _within(row, "tc", "tr")]
            if sum(map(bool, cells)) == 1 or any(len(cell) > 1 for cell in cells):
                if rows:
                    yield "\n".join(rows)
                    rows = []
                yield from (block for cell in cells for block in cell)
            elif any(cells):
                rows.append(" | ".join(collapse(cell[0]) if cell else "" for cell in cells).strip())
        if rows:
            yield "\n".join(rows)


def _within(parent: "Element", name: str, parent_name: str) -> Iterator["Element"]:
    """Yield the rows of a table or the cells of a row, but not those of a table inside it."""
    for child in parent.iter(_W + name):
        if next(child.iterancestors(_W + parent_name), None) is parent:
            yield child


def _collect(element: "Element", parts: list[str], boxes: list["Element"]) -> None:
    """Add the text of a paragraph to `parts`, and the text boxes anchored in it to `boxes`."""
    for child in element:
        tag = child.tag
        if tag in _TEXTS:
            parts.append(child.text or "")
        elif tag in _SPACES:
            parts.append(_SPACES[tag])
        elif tag == _W + "br":
            # A page break within a paragraph doesn't end it.
            parts.append("\n" if child.get(_W + "type", "textWrapping") == "textWrapping" else " ")
        elif tag == _W + "txbxContent":
            boxes.append(child)
        elif tag not in _NOT_SHOWN and not (tag == _W + "r" and _is_hidden(child)):
            _collect(child, parts, boxes)


def _is_hidden(run: "Element") -> bool:
    vanish = run.find(f"{_W}rPr/{_W}vanish")
    return vanish is not None and vanish.get(_W + "val", "true") not in _OFF
