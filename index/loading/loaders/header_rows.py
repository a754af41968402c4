"""Which rows of a table name its columns, or say what those below them are."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

LONGEST_NAME: Final = 120  # characters of a column's name; what is longer is a text
LONGEST_ROW_ABOVE: Final = 150  # characters of a row that says what those below it are
LOOKED_AT: Final = 60  # rows below a header that are looked at
_GROUP = " › "  # between the name of several columns and that of one of them
_LONG = 1_000  # characters of a name to which nothing is added
_YEAR = re.compile(r"(?:19|20)\d\d(?:\s?[/–-]\s?\d{2,4})?")
_LETTER = re.compile(r"[^\W\d_]")
_DIGIT = re.compile(r"\d")
_NO_UNIT = re.compile(r"[\d\s.,:;/()+-]+")


class ColumnNames:
    """The names of a table's columns, put together from the rows of its header.

    A cell over several columns names a group of them: `2024 › May`. What stands below a cell of one
    column goes on with its name.
    """

    def __init__(self) -> None:
        self._names: list[str] = []
        self._groups: list[bool] = []

    def add(self, cells: Sequence[str], widths: Mapping[int, int] | None = None) -> list[str]:
        """Add a row of the header, and return the names of all columns so far.

        Args:
            cells: The words of each column's cell; "" where it is empty or a merged one goes on.
            widths: By column, how many columns its cell spans if these are several.
        """
        more = len(cells) + max((widths or {}).values(), default=0) - len(self._names)
        self._names += [""] * more
        self._groups += [False] * more
        for column, cell in enumerate(cells):
            words = " ".join(cell.split())
            width = (widths or {}).get(column, 1)
            for at in range(column, column + width) if words else ():
                name = self._names[at]
                if name and name != words and len(name) < _LONG:
                    self._names[at] = f"{name}{_GROUP if self._groups[at] else ' '}{words}"
                self._names[at] = self._names[at] or words
                self._groups[at] = width > 1
        found = list(self._names)
        while found and not found[-1]:
            found.pop()
        return found


def has_header(rows: Sequence[Sequence[str]], *, default: bool) -> bool:
    """Tell whether the first row names the columns of those below.

    Args:
        rows: The words of each row's cells.
        default: What holds of a table of nothing but words, where nothing tells.
    """
    if len(rows) < 2 or not any(rows[0]):
        return False
    names = [name.strip() for name in rows[0]]
    given = [name for name in names if name]
    if names[0].endswith(":") and len(given) > 1:  # labels with their values
        return False
    if any(len(name) > LONGEST_NAME for name in given) or len({*given}) < len(given):
        return False
    if len(given) < max(map(len, rows[1:LOOKED_AT])) - 1:  # the corner above row names may be empty
        return False
    votes = 0
    for column, name in enumerate(names):
        below = [row[column].strip() for row in rows[1:LOOKED_AT] if column < len(row)]
        votes += _vote(name, [cell for cell in below if cell])
    return votes > 0 or (votes == 0 and default)


def _vote(name: str, below: Sequence[str]) -> int:
    """Return how much the cells below one tell that it names them; less than 0 if it doesn't."""
    if not below:
        return 0
    vote = -2 if name in below else 0
    digits = sum(map(bool, map(_DIGIT.search, below))) / len(below)
    is_value = bool(_DIGIT.search(name)) and not _YEAR.fullmatch(name)
    if is_value and _is_of_another_unit(name, below):
        return vote + 1
    if is_value and name[0].isalpha():  # "Q1" above 12 and 17, but not "A1" above B2 and C3
        is_value = 2 * sum(map(bool, map(_LETTER.search, below))) > len(below)
    if digits >= 0.6:
        years = sum(map(bool, map(_YEAR.fullmatch, below))) / len(below)
        is_value = is_value or (bool(_YEAR.fullmatch(name)) and years >= 0.6)
        return vote + (-2 if is_value else 1)
    return vote - is_value


def _is_of_another_unit(name: str, below: Sequence[str]) -> bool:
    """Tell whether a name with a number is of another kind than the cells: 250 g above 3.90 €."""
    unit = _unit(name)
    units = Counter(_unit(cell) for cell in below if _DIGIT.search(cell))
    if not unit or not units:
        return False
    usual, count = units.most_common(1)[0]
    return bool(usual) and usual != unit and count > 1 and count * 2 > len(below)


def _unit(cell: str) -> str:
    return _NO_UNIT.sub("", cell).casefold()


def are_names(cells: Sequence[str]) -> bool:
    """Tell whether the words of a row of a table read as names of its columns: short, all there."""
    return all(cells) and all(len(name) <= 30 and name[-1] not in ".!?" for name in cells)


def heads_rows(candidates: Sequence[bool]) -> list[bool]:
    """Tell which rows say what those below them are: those that may, if there are any below."""
    last = max((at for at, may in enumerate(candidates) if not may), default=-1)
    return [may and at < last for at, may in enumerate(candidates)]
