"""A table of a page: its rows, and which of them name the columns."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from index.loading.loaders.header_rows import LONGEST_ROW_ABOVE
from index.loading.loaders.pdf.drawn import Rule
from index.loading.loaders.pdf.lines import Line

_DIGIT = re.compile(r"\d")
_MOST_HEADERS = 3  # rows


@dataclass(slots=True)
class Row:
    """A row of a table.

    Attributes:
        cells: The words of each column.
        bold: Whether all of it is set in bold.
        spanning: Columns whose cell goes on from the row above.
        widths: By column, how many columns its cell spans, if these are several.
    """

    cells: list[str]
    bold: bool = False
    spanning: frozenset[int] = frozenset()
    widths: Mapping[int, int] = field(default_factory=dict)

    def may_head_others(self, *, bold: bool) -> bool:
        """Tell whether it may say what the rows below it are: one cell over all, or in bold.

        Args:
            bold: Whether bold stands out in its table.
        """
        columns = len(self.cells)
        if columns < 2 or not self.cells[0] or any(self.cells[1:]) or self.spanning:
            return False
        over_all = self.widths.get(0, 1) == columns
        return (over_all or (bold and self.bold)) and len(self.cells[0]) <= LONGEST_ROW_ABOVE


@dataclass(slots=True)
class Table:
    """A table, or the part of it that stands on one page.

    Attributes:
        rows: From the top; the first `headers` name the columns.
        lefts: Where each column begins, in points.
        top: Height of its first line.
        bottom: Height of its last line.
        headers: How many rows name the columns.
    """

    rows: list[Row]
    lefts: list[float]
    top: float
    bottom: float
    headers: int = 0
    first: int = field(default=0)

    @property
    def header(self) -> list[list[str]]:
        """The rows that name the columns."""
        return [row.cells for row in self.rows[: self.headers]]

    def goes_on_with(self, other: "Table") -> bool:
        """Tell whether `other`, at the top of the next page, is the rest of this one."""
        if len(self.lefts) != len(other.lefts):
            return False
        near = all(
            abs(a - b) < 12  # points; numbers set flush right begin at different places
            for a, b in zip(self.lefts, other.lefts, strict=True)
        )
        same_header = bool(self.headers) and self.header == other.header
        return same_header or (near and not other.headers)


def visual_rows(members: Sequence[int], lines: Sequence[Line]) -> list[list[int]]:
    """Group lines that stand side by side, from the top; each from the left."""
    found: list[list[int]] = []
    base = 0.0
    for at in sorted(members, key=lambda at: -lines[at].baseline):
        line = lines[at]
        if found and base - line.baseline < 0.35 * line.size:
            found[-1].append(at)
        else:
            found.append([at])
            base = line.baseline
    return [sorted(row, key=lambda at: lines[at].left) for row in found]


def joined(members: Sequence[int], lines: Sequence[Line]) -> str:
    """Return the text of a cell."""
    text = ""
    for row in visual_rows(members, lines):
        for at in row:
            line = lines[at]
            glue = "" if not text or text.endswith(("-", "\u2010")) else " "
            text += glue + line.text + ("-" if line.broken else "")
    return text


def headers(
    table: Table, lines: Sequence[Line], held: set[int], rules: Sequence[Rule], *, ruled: bool
) -> int:
    """Return how many of the first rows name the columns."""
    rows = table.rows
    if len(rows) < 2:
        return 0
    bold = 0
    while bold < min(len(rows) - 1, _MOST_HEADERS) and rows[bold].bold:
        bold += 1
    if bold and not all(row.bold for row in rows):
        # Where more than a header is bold, bold doesn't tell where it ends
        return 1 if bold == _MOST_HEADERS and rows[bold].bold else bold
    first = rows[0].cells
    if sum(map(bool, first)) < max(2, len(first) - 1):
        return 0
    numeric = [
        column
        for column in range(len(first))
        if _share(row.cells[column] for row in rows[1:]) > 0.6
    ]
    if any(first[column] and not _DIGIT.search(first[column]) for column in numeric):
        return 1
    if not ruled and _is_ruled_off(table, lines, held, rules):
        return 1
    named = [cell for cell in first if cell]
    short = all(len(cell) < 40 and not cell.endswith((".", ":")) for cell in named)
    distinct = len(set(named)) == len(named) == len(first)
    plain = not any(_DIGIT.search(cell) for cell in named)
    return int(len(first) > 2 and short and distinct and plain and len(rows) > 2)


def _share(cells: Iterator[str]) -> float:
    """Return the share of cells with a number in them, of those that aren't empty."""
    filled = [cell for cell in cells if cell]
    return sum(bool(_DIGIT.search(cell)) for cell in filled) / len(filled) if filled else 0.0


def _is_ruled_off(
    table: Table, lines: Sequence[Line], held: set[int], rules: Sequence[Rule]
) -> bool:
    """Tell whether a line is drawn below the first row and below no other but the last."""
    heights = sorted({round(lines[at].baseline) for at in held}, reverse=True)
    if len(heights) < 3:
        return False
    right = max(lines[at].right for at in held)
    flat = [
        rule.y0
        for rule in rules
        if not rule.is_vertical
        and rule.x0 <= table.lefts[0] + 5
        and rule.x1 > (table.lefts[0] + right) / 2
        and heights[-1] < rule.y0 < heights[0]
    ]
    return bool(flat) and min(flat) > heights[1]
