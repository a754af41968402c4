"""Tables of a page: which row names the columns, which cells are merged, which only lay out."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from index.loading.loaders.builder import DocumentBuilder
from index.loading.loaders.header_rows import (
    LONGEST_ROW_ABOVE,
    LOOKED_AT,
    ColumnNames,
    are_names,
    has_header,
    heads_rows,
)
from index.loading.loaders.html.pieces import Piece, plain

_MOST_COLUMNS = 1_000  # as in browsers, a cell spans no more
_MOST_NAMES = 100_000  # names of columns in a table's headers; what is beyond are rows
_MOST_MERGED = 300_000  # places that merged cells take in a table; what is beyond isn't merged
_REGULAR = 0.7  # of the rows have as many cells, in a table that isn't said to be one
_WIDEST_UNMARKED = 100  # columns of a table whose header isn't marked


@dataclass(slots=True)
class TableCell:
    """A cell: what is in it, how many columns and rows it spans, and whether it is a header."""

    pieces: list[Piece]
    columns: int = 1
    rows: int = 1
    is_header: bool = False


@dataclass(slots=True)
class Row:
    """A row: its cells, and whether it is in the table's head."""

    cells: list[TableCell] = field(default_factory=list)
    in_head: bool = False


@dataclass(slots=True)
class Table:
    """A table while it is read."""

    lays_out: bool = False  # it says so itself
    is_drawn: bool = False  # with lines between its cells
    caption: list[Piece] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    in_head: bool = False

    def pieces(self) -> list[Piece]:
        """Return what it is: captions, rows, and of rows that only lay out what is in them."""
        rows = [row for row in self.rows if any(cell.pieces for cell in row.cells)]
        names = any(cell.is_header for row in rows for cell in row.cells)
        is_data = not self.lays_out and (
            names or self.is_drawn or bool(self.caption) or _is_regular(rows)
        )
        found = [Piece("caption", plain(self.caption))] if self.caption else []
        placed = _places(self.rows)
        group: list[_PlacedRow] = []
        for row, places in zip(self.rows, placed, strict=True):
            if self.lays_out or _only_lays_out(row, is_data=is_data):
                found += _group(group)
                group = []
                for cell in row.cells:
                    found += cell.pieces
            elif any(cell.pieces for cell in row.cells):
                group.append(_PlacedRow(row, places))
        return found + _group(group)


def _only_lays_out(row: Row, *, is_data: bool) -> bool:
    filled = [cell for cell in row.cells if cell.pieces]
    if any(piece.kind in {"heading", "rows"} for cell in filled for piece in cell.pieces):
        return True
    return not is_data and (len(filled) == 1 or any(len(cell.pieces) > 1 for cell in filled))


def _is_regular(rows: list[Row]) -> bool:
    """Tell whether a table that names nothing has rows of as many short cells, one as the other."""
    counts = Counter(
        len(filled)
        for row in rows
        if len(filled := [cell for cell in row.cells if cell.pieces]) > 1
        and all(len(cell.pieces) == 1 and _is_short(cell) for cell in filled)
    )
    most = max(counts.values(), default=0)
    return most > 2 and most >= _REGULAR * len(rows)


def _is_short(cell: TableCell) -> bool:
    return len(cell.pieces[0].text) <= LONGEST_ROW_ABOVE


@dataclass(slots=True)
class _PlacedRow:
    row: Row
    places: list[tuple[int, TableCell, bool]]  # column, cell, whether it goes on from above

    @property
    def is_header(self) -> bool:
        own = [cell for _, cell, goes_on in self.places if not goes_on]
        filled = [cell for cell in own if cell.pieces]
        return bool(filled) and (self.row.in_head or all(cell.is_header for cell in filled))


