"""Tables of Rich Text Format: rows whose cells are told apart by where they end."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from index.loading.loaders.builder import DocumentBuilder
from index.loading.loaders.office.tables import (
    MOST_COLUMNS,
    TableCell,
    TableRow,
    add_rows,
    is_layout,
)
from index.loading.loaders.rtf.paragraphs import Paragraph, add

_NEAR = 30  # twentieths of a point; edges that are nearer are one


@dataclass(slots=True)
class _Definition:
    """What a row says of one of its cells."""

    edge: int = 0
    goes_on: bool = False  # what is above
    is_part: bool = False  # of the cell to the left


@dataclass(slots=True)
class Row:
    """A row of a table.

    Attributes:
        cells: The paragraphs of each cell.
        is_header: Whether it is repeated on each page.
    """

    cells: list[list[Paragraph]] = field(default_factory=list)
    is_header: bool = False
    _defined: list[_Definition] = field(default_factory=list)
    _next: _Definition = field(default_factory=_Definition)

    def begin(self) -> None:
        """Forget what was defined: a definition of a row begins."""
        self._defined, self._next, self.is_header = [], _Definition(), False

    def following(self) -> "Row":
        """Return the next row, which is as this one if it isn't defined anew."""
        return Row([], self.is_header, [*self._defined])

    def define(self, word: str, number: int | None) -> None:
        """Take a word of the definition, if it is one."""
        match word:
            case "cellx":
                self._next.edge = number or 0
                if len(self._defined) < MOST_COLUMNS:
                    self._defined.append(self._next)
                self._next = _Definition()
            case "clvmrg":
                self._next.goes_on = True
            case "clmrg":
                self._next.is_part = True
            case "trhdr":
                self.is_header = True

    def definition(self, at: int) -> _Definition:
        """Return what is said of a cell; of one too many that it ends behind the last one."""
        if at < len(self._defined):
            return self._defined[at]
        last = self._defined[-1].edge if self._defined else 0
        return _Definition(last + (at - len(self._defined) + 1) * 10 * _NEAR)


def add_table(builder: DocumentBuilder, rows: Sequence[Row]) -> None:
    """Add a table; one that only lays out the page is added cell by cell."""
    edges = _edges(rows)
    table = [TableRow(_cells(row, edges), row.is_header) for row in rows]
    if is_layout(table):
        builder.end_table()
        for row in rows:
            above = builder.headings
            for number, lines in enumerate(row.cells):
                if number:  # what stands beside it is under headings of its own
                    builder.return_to_headings(above)
                builder.end_list()
                for line in lines:
                    add(builder, line)
        return
    add_rows(builder, table)
    for line in (line for row in rows for lines in row.cells for line in lines):
        for kind, words in line.notes:
            builder.add_paragraph(words, kind)


def _edges(rows: Sequence[Row]) -> list[int]:
    """Return where the columns of a table end, from the left."""
    ends = {row.definition(at).edge for row in rows for at in range(len(row.cells[:MOST_COLUMNS]))}
    edges: list[int] = []
    for end in sorted(ends):
        if not edges or end > edges[-1] + _NEAR:
            edges.append(end)
    return edges


def _cells(row: Row, edges: Sequence[int]) -> list[TableCell]:
    cells: list[TableCell] = []
    column = 0
    for at, lines in enumerate(row.cells[:MOST_COLUMNS]):
        definition = row.definition(at)
        last = max(column, _column(edges, definition.edge))
        texts = [line.text for line in lines if line.text]
        if definition.is_part and cells:
            cells[-1].width += last - column + 1
            cells[-1].text = "\n".join(filter(None, [cells[-1].text, *texts]))
        else:
            is_bold = bool(texts) and all(line.is_bold for line in lines if line.text)
            is_simple = all(line.kind != "heading" for line in lines)
            cells.append(
                TableCell(
                    None,
                    column,
                    last - column + 1,
                    definition.goes_on,
                    "\n".join(texts),
                    is_bold,
                    is_simple,
                )
            )
        column = last + 1
    return cells


def _column(edges: Sequence[int], end: int) -> int:
    return min(bisect_left(edges, end - _NEAR), len(edges) - 1)
