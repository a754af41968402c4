"""What recurs at the top or foot of pages: running titles, page numbers."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from statistics import median

from index.loading.loaders.pdf.lines import Line

_SAME_PLACE = 3.0  # points
_MOST_COPIES = 4  # pages
_COPIED = 0.6  # of the lines, at least
_ENOUGH_PAGES = 5  # a chapter's title recurs on its own pages only
_OUTERMOST = 5  # lines
_HEADING = 1.1  # usual sizes
_LONGEST = 120  # characters; of a line with a page number
_NEAR = 2.5  # sizes; what recurs is mostly farther from the text
_WORDS = 4  # of a sentence, at least, but for the last

_NUMERAL = re.compile(r"[ivxlc]{1,8}")
_NUMERAL_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_AT_AN_END = re.compile(
    r"\A(\d{1,5})\b(?![.)])|\b(\d{1,5})\Z|\b(\d{1,5})\s?(?:/|of|von|de|sur|di)\s?\d+\Z"
)
_ONLY_A_NUMBER = re.compile(r"\W*(\w+\W+)?\d+(\W+(\w+\W+)?\d+)?\W*|.*\d+/\d+")
_PAGE_NUMBER = re.compile(r"\W*(\w+\W+)?(\d+|[ivxlc]+)(\W+(\w+\W+)?\d+)?\W*")
_LABEL = re.compile(r"(?!pag|pág|seite|sid|str|p\b|s\b)[^\W\d]+\W*\d+", re.I)  # "Question 7"

_Key = tuple[str, str | int]


@dataclass(frozen=True, slots=True)
class Running:
    """What recurs on pages.

    Attributes:
        lines: The `id` of each such line.
        notes: By page, from 0: the texts that recur from there on, page numbers alone left out.
    """

    lines: set[int]
    notes: dict[int, list[str]]


def running_lines(pages: list[list[Line]]) -> Running:
    """Return the lines that recur in the same place on most pages.

    A line recurs if its text does, or if it begins or ends with a number that goes up with the
    page. Taken are only lines that have nothing but such lines above or below them.
    """
    if _are_copies(pages):
        return Running(set(), {})
    sizes = [line.size for page in pages for line in page]
    usual = median(sizes) if sizes else 0.0
    found = _Recurring([_sides(page) for page in pages], usual)
    running: set[int] = set()
    notes: dict[int, list[str]] = defaultdict(list)
    shapes: set[str] = set()
    for number, line, numbered in found.lines():
        running.add(id(line))
        shape = re.sub(r"\d+", "", line.text.casefold())
        if shape not in shapes and not (numbered and _PAGE_NUMBER.fullmatch(line.text)):
            shapes.add(shape)
            notes[number].append(line.text)
    # Pages that are all alike are not all margin.
    if all(id(line) in running for page in pages for line in page):
        return Running(set(), {})
    return Running(running, notes)


def _are_copies(pages: list[list[Line]]) -> bool:
    """Tell whether pages are the same one again, as an invoice and its copy: all of it is text."""
    if len(pages) > _MOST_COPIES or not all(pages):
        return False
    texts = [Counter(line.text for line in page) for page in pages]
    common = texts[0]
    for other in texts[1:]:
        common = common & other
    return len(pages) > 1 and common.total() > _COPIED * max(map(len, pages))


class _Recurring:
    """The lines at the top and foot of pages, and on how many pages each is found."""

    def __init__(self, sides: list[tuple[list[Line], list[Line]]], usual: float) -> None:
        self._sides = sides
        self._usual = usual
        self._filled = sum(bool(both[0]) for both in sides)
        self._needed = max(2, min(_ENOUGH_PAGES, (self._filled + 1) // 2))
        self._seen: dict[tuple[_Key, int], set[int]] = defaultdict(set)
        for number, both in enumerate(sides):
            for line in both[0] + both[1]:
                for key in self._keys(line, number):
                    self._seen[key, _place(line)].add(number)
        self._recurs = cache(self._count)

    def lines(self) -> Iterator[tuple[int, Line, bool]]:
        """Yield page, line, and whether it only recurs with another number on each page."""
        for number, both in enumerate(self._sides):
            for side in both:
                for line, inner in zip(side, [*side[1:], None], strict=False):
                    keys = [
                        key for key in self._keys(line, number) if self._recurs(key, _place(line))
                    ]
                    if not keys or (inner and _is_sentence(line, inner, self._usual)):
                        break
                    yield number, line, all(key[0] != "text" for key in keys)

    def _keys(self, line: Line, number: int) -> Iterator[_Key]:
        heading = line.size > _HEADING * self._usual
        return _keys(line, number, strict=self._filled == 2 or heading, heading=heading)

    def _count(self, key: _Key, place: int) -> bool:
        found = (self._seen.get((key, near), set()) for near in range(place - 1, place + 2))
        return len(set().union(*found)) >= (2 if key[0] == "numeral" else self._needed)


def _is_sentence(line: Line, inner: Line, usual: float) -> bool:
    """Tell whether a line is a sentence of the text that it stands beside."""
    near = abs(line.baseline - inner.baseline) < _NEAR * max(line.size, inner.size)
    whole = line.text.endswith((".", "!", "?")) and line.text.count(" ") >= _WORDS
    return near and whole and line.size > 0.9 * usual


def _sides(page: list[Line]) -> tuple[list[Line], list[Line]]:
    """Return a page's outermost lines, from the top down and from the foot up."""
    by_height = sorted((line for line in page if not line.turned), key=lambda line: -line.baseline)
    return by_height[:_OUTERMOST], by_height[: -_OUTERMOST - 1 : -1]


def _place(line: Line) -> int:
    return round(line.baseline / _SAME_PLACE)


def _keys(line: Line, page: int, *, strict: bool, heading: bool) -> Iterator[_Key]:
    """Yield what the line would have in common with its twins on other pages."""
    if _NUMERAL.fullmatch(line.text):  # of a preface, which may have two pages in a long book
        yield "numeral", _value(line.text) - page
    else:
        yield "text", line.text.casefold()
    if len(line.text) > _LONGEST or _LABEL.fullmatch(line.text):
        return
    # Headings may be numbered, and each of two pages may begin with a numbered paragraph.
    alike = strict and not _ONLY_A_NUMBER.fullmatch(line.text)
    if alike and not heading:
        rest = _AT_AN_END.sub("", line.text).casefold()
        if rest.count(" ") > 1:
            for match in _AT_AN_END.finditer(line.text):
                yield "number", f"{int(match[match.lastindex or 0]) - page} {rest}"
    if alike:
        return
    for match in _AT_AN_END.finditer(line.text):
        yield "number", int(match[match.lastindex or 0]) - page


def _value(numeral: str) -> int:
    values = [_NUMERAL_VALUES[digit] for digit in numeral]
    return sum(-a if a < b else a for a, b in pairwise([*values, 0]))
