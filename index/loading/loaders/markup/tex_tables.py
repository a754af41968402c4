"""The tables of LaTeX: which rows name the columns, and how far merged cells reach."""

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from index.loading.loaders.builder import DocumentBuilder
from index.loading.loaders.header_rows import ColumnNames
from index.loading.loaders.markup.tex_words import words_of

TABLES: Final = frozenset({"tabular", "tabularx", "longtable", "tabulary", "tblr"})
_GROUP = r"\{(?:[^{}]|\{[^{}]{0,60}\}){0,200}\}"
_COLUMNS = re.compile(rf"\s*(?:\[[^\[\]]{{0,50}}\])?(?:{_GROUP}\s*){{1,2}}")
# A table inside a cell, by which its lines are broken
_IN_CELL = re.compile(
    r"\\begin\{tabular\}(?:\[[a-z]\])?\{(?:[^{}]|\{[^{}]{0,20}\}){0,40}\}(.{0,500}?)\\end\{tabular\}",
    re.S,
)
_CELL = re.compile(r"(?<!\\)&")
_ROW = re.compile(r"\\\\\*?(?:\s{0,3}\[[^\[\]]{0,20}\])?|\\tabularnewline(?![A-Za-z])")
_RULE = re.compile(
    r"\\(?:hline|(?:top|mid|bottom)rule|cmidrule|cline|Xhline|specialrule)(?![A-Za-z])"
    r"(?:\[[^\[\]]{0,20}\])?(?:\([^()]{0,20}\))?(?:\{[^{}]{0,20}\}){0,3}"
)
_DIVIDES = re.compile(r"\\(?:hline|midrule|Xhline)(?![A-Za-z])")
_HEAD_ENDS = re.compile(r"\\end(?:first)?head(?![A-Za-z])")
_FOOT_ENDS = re.compile(r"\\end(?:last)?foot(?![A-Za-z])")
_WIDE = re.compile(r"\\multicolumn\s?\{\s*(\d{1,2})\s*\}\s?\{(?:[^{}]|\{[^{}]{0,60}\}){0,60}\}")
_HIGH = re.compile(
    r"\\multirow\s?(?:\[[^\[\]]{0,10}\])?\{\s*(\d{1,3})\s*\}(?:\[[^\[\]]{0,20}\])?"
    r"\s?(?:\{[^{}]{0,40}\}|\*)"
)
_MOST_HEADERS = 3  # rows
_MOST_WIDE = 50  # columns of a cell


@dataclass(slots=True)
class _Row:
    """A row of a table.

    Attributes:
        cells: The words of each column; "" where a wide cell goes on.
        widths: By column, how many columns its cell spans if these are several.
        heights: Likewise, how many rows.
        is_ruled: Whether a line is drawn above it.
    """

    cells: list[str] = field(default_factory=list)
    widths: dict[int, int] = field(default_factory=dict)
    heights: dict[int, int] = field(default_factory=dict)
    is_ruled: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether each column has a cell of its own with words."""
        return all(self.cells) and not self.widths


def add_table(builder: DocumentBuilder, source: str) -> None:
    """Add what stands between the begin and the end of a table.

    What stands above the first line that is drawn below a row names the columns.
    """
    columns = _COLUMNS.match(source)
    source = source[columns.end() if columns else 0 :]
    source = _IN_CELL.sub(lambda found: found[1].replace("\\\\", " "), source)
    rows = [_row(part) for part in _ROW.split(_on_one_page(source))]
    # The line above what has no words is that of the next row
    for row, below in pairwise(rows):
        below.is_ruled |= row.is_ruled and not any(row.cells)
    rows = [row for row in rows if any(row.cells)]
    names = ColumnNames()
    headers = _headers(rows)
    for row in rows[:headers]:
        builder.add_header(row.cells, names.add(row.cells, row.widths), row.widths)
    high: dict[int, tuple[int, int]] = {}  # by column, a cell's row and how many rows it goes on
    for row in rows[headers:]:
        spanning = {
            column: index
            for column, (index, left) in high.items()
            if left and not (column < len(row.cells) and row.cells[column])
        }
        index = builder.add_row(row.cells, spanning, row.widths)
        high = {column: (index_, left - 1) for column, (index_, left) in high.items() if left > 1}
        if index is not None:
            high |= {column: (index, height - 1) for column, height in row.heights.items()}
    builder.end_table()


def _on_one_page(source: str) -> str:
    """Return a table without the header and the footer that its other pages would have."""
    head, *others = _HEAD_ENDS.split(source)
    if others:
        source = others[-1]
    else:
        head = ""
    *feet, body = _FOOT_ENDS.split(source)
    return f"{head}{body}\\\\{feet[-1]}" if feet else f"{head}{body}"


def _headers(rows: list[_Row]) -> int:
    """Return how many rows name the columns."""
    if len(rows) < 2 or len(rows[0].cells) < 2:
        return 0
    ruled = next((at for at, row in enumerate(rows) if at and row.is_ruled), 0)
    if 1 < ruled <= _MOST_HEADERS and not all(row.is_whole for row in rows[:ruled]):
        return ruled
    first = rows[0]
    filled = sum(map(bool, first.cells)) + sum(first.widths.values()) - len(first.widths)
    return int(filled >= len(first.cells) - 1 or ruled == 1)


def _row(source: str) -> _Row:
    row = _Row(is_ruled=bool(_DIVIDES.search(source)))
    for cell in _CELL.split(_RULE.sub(" ", source)):
        at = len(row.cells)
        wide, high = _WIDE.search(cell), _HIGH.search(cell)
        words = words_of(_HIGH.sub(" ", _WIDE.sub(" ", cell)))
        row.cells.append(words)
        if high and words and int(high[1]) > 1:
            row.heights[at] = int(high[1])
        if wide and 1 < (width := int(wide[1])) <= _MOST_WIDE:
            row.widths[at] = width
            row.cells += [""] * (width - 1)
    return row
