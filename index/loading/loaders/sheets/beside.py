"""Whether what an empty column of a sheet parts are two tables side by side, or one.

An empty column may part two tables, or only leave room within one, as before sums. It parts them
where what is right of it can't be more columns of the rows on its left:

- each side is a table of its own in the file (`Sheet.tables`);
- rows on the right go on below the last one on the left, of the same kind as those above and, if
  they begin with values, as many;
- the header on the right stands beside values on the left, or the other way round;
- both first columns have the same name: the right side says again what its rows are;
- the right side has a title of its own, and what it begins with tells its rows apart;
- the right side begins with words that tell its rows apart, and it has other rows than the left
  side, a name of a column in common with it, two empty columns before it, or a last row that is
  called as that on the left; or both sides are three rows or more of words that don't recur, with
  figures or dates beside them.

It doesn't part them where the file says that one table is on both sides, where cells are merged
across it, and where

- the right side begins with values: its rows are called as they are on the left. Without a title,
  numbers that count up and dates are names only of rows that the left side hasn't got;
- one side is filled in here and there in rows of the other: remarks, or names of groups of rows;
- only the left side has a title, or only one more row, in bold: it is that of both, or their sum.

In doubt it is one table: a person's name beside their row is found, and without it isn't.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import islice, pairwise, takewhile
from typing import Final

from index.loading.loaders.header_rows import LOOKED_AT
from index.loading.loaders.sheets.grid import Area, Cells, SheetCell
from index.loading.loaders.sheets.headers import is_bold

LEAST_LIST: Final = 4  # rows of a list of one column that has a name
_MOST_TITLES = 4  # rows with titles of a part
_SAME_ROWS = 0.9  # of the larger side: cells may be empty in one table, too
_BELOW = 2  # rows only on the right; one alone may be a sum of all
_TOLD_APART = 3  # rows whose names don't recur; of fewer, attributes don't either
_LONGEST_NAME = 80  # characters of what a row is called
_FIGURE = re.compile(r"\d")
_NO_NAME = re.compile(r"[\d@]")  # an address, a room, a telephone: what something else has


class Part:
    """Columns between empty ones, with the rows that have cells in them.

    Attributes:
        columns: Those that have cells, from the left.
        cells: By row.
        taken: The rows, also those that only share a merged cell with one above.
        last: The last one of these.
    """

    def __init__(self, columns: list[int]) -> None:
        self.columns = columns
        self.cells: dict[int, Cells] = {}
        self.taken: set[int] = set()
        self.last = -1
        self._tops: list[int] = []
        self._runs = 0  # of rows without one between them that isn't taken

    def take(self, number: int) -> None:
        """Take a row."""
        if number not in self.taken:
            self._runs += 1 - (number - 1 in self.taken) - (number + 1 in self.taken)
            self.taken.add(number)
            self.last = max(self.last, number)

    def join(self, other: "Part") -> None:
        """Take what stands to the right of it."""
        self._tops = sorted({*self.tops, *other.tops})[: _MOST_TITLES + 1]
        for number, cells in other.cells.items():
            self.cells.setdefault(number, {}).update(cells)
        for number in other.taken:
            self.take(number)
        self.columns += other.columns

    @property
    def tops(self) -> list[int]:
        """Its first rows."""
        if not self._tops:
            self._tops = list(islice(self.cells, _MOST_TITLES + 1))
        return self._tops

    @property
    def is_scattered(self) -> bool:
        """Whether its rows are mostly apart from each other."""
        return self._runs > 1 and self._runs * 3 > len(self.taken)

    @property
    def titles(self) -> list[int]:
        """The rows at its top that have one cell of words."""
        lines = 0
        while lines < len(self.tops) and _is_title(self.cells[self.tops[lines]]):
            lines += 1
        return self.tops[:lines] if len(self.columns) > 1 and lines < len(self.tops) else []

    def labels(self, after: int = -1) -> dict[int, SheetCell]:
        """Return the cells of its first column in the rows after one, by row."""
        column = self.columns[0]
        return {
            number: cells[column]
            for number, cells in self.cells.items()
            if number > after and column in cells
        }

    def has_values(self, number: int) -> bool:
        """Tell whether a number or date is in a row."""
        return any(cell.kind != "text" for cell in self.cells.get(number, {}).values())


def stands_alone(left: Part, right: Part, areas: Sequence[Area]) -> bool:
    """Tell whether what is right of an empty column is something else than what is left of it."""
    sides = _sides_of_areas(left, right, areas)
    if sides:
        return sides > 1
    is_list = min(len(left.cells), len(right.cells)) >= LEAST_LIST
    goes_on = not left.is_scattered and _goes_on_below(right, left.last)
    if len(right.columns) == 1:
        labels = list(right.labels().values())
        is_small = len(right.cells) <= 2 and len(left.cells) > 4 * len(right.cells)
        # A remark beside a table, and not its last column
        return (is_small and _words(labels) == len(labels)) or (is_list and goes_on)
    if len(left.columns) == 1:
        return is_list and goes_on
    if len(right.cells) < 2:
        return False
    return (len(left.cells) > 2 and goes_on) or _Pair(left, right).is_two()


def _sides_of_areas(left: Part, right: Part, areas: Sequence[Area]) -> int:
    """Return of how many tables both sides are by what the file says; 0 if it doesn't say."""
    both = on_left = on_right = False
    for area in areas:
        at_left = area.left <= left.columns[-1] and area.right >= left.columns[0]
        at_right = area.left <= right.columns[-1] and area.right >= right.columns[0]
        both = both or (at_left and at_right)
        on_left, on_right = on_left or at_left, on_right or at_right
    return 1 if both else 2 * (on_left and on_right)


