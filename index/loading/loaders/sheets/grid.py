"""A sheet of a spreadsheet as its cells that aren't empty, whatever format it is from."""

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Final, Literal

from index.errors import FileTooLarge
from index.limits import CELLS, CHARACTERS

ValueKind = Literal["text", "number", "percent", "currency", "date"]

MOST_COLUMNS: Final = 16_384  # as in Excel; what a file claims beyond is damaged


@dataclass(slots=True)
class SheetCell:
    """A cell that isn't empty.

    Attributes:
        text: What it shows.
        kind: What its value is.
        is_bold: Whether it is set apart: in bold, or on a coloured ground.
    """

    text: str
    kind: ValueKind = "text"
    is_bold: bool = False


Cells = dict[int, SheetCell]  # by column


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells: rows and columns from 0 on, the last ones included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Sheet:
    """A sheet.

    Attributes:
        name: What its tab says.
        rows: Its cells by row and column, counted from 0.
        merged: Areas that are one cell, whose words are in the first one.
        tables: Areas that the file says are tables, with the number of their header rows.
        frozen: Rows at the top that stay when the others are scrolled.
        notes: Comments by row and column.
        texts: What is written in boxes that lie on the sheet.
        is_hidden: Whether it isn't shown.
    """

    name: str
    rows: dict[int, dict[int, SheetCell]] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    tables: list[tuple[Area, int]] = field(default_factory=list)
    frozen: int = 0
    notes: dict[tuple[int, int], str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    is_hidden: bool = False


class Budget:
    """Counts what is read of a file, so that a small one can't unfold in memory."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._cells = self._characters = 0

    def take(self, text: str, times: int = 1) -> None:
        """Count a cell with that text.

        Raises:
            FileTooLarge: There are more than are read of a document.
        """
        self._cells += times
        self._characters += len(text) * times
        for count, limit in ((self._cells, CELLS), (self._characters, CHARACTERS)):
            if count > limit.most:
                raise FileTooLarge(
                    f"{self._name} has more than {limit.amount} in its tables, the most that is "
                    "read of one document. Split it into several."
                )


def cell_place(reference: str) -> tuple[int, int] | None:
    """Return row and column of a cell, counted from 0: (2, 1) of `B3`; None if it is none."""
    letters = reference.replace("$", "").rstrip("0123456789")
    digits = reference.replace("$", "")[len(letters) :]
    if not letters.isascii() or not letters.isalpha() or len(letters) > 3 or len(digits) > 7:
        return None
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return (int(digits) - 1, column - 1) if digits and column <= MOST_COLUMNS else None


def area_of(reference: str) -> Area | None:
    """Return the area of a reference such as `B3:D9`; None if it is none."""
    first, _, last = reference.partition(":")
    begin, end = cell_place(first), cell_place(last or first)
    if begin is None or end is None:
        return None
    (top, bottom), (left, right) = (sorted(pair) for pair in zip(begin, end, strict=True))
    return Area(top, left, bottom, right)


def rows_between(ordered: list[int], first: int, last: int) -> list[int]:
    """Return the rows of an ordered list from one to another."""
    return ordered[bisect_left(ordered, first) : bisect_left(ordered, last + 1)]
