"""Comma-separated values: records by the csv module, with the places of their cells."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from index.documents import Block, Cell, LoadedFile
from index.loading.loaders.header_rows import LOOKED_AT, has_header
from index.loading.loaders.placed import PlacedBlocks
from index.loading.loaders.plain.tables import Row, add_table
from index.loading.loaders.text import clean, decode
from index.loading.loaders.titles import choose_title

_DELIMITERS = ",;\t|"
_SAMPLE = 200  # records that are looked at
_LEAST = 0.7  # of those records have to have the same number of cells
_LONGEST = 60  # lines; a record of more is a quotation mark that nobody closed
_LONGEST_CELL = 100_000  # characters, likewise
_MOST_ABOVE = 30  # records above a table
_LONGEST_VALUE = 120  # characters in a file of one column; longer lines are a text
_DECIMAL = re.compile(r"[-+]?\d+,\d+")
_ENDED = re.compile(r"[.!?:,;][\"')\]]*$")
_SEPARATOR_LINE = re.compile(r"sep=(.)\n", re.I)  # which Excel reads and doesn't show


def load_csv(data: bytes, name: str) -> LoadedFile:
    """Return a file of records exactly as it is; without blocks if it has no columns."""
    text = clean(decode(data, name))
    blocks = csv_blocks(text) or _one_column(text)
    # Its first line is the names of its columns
    title = choose_title("", "", name) if blocks and blocks[0].kind != "paragraph" else ""
    return LoadedFile(text, title, "text", blocks=blocks)


def csv_blocks(text: str, *, strict: bool = False) -> tuple[Block, ...]:
    """Return the blocks of a text of comma-separated values; none if it has no columns.

    The delimiter is the one that gives the records the same number of cells; the first record
    names the columns unless it has values like those below. Lines above the table are paragraphs.

    Args:
        text: The whole text.
        strict: Whether the text may as well be something else: then all records have to have the
            same number of cells, three at least, and these have to be short.
    """
    declared = _SEPARATOR_LINE.match(text)
    begin = declared.end() if declared else 0
    delimiter = declared[1] if declared else _delimiter(text, begin, strict=strict)
    if not delimiter:
        return ()
    rows = _rows(text, begin, delimiter)
    if rows is None:
        return ()
    found = PlacedBlocks(text)
    if declared:
        found.at(0).add_paragraph(declared[0].strip())
    above = _lines_above(text, rows)
    for row in rows[:above]:
        label, *values = row.cells or (None,)
        if label and len(values) == 1 and text[label.start : label.end].endswith(":"):
            found.add_cells("field", row.start, row.end, [label, replace(values[0], column=1)])
        else:
            found.at(row.start).add_paragraph(text[row.start : row.end])
    add_table(found, text, rows[above:], default=True)
    return found.blocks


def _lines_above(text: str, rows: Sequence[Row]) -> int:
    """Return the number of records above the table: with fewer cells than those of a table."""
    counts = Counter(len(row.cells) for row in rows[:_SAMPLE])
    usual = max(counts, key=lambda count: (counts[count], count))
    if usual < 2:
        return 0
    above = 0
    while above < min(len(rows) - 2, _MOST_ABOVE) and len(rows[above].cells) * 2 <= usual:
        above += 1
    # A title or a date may have a comma too: then what is below reads as a header
    first = next((at for at, row in enumerate(rows[:_MOST_ABOVE]) if len(row.cells) == usual), 0)
    if above < first:
        columns = 1 + max(cell.column for row in rows[first:_SAMPLE] for cell in row.cells)
        words = [row.words(text, columns) for row in rows[first : first + LOOKED_AT]]
        above = first if has_header(words, default=False) else above
    return above


def _one_column(text: str) -> tuple[Block, ...]:
    """Return the blocks of a list of short values, a line for each; none if it is something else.

    A value may be quoted; a decimal comma parts none.
    """
    rows = _rows(text, 0, "\x1f") or ()
    values = [text[cell.start : cell.end] for row in rows for cell in row.cells]
    if len(values) < 3 or max(map(len, values)) > _LONGEST_VALUE:
        return ()
    if sum(map(bool, map(_ENDED.search, values))) > 0.1 * len(values):
        return ()
    found = PlacedBlocks(text)
    add_table(found, text, rows, default=True)
    return found.blocks


def _delimiter(text: str, begin: int, *, strict: bool) -> str:
    """Return the sign between the cells; "" if none gives columns."""
    best, chosen = 0.0, ""
    quoting = csv.QUOTE_MINIMAL if text.count('"', begin) % 2 == 0 else csv.QUOTE_NONE
    for delimiter in _DELIMITERS.replace("|", "") if strict else _DELIMITERS:
        records = list(islice(_records(text, begin, delimiter, quoting), _SAMPLE))
        cells = [record for _, _, record in records if any(record)]
        counts = Counter(map(len, cells))
        if not counts:
            continue
        usual, number = max(
            ((count, number) for count, number in counts.items() if count > 1),
            key=lambda pair: (pair[1], pair[0]),
            default=(1, 0),
        )
        # Lines above the table have fewer
        above = next((at for at, record in enumerate(cells) if len(record) == usual), 0)
        share = number / (len(cells) - min(above, _MOST_ABOVE))
        if strict and not _is_strict(records, usual, share, delimiter):
            continue
        if delimiter == "," and _are_decimals(cells):
            continue
        if share < _LEAST and not _is_prose(cells, delimiter) and min(counts) > 1:
            share = _LEAST  # records that lack some of their cells
        # Of two that cut all records alike, the one that makes more of them: "1,5;2,5;3,5"
        score = share + min(usual, 50) / 1_000 - above / 100
        if share >= _LEAST and score > best:
            best, chosen = score, delimiter
    return chosen


def _are_decimals(records: Sequence[Sequence[str]]) -> bool:
    """Tell whether records are one column of numbers with a decimal comma, below its name."""
    return len(records[0]) == 1 and all(
        len(cells) == 1 or _DECIMAL.fullmatch(",".join(cells)) for cells in records
    )


_Record = tuple[int, int, list[str]]  # begin and end of its lines, and its cells


def _is_strict(records: Sequence[_Record], usual: int, share: float, delimiter: str) -> bool:
    return (
        share == 1.0
        and usual > 2
        and len(records) > 2
        and max(len(cell) for _, _, record in records for cell in record) <= 100
        and not _is_prose([record for _, _, record in records], delimiter)
    )


def _is_prose(records: Sequence[Sequence[str]], delimiter: str) -> bool:
    """Tell whether what parts cells is the commas of sentences, with spaces behind them."""
    cells = [cell for record in records for cell in record]
    spaced = sum(cell.startswith(" ") for cell in cells)
    return delimiter == "," and spaced * 4 >= len(cells)


def _records(text: str, begin: int, delimiter: str, quoting: int) -> Iterator[_Record]:
    """Yield the records of a text; it ends early at one that can't be read."""
    offset = begin
    ends: list[int] = []

    def lines() -> Iterator[str]:
        nonlocal offset
        for line in io.StringIO(text[begin:] if begin else text, newline="\n"):
            offset += len(line)
            ends.append(offset)
            yield line

    reader = csv.reader(lines(), delimiter=delimiter, quoting=quoting)  # type: ignore[arg-type]
    start, done = begin, 0
    try:
        for cells in reader:
            end = ends[reader.line_num - 1 - done]
            done = reader.line_num
            ends.clear()
            yield start, end, cells
            start = end
    except csv.Error:
        return


