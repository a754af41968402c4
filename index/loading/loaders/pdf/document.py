"""Pages to a document of blocks: what goes on over a page, what waits until its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from index.loading.loaders.builder import DocumentBuilder
from index.loading.loaders.header_rows import ColumnNames, heads_rows
from index.loading.loaders.pdf.hyphens import Hyphens
from index.loading.loaders.pdf.layout import Layout, Paragraph
from index.loading.loaders.pdf.lines import Line, is_wide
from index.loading.loaders.pdf.order import Flow
from index.loading.loaders.pdf.styles import (
    Styles,
    caption,
    heading_label,
    item_label,
    note_label,
)
from index.loading.loaders.pdf.table import Row, Table

_Piece = Paragraph | Table
_MOST_COLUMN_NAME = 900  # characters; what else is no name


@dataclass(slots=True)
class Sheet:
    """A page as it is to be written.

    Attributes:
        flow: Its lines and tables in reading order.
        notes: What is said beside its text: running lines, typed notes.
        ends: Whether its last sentence ends with it: a slide, a form.
    """

    flow: Flow
    notes: list[str] = field(default_factory=list)
    ends: bool = False


def build(sheets: Sequence[Sheet]) -> DocumentBuilder:
    """Return the document that pages make."""
    lines = [[item for item in sheet.flow if isinstance(item, Line)] for sheet in sheets]
    layout = Layout([[line for line in page if not line.turned] for page in lines])
    cut = [_pieces(sheet.flow, layout) for sheet in sheets]
    paragraphs = [piece for page in cut for piece in page if isinstance(piece, list)]
    writer = _Writer(
        Styles(paragraphs, layout.size),
        Hyphens((line.text, line.broken) for page in lines for line in page),
    )
    writer.write(sheets, cut, layout)
    return writer.builder


def _pieces(flow: Flow, layout: Layout) -> list[_Piece]:
    """Cut a page into paragraphs and tables."""
    found: list[_Piece] = []
    lines: list[Line] = []
    for item in flow:
        if isinstance(item, Table):
            found += layout.paragraphs(lines)
            lines = []
            found.append(item)
        else:
            lines.append(item)
    return found + list(layout.paragraphs(lines))


class _Writer:
    """Writes pieces into a builder, page after page."""

    def __init__(self, styles: Styles, hyphens: Hyphens) -> None:
        self.builder = DocumentBuilder()
        self._styles = styles
        self._hyphens = hyphens
        self._lefts: list[float] = []  # of the items that the open list is nested in
        self._table: Table | None = None
        self._later: list[tuple[str, str]] = []  # notes that wait for a paragraph's end
        self._notes_written: set[str] = set()
        self._waiting: Paragraph = []  # the last of a page, until the next page is known
        self._breaks: list[int] = []  # how many of its lines stand before each page begun since

    def write(self, sheets: Sequence[Sheet], cut: list[list[_Piece]], layout: Layout) -> None:
        """Write all pages."""
        for sheet, page in zip(sheets, cut, strict=True):
            body, notes = self._notes_apart(page)
            self._begin_page(body, layout)
            for number, piece in enumerate(body, 1):
                if number == len(body) and isinstance(piece, list) and not sheet.ends:
                    self._waiting = piece
                else:
                    self._piece(piece)
            self._later += [(text, note_label(text)) for text in map(self._joined, notes)]
            self._later += [(text, "") for text in sheet.notes]
            if not self._waiting and self._table is None:
                self._write_later()
        if self._waiting:
            self._piece(self._waiting)
        self._write_later()

    def _begin_page(self, body: list[_Piece], layout: Layout) -> None:
        """Let what waits go on with a page, or end before it."""
        first = body[0] if body else None
        if self._waiting and (first is None or self._runs_on(first, layout)):
            self._breaks.append(len(self._waiting))
            if isinstance(first, list):
                body[0] = self._waiting + first
                self._waiting = []
            return
        if self._waiting:
            self._piece(self._waiting)
            self._waiting = []
        if first is None or not self._goes_on(first):
            self._write_later()
        self.builder.begin_page()

    def _runs_on(self, first: _Piece, layout: Layout) -> bool:
        return isinstance(first, list) and layout.goes_overleaf(self._waiting, first)

    def _piece(self, piece: _Piece) -> None:
        breaks, self._breaks = self._breaks, []
        if isinstance(piece, Table):
            self._write_table(piece)
        else:
            self._paragraph(piece, breaks)
        if breaks:  # the notes of the page before come after the paragraph that ran on
            self._write_later()

    def _notes_apart(self, page: list[_Piece]) -> tuple[list[_Piece], list[Paragraph]]:
        """Return a page's text, and what stands at its foot or in its margin."""
        small = [isinstance(piece, list) and self._styles.is_note(piece) for piece in page]
        body = [piece for piece, note in zip(page, small, strict=True) if not note]
        kept: list[_Piece] = []
        notes: list[Paragraph] = []
        for piece, note in zip(page, small, strict=True):
            if isinstance(piece, list) and (piece[0].turned or (note and _is_below(piece, body))):
                notes.append(piece)
            else:
                kept.append(piece)
        return kept, notes

    def _paragraph(self, lines: Paragraph, breaks: list[int]) -> None:
        text, offsets = self._text(lines)
        first = lines[0]
        before = self.builder.last
        if not text.strip():
            return
        self._table = None
        label = item_label(text)
        if first.value is not None:
            self._write_field(first)
        elif first.turned:
            self.builder.add_paragraph(text, "note")
        elif caption(text):
            self.builder.add_paragraph(text, "caption")
        elif self._styles.is_heading(lines):
            self._lefts = []
            level = self._styles.level(lines)
            self.builder.add_heading(text, level, label=heading_label(text))
        elif label:
            self._write_item(text, label, first)
        else:
            self._lefts = []
            self.builder.add_paragraph(text)
        block = self.builder.last
        for count in breaks:
            inside = block is not None and block is not before and count < len(offsets)
            self.builder.begin_page(block.start + offsets[count] if block and inside else None)

    def _write_field(self, line: Line) -> None:
        value = line.value or ""
        if not value:
            self.builder.add_field("", line.text)
            return
        label = line.text.rstrip(" .:_…")
        if label != line.text and line.text.rstrip().endswith(":"):
            self.builder.add_field(label, value)
        else:
            self.builder.add_field(label or line.text, value)

    def _write_item(self, text: str, label: str, first: Line) -> None:
        while self._lefts and self._lefts[-1] > first.left + first.size * 0.7:
            self._lefts.pop()
        if not self._lefts or first.left > self._lefts[-1] + first.size * 0.7:
            self._lefts.append(first.left)
        depth = len([part for part in label.split(".") if part.isdigit()])
        self.builder.add_item(text, max(len(self._lefts), depth, 1), label=label)

    def _write_table(self, table: Table) -> None:
        self._lefts = []
        rows = table.rows
        if self._table is not None and self._goes_on(table):
            if table.header == self._table.header:
                rows = rows[table.headers :]  # repeated on each page, kept once
            headers = 0
            table.headers, table_header = self._table.headers, self._table.rows
            table.rows = table_header[: table.headers] + rows
        else:
            self.builder.end_table()
            headers = table.headers
        names = ColumnNames()
        printed: dict[int, int] = {}
        bold = not all(row.bold for row in rows[headers:])
        above = heads_rows([row.may_head_others(bold=bold) for row in rows[headers:]])
        for number, row in enumerate(rows):
            if number < headers:
                widths = _widths(row, rows[number + 1] if number + 1 < headers else None)
                columns = [name[:_MOST_COLUMN_NAME] for name in names.add(row.cells, widths)]
                self.builder.add_header(row.cells, columns, widths)
                continue
            if above[number - headers]:
                self.builder.add_row_above(row.cells[0])
                printed = {}
                continue
            spanning = {c: printed[c] for c in row.spanning if c in printed and not row.cells[c]}
            index = self.builder.add_row(row.cells, spanning, row.widths)
            if index is not None:
                for column, cell in enumerate(row.cells):
                    if cell:
                        width = row.widths.get(column, 1)
                        printed |= dict.fromkeys(range(column, column + width), index)
        self._table = table

    def _goes_on(self, piece: _Piece) -> bool:
        """Tell whether what begins a page is the rest of the table before."""
        return isinstance(piece, Table) and bool(self._table and self._table.goes_on_with(piece))

    def _write_later(self) -> None:
        for text, label in self._later:
            if text.strip() and text not in self._notes_written:
                self._notes_written.add(text)
                self.builder.add_paragraph(text.strip(), "note", label=label)
        self._later = []

    def _joined(self, lines: Paragraph) -> str:
        return self._text(lines)[0]

    def _text(self, lines: Paragraph) -> tuple[str, list[int]]:
        """Return a paragraph's text, and where each of its lines begins in it."""
        parts: list[str] = []
        offsets: list[int] = []
        length = 0
        previous: Line | None = None
        for line in lines:
            glue = self._glue(previous, line) if previous else ""
            offsets.append(length + len(glue))
            parts += glue, line.text
            length += len(glue) + len(line.text)
            previous = line
        if previous and previous.broken:
            parts.append("-")
        return "".join(parts), offsets

    def _glue(self, line: Line, following: Line) -> str:
        """Return what stands between two lines of a paragraph."""
        if line.broken:
            return self._hyphens.between(line.text, following.text)
        no_space = is_wide(line.text[-1]) and is_wide(following.text[0])
        return "" if line.clings or no_space else " "


def _is_below(note: Paragraph, body: Sequence[_Piece]) -> bool:
    """Tell whether what may be a footnote stands below all text of its column."""
    left, right = min(line.left for line in note), max(line.right for line in note)
    others = False
    for piece in body:
        if isinstance(piece, Table):
            others = True
            if piece.bottom < note[0].baseline:
                return False
            continue
        for line in piece:
            others = others or not line.turned
            beside = line.right < left or line.left > right or line.turned
            if not beside and line.baseline < note[0].baseline:
                return False
    return others


def _widths(row: Row, below: Row | None) -> Mapping[int, int]:
    """Return how many columns the cells of a header span, by those below it if that isn't drawn."""
    if row.widths or below is None:
        return row.widths
    found: dict[int, int] = {}
    group: int | None = None
    for column, (cell, under) in enumerate(zip(row.cells, below.cells, strict=True)):
        if cell:
            group = column if under else None
        elif not under:
            group = None
        elif group is not None:
            found[group] = column - group + 1
    return found
