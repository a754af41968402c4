"""Tables of a Word document: their rows and cells."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.loading.loaders.office.tables import MOST_COLUMNS, TableCell, TableRow
from index.loading.loaders.word.properties import W, is_on, number_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_WRAPPERS = frozenset(W + name for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml"))


def read_rows(table: "Element") -> list[TableRow]:
    """Return the rows of a table with their cells, whose words are yet to be read."""
    rows = []
    for row in _children(table, W + "tr"):
        properties = row.find(W + "trPr")
        column = 0
        is_header = False
        if properties is not None:
            is_header = is_on(properties.find(W + "tblHeader"))
            column = max(0, number_of(properties.find(W + "gridBefore"), 0))
            if properties.find(W + "del") is not None:
                continue
        cells = []
        for cell in _children(row, W + "tc"):
            span = min(max(1, number_of(cell.find(f"{W}tcPr/{W}gridSpan"), 1)), MOST_COLUMNS)
            merge = cell.find(f"{W}tcPr/{W}vMerge")
            goes_on = merge is not None and merge.get(W + "val", "continue") == "continue"
            if column < MOST_COLUMNS:
                cells.append(TableCell(cell, column, span, goes_on))
            column += span
        rows.append(TableRow(cells, is_header))
    return rows


def _children(parent: "Element", tag: str) -> Iterator["Element"]:
    """Yield the rows of a table or cells of a row, also those in a content control."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _children(child, tag)