def _goes_on_below(part: Part, row: int) -> bool:
    """Tell whether a part goes on below a row as it is above it, and not with sums of that.

    Below the prices of an invoice stand sums, and before these what they are; below other numbers
    sums without a name.
    """
    labels = part.labels(part.tops[len(part.titles)])
    above = [cell for number, cell in labels.items() if number <= row]
    below = [cell for number, cell in labels.items() if number > row]
    if sum(number > row for number in part.taken) < _BELOW or not below:
        return False
    if _words(below) * 2 > len(below):
        return not above or _words(above) * 2 > len(above)
    header = part.cells[part.tops[len(part.titles)]]
    is_named = all(cell.kind == "text" for cell in header.values())
    return is_named and len(below) >= len(above) and _words(above) * 2 <= len(above)


class _Pair:
    """Two parts side by side of several columns each: the header that each of them may have."""

    def __init__(self, left: Part, right: Part) -> None:
        self._left, self._right = left, right
        self._titles_right = right.titles
        # Beside names of columns stands a name
        self._titles_left = list(
            takewhile(lambda row: row not in right.taken or row in self._titles_right, left.titles)
        )
        self._top_left = left.tops[len(self._titles_left)]
        self._top_right = right.tops[len(self._titles_right)]
        self._header_left = left.cells[self._top_left]
        self._header_right = right.cells[self._top_right]

    def is_two(self) -> bool:
        """Tell whether the rows on the right are called by what they begin with."""
        if self._repeats_name() or self._begins_elsewhere():
            return True
        if not (self._is_named or self._counts):
            return False
        if self._titles_right and len(self._header_right) > 1:
            return not self._is_group()
        taken = [number for number in self._right.taken if number not in self._titles_right]
        common = sum(number in self._left.taken for number in taken)
        common -= sum(number in self._titles_left for number in taken)
        rows_left = len(self._left.taken) - len(self._titles_left)
        if common < _SAME_ROWS * max(rows_left, len(taken)):
            more_right = len(taken) - common
            # Days may be those of the rows on the left that have one already
            is_own = self._is_named or more_right > 0 or not self._begins_with_days()
            return is_own and self._has_other_rows(rows_left - common, more_right)
        return self._is_named and (self._shares_names() or self._has_names_and_values())

    @cached_property
    def _is_named(self) -> bool:
        """Whether the right part begins with words."""
        labels = list(self._right.labels().values())
        return _words(labels) >= 0.6 * len(labels)

    @cached_property
    def _counts(self) -> bool:
        """Whether the right part begins with numbers of its rows, 1, 2, 3, or with days."""
        return _counts_up(list(self._right.labels(self._top_right).values()))

    def _begins_with_days(self) -> bool:
        labels = self._right.labels(self._top_right).values()
        return any(cell.kind == "date" for cell in labels)

    def _repeats_name(self) -> bool:
        left = self._header_left.get(self._left.columns[0])
        right = self._header_right.get(self._right.columns[0])
        if not left or not right or left.kind != "text":
            return False
        return left.text.casefold() == right.text.casefold()

    def _begins_elsewhere(self) -> bool:
        """Tell whether one header stands beside values of the other part."""
        if self._top_left == self._top_right:
            return False
        if not _are_texts(self._header_left) or not _are_texts(self._header_right):
            return False
        below = self._top_right > self._top_left
        lower, other = (self._right, self._left) if below else (self._left, self._right)
        top = max(self._top_left, self._top_right)
        return other.has_values(top) and lower.has_values(lower.last)

    def _is_group(self) -> bool:
        """Tell whether a title names a group of columns, beside names that go over two rows."""
        if self._titles_right[0] != self._top_left or self._top_right in self._left.taken:
            return False
        below = [number for number in self._right.taken if number > self._top_right]
        return sum(number in self._left.taken for number in below) >= _SAME_ROWS * len(below)

    def _has_other_rows(self, more_left: int, more_right: int) -> bool:
        """Tell whether rows that only one part has are those of a table of its own.

        Args:
            more_left: How many the left part has that aren't in the right one.
            more_right: Likewise.
        """
        if (not more_right and self._right.is_scattered) or (
            not more_left and self._left.is_scattered
        ):
            return False
        cells = self._left.cells.get(self._left.last, {})
        before = self._left.cells.get(self._left.last - 1, {})
        is_sum = (more_left, more_right) == (1, 0) and is_bold(cells) and not is_bold(before)
        return not is_sum

    def _shares_names(self) -> bool:
        """Tell whether both have a column, or a last row, of one name, or much room between."""
        names = [
            {cell.text for cell in cells.values()}
            for cells in (self._header_left, self._header_right)
        ]
        if names[0] & names[1]:
            return True
        left = self._left.cells.get(self._left.last, {}).get(self._left.columns[0])
        right = self._right.cells.get(self._right.last, {}).get(self._right.columns[0])
        if left and right and left.kind == "text" and left.text == right.text:
            return True
        wide = self._right.columns[0] > self._left.columns[-1] + 2
        return wide and _are_told_apart(self._right.labels(self._top_right).values(), 2)

    def _has_names_and_values(self) -> bool:
        """Tell whether both are words that don't recur, with figures or dates beside them."""
        return all(
            _are_texts(header) and _are_names(part.labels(top).values()) and _has_values(part, top)
            for part, top, header in (
                (self._left, self._top_left, self._header_left),
                (self._right, self._top_right, self._header_right),
            )
        )


