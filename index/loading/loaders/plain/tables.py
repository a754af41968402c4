"""Tables in plain text: cells between tabs, bars or aligned by spaces; which row names columns."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from index.documents import Cell
from index.loading.loaders.header_rows import LONGEST_NAME, LOOKED_AT, has_header
from index.loading.loaders.placed import PlacedBlocks
from index.loading.loaders.plain.signs import Line, is_rule, lines_from

_MOST_COLUMNS = 1_000
_MOST_LINE = 2_000  # characters of a row of a table that is drawn with spaces or bars
_PIECE = re.compile(r"\S+(?: \S+)*")
_BAR = re.compile(r"[^|]+")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table in a text.

    Attributes:
        start: Offset of its first character.
        end: Offset after its last character.
        cells: Those that aren't empty.
    """

    start: int
    end: int
    cells: tuple[Cell, ...]

    def words(self, text: str, columns: int) -> list[str]:
        """Return the words of each column."""
        found = [""] * columns
        for cell in self.cells:
            found[cell.column] = text[cell.start : cell.end]
        return found


def add_table(
    found: PlacedBlocks,
    text: str,
    rows: Sequence[Row | Line],
    *,
    is_header: bool | None = None,
    default: bool = False,
) -> None:
    """Add the rows of a table, and rules between them.

    Args:
        found: Where they are added to.
        text: The text that they stand in.
        rows: Rows, and lines that are drawn between them.
        is_header: Whether the first one names the columns; by default as `has_header` says.
        default: As of `has_header`.
    """
    given = [row for row in rows if isinstance(row, Row)]
    columns = 1 + max((cell.column for row in given for cell in row.cells), default=0)
    words = [row.words(text, columns) for row in given[:LOOKED_AT]]
    if is_header is None:
        is_header = has_header(words, default=default)
    first = given[0] if is_header else None
    found.end_table()
    for row in rows:
        if isinstance(row, Line):
            found.add_rule(row.start, row.end)
        elif row is first:
            names = [" ".join(name.split())[:LONGEST_NAME] for name in words[0]]
            found.add_cells("header", row.start, row.end, row.cells, names)
        else:
            found.add_cells("row", row.start, row.end, row.cells)
    found.end_table()


@dataclass(frozen=True, slots=True)
class Table:
    """A table in plain text, or the lines that turned out to be none.

    Attributes:
        rows: Its rows, and the lines drawn between them; empty if it is none.
        looked_at: Number of lines that were looked at.
        is_header: Whether the first row names the columns; None if that isn't drawn.
    """

    rows: Sequence[Row | Line]
    looked_at: int
    is_header: bool | None = None


def table_at(lines: Sequence[Line], at: int) -> Table:
    """Return the table that begins with a line.

    Args:
        lines: Lines without a blank one between them.
        at: Index of the first one that may belong to it.
    """
    reach = 0
    for find in (_tabs, _bars, _aligned):
        table = find(lines, at)
        if table.rows:
            return table
        reach = max(reach, table.looked_at)
    return Table((), reach)


def _row(line: Line, pieces: Sequence[tuple[int, int, int]]) -> Row:
    """Return a row of pieces of a line's raw text: begin, end, column."""
    base = line.start - (len(line.raw) - len(line.raw.lstrip()))
    cells = tuple(Cell(base + begin, base + end, column) for begin, end, column in pieces)
    return Row(line.start, line.end, cells)


def _tabs(lines: Sequence[Line], at: int) -> Table:
    count = lines[at].raw.count("\t")
    if "\t" not in lines[at].text:
        return Table((), 0)
    rows: list[Row | Line] = []
    for line in lines_from(lines, at):
        parts = line.raw.split("\t")
        if not 1 < len(parts) <= _MOST_COLUMNS or abs(len(parts) - 1 - count) > count // 2:
            break
        pieces = []
        place = 0
        for column, part in enumerate(parts):
            if words := part.strip():
                begin = place + part.index(words)
                pieces.append((begin, begin + len(words), column))
            place += len(part) + 1
        rows.append(_row(line, pieces))
    filled = sum(len(row.cells) > 1 for row in rows if isinstance(row, Row))
    is_table = filled > 1 and filled * 2 > len(rows)
    return Table(rows if is_table else (), len(rows))


