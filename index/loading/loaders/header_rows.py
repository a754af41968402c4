"""Which rows of a table name its columns, or say what those below them are."""

import re
from collections.abc import Sequence
from typing import Final

LONGEST_NAME: Final = 120  # characters of a column's name; what is longer is a text
LONGEST_ROW_ABOVE: Final = 150  # characters of a row that says what those below it are
LOOKED_AT: Final = 60  # rows below a header that are looked at
_YEAR = re.compile(r"(?:19|20)\d\d(?:\s?[/–-]\s?\d{2,4})?")
_LETTER = re.compile(r"[^\W\d_]")
_DIGIT = re.compile(r"\d")


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
    if any(len(name) > LONGEST_NAME for name in given) or len({*given}) < len(given):
        return False
    if len(given) < max(map(len, rows[1:LOOKED_AT])) - 1:  # the corner above row names may be empty
        return False
    votes = 0
    for column, name in enumerate(names):
        below = [row[column].strip() for row in rows[1:LOOKED_AT] if column < len(row)]
        below = [cell for cell in below if cell]
        if not below:
            continue
        if name in below:
            votes -= 2
        digits = sum(map(bool, map(_DIGIT.search, below))) / len(below)
        is_value = bool(_DIGIT.search(name)) and not _YEAR.fullmatch(name)
        if is_value and name[0].isalpha():  # "Q1" above 12 and 17, but not "A1" above B2 and C3
            is_value = 2 * sum(map(bool, map(_LETTER.search, below))) > len(below)
        if digits >= 0.6:
            years = sum(map(bool, map(_YEAR.fullmatch, below))) / len(below)
            is_value = is_value or (bool(_YEAR.fullmatch(name)) and years >= 0.6)
            votes += -2 if is_value else 1
        elif is_value:
            votes -= 1
    return votes > 0 or (votes == 0 and default)


def are_names(cells: Sequence[str]) -> bool:
    """Tell whether the words of a row of a table read as names of its columns: short, all there."""
    return all(cells) and all(len(name) <= 30 and name[-1] not in ".!?" for name in cells)


def heads_rows(candidates: Sequence[bool]) -> list[bool]:
    """Tell which rows say what those below them are: those that may, if there are any below."""
    last = max((at for at, may in enumerate(candidates) if not may), default=-1)
    return [may and at < last for at, may in enumerate(candidates)]