def _words(cells: Sequence[SheetCell]) -> int:
    return sum(cell.kind == "text" for cell in cells)


def _is_title(cells: Cells) -> bool:
    return len(cells) == 1 and next(iter(cells.values())).kind == "text"


def _are_texts(cells: Cells) -> bool:
    """Tell whether a row could name columns: several words, and no values."""
    return len(cells) > 1 and all(cell.kind == "text" for cell in cells.values())


def _counts_up(labels: Sequence[SheetCell]) -> bool:
    """Tell whether cells number rows, 1, 2, 3 or year after year, or are days."""
    if len(labels) < 3:
        return False
    if all(cell.kind == "date" for cell in labels):
        return True
    if not all(cell.text.isascii() and cell.text.isdecimal() for cell in labels):
        return False
    if max(len(cell.text) for cell in labels) > 9:
        return False
    return all(int(b.text) == int(a.text) + 1 for a, b in pairwise(labels))


def _are_told_apart(labels: Iterable[SheetCell], least: int) -> bool:
    texts = [cell.text for cell in labels]
    return len(texts) >= least and len(set(texts)) == len(texts)


def _are_names(labels: Iterable[SheetCell]) -> bool:
    """Tell whether cells read as what different rows are called."""
    cells = list(labels)
    return _are_told_apart(cells, _TOLD_APART) and all(
        cell.kind == "text" and len(cell.text) <= _LONGEST_NAME and not _NO_NAME.search(cell.text)
        for cell in cells
    )


def _is_value(cell: SheetCell) -> bool:
    return cell.kind != "text" or bool(_FIGURE.search(cell.text[:_LONGEST_NAME]))


def _has_values(part: Part, after: int) -> bool:
    """Tell whether one of the other columns holds figures or dates in the rows after one."""
    rows = list(islice((c for n, c in part.cells.items() if n > after), LOOKED_AT))
    values = Counter(column for cells in rows for column, cell in cells.items() if _is_value(cell))
    del values[part.columns[0]]
    return max(values.values(), default=0) > 0.6 * len(rows)
