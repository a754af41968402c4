"""The tables of a sheet: where they are, which rows name their columns, what stands around them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from index.loading.loaders.builder import CELL_SEPARATOR, DocumentBuilder
from index.loading.loaders.header_rows import LONGEST_ROW_ABOVE, ColumnNames, heads_rows
from index.loading.loaders.plain.signs import may_be_title
from index.loading.loaders.sheets.beside import LEAST_LIST
from index.loading.loaders.sheets.grid import Cells, Sheet, SheetCell, rows_between
from index.loading.loaders.sheets.headers import Header, find_header, is_bold, repeats
from index.loading.loaders.sheets.regions import Region, regions_of

_MOST_REPEATED = 300_000  # rows that merged cells reach down to; beyond, they stand in the first
_LONGEST_LABEL = 80  # characters of what is left of a value
_SPARSE = 200  # columns; from here on cells that are far apart are no table


@dataclass(slots=True)
class _Open:
    """A table to which rows below an empty one may belong.

    Attributes:
        columns: Its columns.
        values: Those of them that hold numbers or dates.
    """

    columns: list[int] = field(default_factory=list)
    values: frozenset[int] = frozenset()


def add_sheet(builder: DocumentBuilder, sheet: Sheet) -> None:
    """Add what is on a sheet below its name: tables, what stands around them, notes, boxes."""
    builder.add_heading(sheet.name, 1)
    _SheetWriter(builder, sheet).write()
    builder.end_table()


class _SheetWriter:
    def __init__(self, builder: DocumentBuilder, sheet: Sheet) -> None:
        self._builder = builder
        self._sheet = sheet
        self._merged = {(area.top, area.left): area for area in sheet.merged}
        self._reach_down = self._spanning()
        self._open = _Open()
        self._notes = dict(sheet.notes)
        self._pending: list[tuple[str, int | None]] = []  # notes on what was added, and its block

    def write(self) -> None:
        divided = regions_of(self._sheet, self._reach_down)
        regions = [part for region in divided for part in self._cut_at_repeats(region)]
        for region in regions:
            is_first = region.is_beside or region is regions[0]
            self._region(region, is_first=is_first, is_last=region is regions[-1])
        for text in [*self._notes.values(), *self._sheet.texts]:
            self._builder.add_paragraph(text, "note")

    def _spanning(self) -> dict[int, dict[int, int]]:
        """Return for rows the columns whose cell is merged with one above, and its row."""
        ordered = sorted(self._sheet.rows)
        found: dict[int, dict[int, int]] = {}
        room = _MOST_REPEATED
        for area in self._sheet.merged:
            if area.bottom == area.top or area.left not in self._sheet.rows.get(area.top, ()):
                continue
            below = rows_between(ordered, area.top + 1, area.bottom)
            room -= len(below)
            if room < 0:
                break
            for row in below:
                found.setdefault(row, {})[area.left] = area.top
        return found

    def _width(self, row: int, column: int) -> int:
        area = self._merged.get((row, column))
        return area.right - area.left + 1 if area else 1

    # ---- regions -------------------------------------------------------------------------------

    def _region(self, region: Region, *, is_first: bool, is_last: bool) -> None:
        columns = region.columns
        if _is_sparse(region):
            self._end_table()
            for cells in region.rows:
                self._builder.add_row([cells[column].text for column in sorted(cells)])
            return
        header = self._header(region)
        lines = self._lines_above(region, header)
        rest = Region(region.numbers[lines:], region.rows[lines:])
        if header is None and self._continues(rest):
            for cells in region.rows[:lines]:
                self._builder.add_row_above(_words(cells))
            self._rows(rest, self._open.columns)
        else:
            self._end_table()
            for at, cells in enumerate(region.rows[:lines]):
                may_head = not is_last or lines < len(region.rows)
                self._line(cells, may_head=may_head, is_first=is_first and at == 0)
            self._add(rest, header, lines)
        for number in region.numbers:
            self._add_notes(number, columns, None)
        for text, index in self._pending:
            self._builder.add_note(text, index)
        self._pending.clear()

    def _add(self, region: Region, header: Header | None, lines: int) -> None:
        """Add what a region holds below the lines at its top."""
        if header:
            begin, end = header.begin - lines, header.end - lines
            for number, cells in zip(region.numbers[:begin], region.rows[:begin], strict=True):
                if begin == 1 and _is_line(cells, region.rows[begin]) and not _ends_as_label(cells):
                    # What holds for the whole table: "In millions of CHF | 2023"
                    self._builder.add_paragraph(_joined_words(cells), "caption")
                else:
                    self._pairs(number, cells)
            self._table(Region(region.numbers[begin:], region.rows[begin:]), end - begin)
        elif region.rows and len(region.columns) > 1 and _are_pairs(region):
            for number, cells in zip(region.numbers, region.rows, strict=True):
                self._pairs(number, cells)
        elif region.rows:
            self._rows(region, region.columns)

    def _cut_at_repeats(self, region: Region) -> Iterator[Region]:
        """Yield the tables of a region that stand below each other and have the same header."""
        header = None if _is_sparse(region) else self._header(region)
        begin, is_beside = 0, region.is_beside
        if header:
            last = region.rows[header.end - 1]
            for at in range(header.end, len(region.rows)):
                if not repeats(region.rows[at], last):
                    continue
                # With as many rows above its header as the first table has
                cut = at
                while cut > at - header.end + 1 and _is_line(region.rows[cut - 1], last):
                    cut -= 1
                yield Region(region.numbers[begin:cut], region.rows[begin:cut], is_beside)
                begin, is_beside = cut, False
        yield Region(region.numbers[begin:], region.rows[begin:], is_beside)

    def _header(self, region: Region) -> Header | None:
        """Return the rows that name the columns of a region; None if there are none."""
        first, last = region.columns[0], region.columns[-1]
        for area, count in self._sheet.tables:
            if area.top in region.numbers[:20] and area.left <= last and area.right >= first:
                at = region.numbers.index(area.top)
                return Header(at, at + min(count, len(region.rows) - at)) if count else None
        if first == last and (len(region.rows) < LEAST_LIST or _is_text(region)):
            return None
        widths = [
            {column: self._width(number, column) for column in cells}
            for number, cells in zip(region.numbers[:80], region.rows[:80], strict=True)
        ]
        frozen = self._sheet.frozen - 1
        known = region.numbers.index(frozen) if frozen in region.numbers[:10] else None
        return find_header(region.rows, widths, known)

    def _lines_above(self, region: Region, header: Header | None) -> int:
        """Return how many rows at the top of a region are no part of a table: of one cell."""
        most = header.begin if header else len(region.rows)
        if len(region.columns) == 1 and not header:
            return most if _is_text(region) else 0
        lines = 0
        while (
            lines < most
            and len(region.rows[lines]) == 1
            and _first(region.rows[lines]).kind == "text"
        ):
            lines += 1
        return lines

    def _continues(self, region: Region) -> bool:
        """Tell whether rows below an empty one belong to the table above it."""
        if not region.rows or not set(region.columns) <= set(self._open.columns):
            return False
        cells = [(c, cell) for row in region.rows for c, cell in row.items()]
        if not self._open.values:
            return len(self._open.columns) > 2 and len(region.columns) == len(self._open.columns)
        values = [cell.kind != "text" for c, cell in cells if c in self._open.values]
        others = [cell.kind != "text" for c, cell in cells if c not in self._open.values]
        return sum(values) * 2 > len(values) and sum(others) * 2 <= len(others)

    def _end_table(self) -> None:
        self._builder.end_table()
        self._open = _Open()

    # ---- what is added -------------------------------------------------------------------------

    def _line(self, cells: Cells, *, may_head: bool, is_first: bool) -> None:
        """Add a row of one cell: a title or a paragraph."""
        cell = _first(cells)
        if may_head and may_be_title(cell.text) and (cell.is_bold or is_first):
            self._builder.add_heading(cell.text, 2)
        else:
            self._builder.add_paragraph(cell.text)

    def _pairs(self, number: int, cells: Cells) -> None:
        """Add a row of labels with their values to the right of them."""
        ordered = [cells[column] for column in sorted(cells)]
        labels = ordered[::2]
        paired = len(ordered) % 2 == 0 and all(_is_label(cell) for cell in labels)
        if paired and (len(ordered) == 2 or all(cell.text.endswith((":", "?")) for cell in labels)):
            for label, value in zip(labels, ordered[1::2], strict=True):
                between = " " if label.text.endswith((":", "?")) else ": "
                self._builder.add_field(label.text, value.text, between=between)
        elif len(ordered) == 1:
            self._builder.add_paragraph(ordered[0].text)
        else:
            self._builder.add_row([cell.text for cell in ordered])
        self._add_notes(number, sorted(cells), None)

    def _table(self, region: Region, headers: int) -> None:
        """Add a table that begins with rows that name its columns."""
        columns = region.columns
        names = ColumnNames()
        for number, cells in zip(region.numbers[:headers], region.rows, strict=False):
            words, widths = self._words(number, cells, columns)
            self._builder.add_header(words, names.add(words, widths), widths)
            self._add_notes(number, columns, None)
        body = Region(region.numbers[headers:], region.rows[headers:])
        self._open = _Open(columns, _value_columns(body, columns))
        self._rows(body, columns)

    def _rows(self, region: Region, columns: list[int]) -> None:
        """Add rows of the table that is open."""
        above = heads_rows(self._say_what_is_below(region, columns))
        printed: dict[tuple[int, int], int | None] = {}
        for number, cells, heads in zip(region.numbers, region.rows, above, strict=True):
            if heads:
                self._builder.add_row_above(_words(cells))
                continue
            words, widths = self._words(number, cells, columns)
            spanning = {}
            for column, top in self._reach_down.get(number, {}).items():
                index = printed.get((top, column))
                if index is not None and column not in cells:
                    spanning[columns.index(column)] = index
            index = self._builder.add_row(words, spanning, widths)
            for column in cells:
                if (number, column) in self._merged:
                    printed[number, column] = index
            self._add_notes(number, columns, index)

    def _words(
        self, number: int, cells: Cells, columns: Sequence[int]
    ) -> tuple[list[str], dict[int, int]]:
        """Return the words of each column of a table, and how many of them its cells span."""
        words = [cells[column].text if column in cells else "" for column in columns]
        widths = {}
        for at, column in enumerate(columns):
            area = self._merged.get((number, column)) if column in cells else None
            if area and area.right > column:
                width = sum(column <= other <= area.right for other in columns)
                if width > 1:
                    widths[at] = width
        return words, widths

    def _say_what_is_below(self, region: Region, columns: Sequence[int]) -> list[bool]:
        """Tell of each row whether it may say what those below it are."""
        if len(columns) < 2:
            return [False] * len(region.rows)
        firsts = [_first(cells) for cells in region.rows]
        all_bold = all(is_bold(cells) or cells[min(cells)].is_bold for cells in region.rows)
        found = []
        for number, cells, cell in zip(region.numbers, region.rows, firsts, strict=True):
            at = min(cells)
            wide = self._width(number, at) >= max(2, len(columns) - 1)
            found.append(
                len(cells) == 1
                and at == columns[0]
                and cell.kind == "text"
                and (wide or (cell.is_bold and not all_bold))
                and len(cell.text) <= LONGEST_ROW_ABOVE
                and not self._reach_down.get(number)
            )
        return found

    def _add_notes(self, number: int, columns: Sequence[int], index: int | None) -> None:
        """Keep the comments of a row for after its table."""
        if not self._notes:
            return
        for column in columns:
            if text := self._notes.pop((number, column), ""):
                self._pending.append((text, index))


def _is_line(cells: Cells, header: Cells) -> bool:
    return len(cells) < len(header) and all(cell.kind == "text" for cell in cells.values())


def _ends_as_label(cells: Cells) -> bool:
    return any(cell.text.endswith(":") for cell in cells.values())


def _joined_words(cells: Cells) -> str:
    return CELL_SEPARATOR.join(" ".join(cells[column].text.split()) for column in sorted(cells))


def _is_sparse(region: Region) -> bool:
    """Tell whether cells are so far apart that their rows would be nothing but separators."""
    size = len(region.columns) * len(region.rows)
    return len(region.columns) > _SPARSE and sum(map(len, region.rows)) * 20 < size


def _first(cells: Cells) -> SheetCell:
    return cells[min(cells)]


def _words(cells: Cells) -> str:
    return " ".join(cells[column].text for column in sorted(cells))


def _is_label(cell: SheetCell) -> bool:
    return cell.kind == "text" and len(cell.text) <= _LONGEST_LABEL


def _are_pairs(region: Region) -> bool:
    """Tell whether rows without a header are labels with values beside them."""
    pairs = sum(len(cells) == 2 and _is_label(_first(cells)) for cells in region.rows)
    signs = sum(len(cells) > 2 and _first(cells).text.endswith((":", "?")) for cells in region.rows)
    return (pairs + signs) * 2 > len(region.rows)


def _is_text(region: Region) -> bool:
    """Tell whether a single column holds text, and not a list of short values."""
    cells = [_first(cells) for cells in region.rows]
    ended = sum(cell.text.endswith((".", "!", "?", ":", ";")) for cell in cells)
    values = sum(cell.kind != "text" for cell in cells)
    longest = max(len(cell.text) for cell in cells)
    return not values and (len(cells) < 3 or longest > 120 or ended * 10 > len(cells))


def _value_columns(region: Region, columns: Sequence[int]) -> frozenset[int]:
    counts: Counter[int] = Counter()
    values: Counter[int] = Counter()
    for cells in region.rows:
        for column, cell in cells.items():
            counts[column] += 1
            values[column] += cell.kind != "text"
    return frozenset(column for column in columns if values[column] > 0.6 * counts[column])
