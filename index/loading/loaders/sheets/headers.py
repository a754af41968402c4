"""Which rows of a table of a spreadsheet name its columns: what cells hold and look like tells."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.loading.loaders.header_rows import LONGEST_NAME, LOOKED_AT, are_names, has_header
from index.loading.loaders.sheets.grid import SheetCell

_MOST_ABOVE = 10  # rows of a table's region above its header
_MOST_HEADERS = 4  # rows
_LONG = 40  # characters; what is longer is no name of a column of texts
_YEAR = re.compile(r"(?:19|20)\d\d")

_Cells = Mapping[int, SheetCell]


@dataclass(frozen=True, slots=True)
class Header:
    """Rows that name columns: the first, and the one after the last."""

    begin: int
    end: int


def find_header(
    rows: Sequence[_Cells], widths: Sequence[Mapping[int, int]], known: int | None = None
) -> Header | None:
    """Return the rows that name the columns; None if none do.

    Args:
        rows: The cells by column, of all rows of a region of a sheet.
        widths: How many columns each of them spans, of the first rows.
        known: The last row that stays in sight when the sheet is scrolled, if that is known.
    """
    counts = Counter(map(len, rows[:200]))
    usual = max(counts, key=lambda count: (counts[count], count))
    width = len(set().union(*rows[:200]))
    least = 1 if width == 1 else 2
    fits = known is not None and known + 1 < len(rows) and len(rows[known]) >= least
    if known is not None and fits and all(map(_is_name, rows[known].values())):
        return Header(_first_header(rows, widths, known), known + 1)
    for at in range(min(len(rows) - 1, _MOST_ABOVE, len(widths))):
        cells = rows[at]
        if len(cells) < least or _is_below(rows, at):
            continue
        covered = sum(widths[at].values())
        fits = covered >= max(least, min(usual - 1, 0.75 * usual))
        if fits and _names(rows, at, width):
            return Header(_first_header(rows, widths, at), _end_of_header(rows, widths, at))
        if len(cells) * 2 > usual > 2:
            return None
    return None


def repeats(cells: _Cells, header: _Cells) -> bool:
    """Tell whether a row says the same as a header above it, as that of a further table does."""
    words = {column: cell.text for column, cell in header.items()}
    return len(words) > 1 and words == {column: cell.text for column, cell in cells.items()}


def is_bold(cells: _Cells) -> bool:
    """Tell whether all of a row is set in bold."""
    return all(cell.is_bold for cell in cells.values())


def _is_below(rows: Sequence[_Cells], at: int) -> bool:
    """Tell whether a wider row below looks like the header, which this one doesn't."""
    if is_bold(rows[at]):
        return False
    return any(
        len(rows[below]) > len(rows[at])
        and is_bold(rows[below])
        and not is_bold(rows[below + 1])
        and all(map(_is_name, rows[below].values()))
        for below in range(at + 1, min(len(rows) - 1, _MOST_ABOVE))
    )


def _names(rows: Sequence[_Cells], at: int, width: int) -> bool:
    """Tell whether a row names what is in the columns below it."""
    cells = rows[at]
    below = [row for row in rows[at + 1 : at + LOOKED_AT] if not repeats(row, cells)]
    if not below or not all(map(_is_name, cells.values())):
        return False
    stands_out = is_bold(cells) and not is_bold(below[0])
    votes = int(_are_days(cells, below))
    for column, cell in cells.items():
        values = [row[column] for row in below if column in row]
        if not values:
            continue
        if any(value.text == cell.text for value in values):
            votes -= 2
        numbers = sum(value.kind != "text" for value in values) / len(values)
        if numbers >= 0.6:
            # A date above dates, or a year above years, is a value like them
            same = sum(value.kind == cell.kind != "text" for value in values) / len(values)
            votes += -2 if same >= 0.6 and not _years_above_values(cell, values) else 1
        elif cell.kind != "text" and votes < 1:
            votes -= 1
    if (
        width == 2
        and not (stands_out or _texts_below(cells, below, width))
        and _are_labels(cells, below)
    ):
        return False
    if votes:
        return votes > 0 or (stands_out and votes > -2)
    if stands_out or _texts_below(cells, below, width):
        return True
    columns = sorted(set().union(cells, *below))
    words = [[row[c].text if c in row else "" for c in columns] for row in (cells, *below)]
    names = [word for word in words[0] if word]
    return has_header(words, default=width > 2 and are_names(names))