def _rows(text: str, begin: int, delimiter: str) -> list[Row] | None:
    """Return the records of a text as rows; None if their cells can't be found in it."""
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
        rows: list[Row] = []
        reached = begin
        quoted = quoting == csv.QUOTE_MINIMAL
        for start, end, cells in _records(text, begin, delimiter, quoting):
            if quoted and _is_unclosed(text, start, end, cells[-1:]):
                break
            reached = end
            if row := _row(text, start, end, cells, delimiter, quoted=quoted):
                rows.append(row)
        if not text[reached:].strip():
            return rows or None
    return None


def _is_unclosed(text: str, start: int, end: int, last: Sequence[str]) -> bool:
    """Tell whether a record runs on only because a quotation mark in it was never closed."""
    if text.count("\n", start, end) > _LONGEST or end - start > _LONGEST_CELL:
        return True
    return "\n" in "".join(last).rstrip("\n") and not text[start:end].rstrip().endswith('"')


def _row(
    text: str, start: int, end: int, cells: Sequence[str], delimiter: str, *, quoted: bool
) -> Row | None:
    """Return a record with the places of its cells; None if there is nothing in it."""
    written = text[start:end]
    words = written.strip()
    if not words:
        return None
    first = start + written.index(words)
    found: list[Cell] = []
    offset = start
    for column, cell in enumerate(cells):
        if quoted and text.startswith('"', offset):
            raw = cell.replace('"', '""')
            if text.startswith(f'{raw}"', offset + 1):
                _add(found, raw, offset + 1, column)
                offset += len(raw) + 2 + len(delimiter)
                continue
        if not text.startswith(cell, offset):  # quotation marks set against the rules
            return Row(first, first + len(words), _pieces(written, start, delimiter))
        _add(found, cell, offset, column)
        offset += len(cell) + len(delimiter)
    return Row(first, first + len(words), tuple(found))


def _pieces(written: str, start: int, delimiter: str) -> tuple[Cell, ...]:
    found: list[Cell] = []
    offset = start
    for column, piece in enumerate(written.split(delimiter)):
        _add(found, piece, offset, column)
        offset += len(piece) + len(delimiter)
    return tuple(found)


def _add(found: list[Cell], cell: str, offset: int, column: int) -> None:
    if words := cell.strip():
        begin = offset + cell.index(words)
        found.append(Cell(begin, begin + len(words), column))
