"""What recurs at the top or foot of pages: running titles, page numbers."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from statistics import median

from index.loading.loaders.pdf.lines import Line

_SAME_PLACE = 3.0  # points
_ENOUGH_PAGES = 5  # a chapter's title recurs on its own pages only
_OUTERMOST = 5  # lines
_HEADING = 1.1  # usual sizes
_LONGEST = 120  # characters; of a line with a page number

_NUMERAL = re.compile(r"[ivxlc]{1,8}")
_NUMERAL_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_AT_AN_END = re.compile(
    r"\A(\d{1,5})\b(?![.)])|\b(\d{1,5})\Z|\b(\d{1,5})\s?(?:/|of|von|de|sur|di)\s?\d+\Z"
)
_ONLY_A_NUMBER = re.compile(r"\W*(\w+\W+)?\d+(\W+(\w+\W+)?\d+)?\W*|.*\d+/\d+")
_LABEL = re.compile(r"(?!pag|pág|seite|sid|str|p\b|s\b)[^\W\d]+\W*\d+", re.I)  # "Question 7"

_Key = tuple[str, str | int]


def without_running_lines(pages: list[list[Line]]) -> list[list[Line]]:
    """Return the lines of each page without those that recur in the same place on most pages.

    A line recurs if its text does, or if it begins or ends with a number that goes up with the
    page. Taken are only lines that have nothing but such lines above or below them.
    """
    sides = [_sides(page) for page in pages]
    sizes = [line.size for page in pages for line in page]
    largest = _HEADING * median(sizes) if sizes else 0.0
    filled = sum(map(bool, pages))
    needed = max(2, min(_ENOUGH_PAGES, (filled + 1) // 2))
    seen: dict[tuple[_Key, int], set[int]] = defaultdict(set)

    def keys(line: Line, number: int) -> Iterator[_Key]:
        return _keys(line, number, strict=filled == 2 or line.size > largest)

    @cache
    def recurs(key: _Key, place: int) -> bool:
        found = (seen.get((key, near), set()) for near in range(place - 1, place + 2))
        return len(set().union(*found)) >= (2 if key[0] == "numeral" else needed)

    for number, both in enumerate(sides):
        for line in both[0] + both[1]:
            for key in keys(line, number):
                seen[key, _place(line)].add(number)
    kept = []
    for number, page in enumerate(pages):
        running: set[int] = set()
        for side in sides[number]:
            for line in side:
                if not any(recurs(key, _place(line)) for key in keys(line, number)):
                    break
                running.add(id(line))
        kept.append([line for line in page if id(line) not in running])
    # Pages that are all alike are not all margin.
    return kept if any(kept) else pages


def _sides(page: list[Line]) -> tuple[list[Line], list[Line]]:
    """Return a page's outermost lines, from the top down and from the foot up."""
    by_height = sorted(page, key=lambda line: -line.baseline)
    return by_height[:_OUTERMOST], by_height[: -_OUTERMOST - 1 : -1]


def _place(line: Line) -> int:
    return round(line.baseline / _SAME_PLACE)


def _keys(line: Line, page: int, *, strict: bool) -> Iterator[_Key]:
    """Yield what the line would have in common with its twins on other pages."""
    if _NUMERAL.fullmatch(line.text):  # of a preface, which may have two pages in a long book
        yield "numeral", _value(line.text) - page
    else:
        yield "text", line.text.casefold()
    if len(line.text) > _LONGEST or _LABEL.fullmatch(line.text):
        return
    # Headings may be numbered, and each of two pages may begin with a numbered paragraph.
    if strict and not _ONLY_A_NUMBER.fullmatch(line.text):
        return
    for match in _AT_AN_END.finditer(line.text):
        yield "number", int(match[match.lastindex or 0]) - page


def _value(numeral: str) -> int:
    values = [_NUMERAL_VALUES[digit] for digit in numeral]
    return sum(-a if a < b else a for a, b in pairwise([*values, 0]))