def _are_days(cells: _Cells, below: Sequence[_Cells]) -> bool:
    """Tell whether a row holds days, and what is below them something else: what was on them."""
    days = [column for column, cell in cells.items() if cell.kind == "date"]
    values = [row[column] for row in below for column in days if column in row]
    same = sum(value.kind == "date" for value in values)
    return len(days) > 1 and min(cells) not in days and same < 0.2 * len(values)


def _texts_below(cells: _Cells, below: Sequence[_Cells], width: int) -> bool:
    """Tell whether the right one of two columns has texts below a name: questions and answers."""
    right = max(cells)
    values = [row[right].text for row in below if right in row]
    texts = sum(value.endswith((".", "!", "?")) or len(value) > _LONG for value in values)
    name = cells[right].text
    is_name = len(name) <= _LONG and not name.endswith((".", "!", "?", ":"))
    return width == 2 and is_name and len(values) > 1 and texts >= 0.6 * len(values)


def _years_above_values(cell: SheetCell, values: Sequence[SheetCell]) -> bool:
    if not _YEAR.fullmatch(cell.text):
        return False
    return sum(bool(_YEAR.fullmatch(value.text)) for value in values) < 0.6 * len(values)


def _is_name(cell: SheetCell) -> bool:
    if cell.kind in {"text", "date"}:
        return len(cell.text) <= LONGEST_NAME
    return bool(_YEAR.fullmatch(cell.text))


def _are_labels(cells: _Cells, below: Sequence[_Cells]) -> bool:
    """Tell whether the left one of two columns says what the right one holds."""
    left, right = min(cells), max(cells)
    if cells[left].text.endswith((":", "?")):
        return True
    kinds = {row[right].kind for row in below if right in row}
    return len(kinds) > 1


def _first_header(rows: Sequence[_Cells], widths: Sequence[Mapping[int, int]], at: int) -> int:
    """Return the first of the rows above a header that name several of its columns at once."""
    first = at
    while first > 0 and at - first < _MOST_HEADERS - 1:
        above = rows[first - 1]
        spans = [width for width in widths[first - 1].values() if width > 1]
        is_title = len(above) == 1 and (
            not spans or spans[0] >= len(rows[at]) or min(above) == min(rows[at])
        )
        if is_title or not all(map(_is_name, above.values())):
            break
        is_label = any(cell.text.endswith(":") for cell in above.values())
        if not spans and (len(above) >= len(rows[at]) or is_label or not is_bold(above)):
            break
        first -= 1
    return first


def _end_of_header(rows: Sequence[_Cells], widths: Sequence[Mapping[int, int]], at: int) -> int:
    """Return the row after a header, which may have a second line: units, or parts of columns."""
    end = at + 1
    spans = max(widths[at].values()) > 1  # then years may stand below
    while end < len(rows) - 1 and end - at < _MOST_HEADERS - 1:
        cells = rows[end]
        below = rows[end + 1 : end + LOOKED_AT]
        numbers = [
            column
            for column in set().union(*below)
            if 2 * sum(row[column].kind != "text" for row in below if column in row)
            > sum(column in row for row in below)
        ]
        named = [column for column in numbers if column in cells]
        if not named or any(cell.kind != "text" and not spans for cell in cells.values()):
            break
        if not all(_is_name(cell) and len(cell.text) <= 30 for cell in cells.values()):
            break
        if min(cells) not in numbers and min(cells) == min(rows[at]) and not is_bold(cells):
            break  # a row that has a name and no numbers: "n/a"
        end += 1
    return end