def _places(rows: list[Row]) -> Iterator[list[tuple[int, TableCell, bool]]]:
    """Yield for each row the columns of its cells, merged cells from above among them."""
    merged: dict[int, tuple[TableCell, int]] = {}  # by column, with the rows that it still has
    left = _MOST_MERGED
    for row in rows:
        places = [(column, cell, True) for column, (cell, _) in merged.items()]
        taken = {at for column, (cell, _) in merged.items() for at in _span(column, cell)}
        merged = {c: (cell, more - 1) for c, (cell, more) in merged.items() if more > 1}
        left -= len(taken)
        column = 0
        for cell in row.cells:
            while column in taken:
                column += 1
            places.append((column, cell, False))
            if cell.rows > 1 and left > 0:
                merged[column] = (cell, cell.rows - 1)
            column += cell.columns
        if left <= 0:
            merged = {}
        yield sorted(places, key=lambda place: place[0])


def _span(column: int, cell: TableCell) -> range:
    return range(column, column + cell.columns)


def _group(rows: list[_PlacedRow]) -> list[Piece]:
    return [Piece("rows", emit=partial(_add_rows, rows))] if rows else []


def _add_rows(rows: list[_PlacedRow], builder: DocumentBuilder) -> None:
    heads = 0
    while heads < len(rows) and rows[heads].is_header:
        heads += 1
    names = ColumnNames()
    width = max(place[0] for row in rows for place in row.places) + 1
    left = _MOST_NAMES
    printed: dict[int, int] = {}  # by a cell's identity: the index of the block it is printed in
    above = heads_rows([_may_head(row, width) for row in rows])
    first = next((number for number, is_above in enumerate(above) if not is_above), 0)
    marked = any(row.is_header for row in rows)
    unmarked = not marked and _is_first_a_header(rows[first:], width)
    for number, row in enumerate(rows):
        cells = _texts(row)
        widths = {
            column: min(cell.columns, width - column)
            for column, cell, _ in row.places
            if cell.columns > 1 and cell.pieces
        }
        # A table of nothing but headers has none: they are its rows
        named = heads < len(rows) and row.is_header and (number < heads or len(cells) > 1)
        # One cell over all columns names none, but with those of a header below
        named &= not above[number] or rows[number + 1].is_header
        if left > 0 and (named or (unmarked and number == first)):
            if number >= heads and number and not rows[number - 1].is_header:
                names = ColumnNames()
            left -= width
            builder.add_header(cells, names.add(cells, widths), widths)
            continue
        if above[number]:
            builder.add_row_above(cells[0])
            continue
        spanning = {
            column: printed[id(cell)]
            for column, cell, goes_on in row.places
            if goes_on and id(cell) in printed
        }
        index = builder.add_row(cells, spanning, widths)
        if index is not None:
            printed |= {id(cell): index for _, cell, goes_on in row.places if not goes_on}


def _may_head(row: _PlacedRow, width: int) -> bool:
    """Tell whether a row may say what those below it are: it is one cell over all columns."""
    filled = [place for place in row.places if place[1].pieces]
    if len(filled) != 1 or width < 2:
        return False
    column, cell, goes_on = filled[0]
    if column or goes_on:
        return False
    alone = cell.is_header and len(row.places) == 1
    return (alone or cell.columns >= max(2, width - 1)) and (
        len(plain(cell.pieces)) <= LONGEST_ROW_ABOVE
    )


def _is_first_a_header(rows: list[_PlacedRow], width: int) -> bool:
    """Tell of a table that marks no header whether its first row reads as one."""
    if width > _WIDEST_UNMARKED or any(cell.columns > 1 for _, cell, _ in rows[0].places):
        return False
    words = [(_texts(row) + [""] * width)[:width] for row in rows[:LOOKED_AT]]
    return has_header(words, default=width > 2 and are_names(words[0]))


def _texts(row: _PlacedRow) -> list[str]:
    own = {column: plain(cell.pieces) for column, cell, goes_on in row.places if not goes_on}
    return [own.get(column, "") for column in range(max(own, default=-1) + 1)]