def _bars(lines: Sequence[Line], at: int) -> Table:
    rows: list[Row | Line] = []
    rule = 0  # rows above the first rule between rows
    counts: Counter[int] = Counter()
    for line in lines_from(lines, at):
        if is_rule(line.text) and ("+" in line.text or "|" in line.text or rows):
            if rows and not rule:
                rule = sum(isinstance(row, Row) for row in rows)
            rows.append(line)
            continue
        if "|" not in line.text.strip("|") or len(line.raw) > _MOST_LINE:
            break
        lead = len(line.raw) - len(line.raw.lstrip())
        pieces = []
        for piece in _BAR.finditer(line.text):
            if words := piece[0].strip():
                begin = lead + piece.start() + piece[0].index(words)
                column = line.text.count("|", 0, piece.start()) - line.text.startswith("|")
                pieces.append((begin, begin + len(words), column))
        counts[line.text.strip("|").count("|")] += 1
        rows.append(_row(line, pieces))
    total = counts.total()
    if total < 2 or counts.most_common(1)[0][1] < total * 0.8:
        return Table((), len(rows))
    return Table(rows, len(rows), True if rule == 1 else None)


def _aligned(lines: Sequence[Line], at: int) -> Table:
    """Find a table whose columns are aligned by spaces: three rows, or names and their values."""
    taken: list[Line] = []
    for line in lines_from(lines, at):
        if len(line.raw) > _MOST_LINE or "\t" in line.raw:
            break
        if len(_pieces(line)) < 2 and not (taken and is_rule(line.text)):
            break
        taken.append(line)
    drawn = [line for line in taken if is_rule(line.text)]
    written = [line for line in taken if not is_rule(line.text)]
    none = Table((), len(taken))
    if not _may_be_table(written, is_drawn=bool(drawn)):
        return none
    columns = _columns([_pieces(line) for line in written])
    if len(columns) < 2:
        return none
    lefts = [left for left, _ in columns]
    rows: list[Row | Line] = []
    for line in taken:
        if is_rule(line.text):
            rows.append(line)
            continue
        pieces = []
        for begin, end in _pieces(line):
            pieces.append((begin, end, bisect_right(lefts, begin) - 1))
        if len({column for *_, column in pieces}) < len(pieces):
            return none
        rows.append(_row(line, pieces))
    is_header = len(written) == 2 or (bool(drawn) and taken[1] is drawn[0])
    return Table(rows, len(taken), is_header or None)


def _pieces(line: Line) -> list[tuple[int, int]]:
    return [piece.span() for piece in _PIECE.finditer(line.raw)]


def _may_be_table(written: Sequence[Line], *, is_drawn: bool) -> bool:
    if len(written) == 2 and not is_drawn:
        return _names_values(*map(_pieces_of, written))
    firsts = [_pieces_of(line)[0] for line in written]
    if "ABCDEFGH".startswith("".join(firsts)):  # answers to choose from
        return False
    # Else they are labels with their values
    return len(written) > 2 and not all(first.endswith(":") for first in firsts)


def _pieces_of(line: Line) -> list[str]:
    return [line.raw[begin:end] for begin, end in _pieces(line)]


def _names_values(names: Sequence[str], values: Sequence[str]) -> bool:
    """Tell whether a line names what stands below each name, as the reference line of a letter."""
    numbers = sum(any(map(str.isdigit, value)) for value in values)
    return (
        len(names) == len(values) > 2
        and not any(any(map(str.isdigit, name)) for name in names)
        and numbers * 2 >= len(values)
    )


def _columns(lines: Sequence[Sequence[tuple[int, int]]]) -> list[tuple[int, int]]:
    """Return the stretches that the pieces of all lines fill, with a gap between two of them."""
    merged: list[tuple[int, int]] = []
    for begin, end in sorted(piece for pieces in lines for piece in pieces):
        if merged and begin < merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged
