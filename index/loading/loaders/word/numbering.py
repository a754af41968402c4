"""The numbers and signs that Word prints before paragraphs and doesn't store with them."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.loading.loaders.word.properties import W, is_on, number_of, value_of
from index.loading.loaders.word.styles import Style, Styles

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_DEEPEST = 9  # levels of a list
_PLACE = re.compile(r"%([1-9])")
# Signs of the fonts Symbol and Wingdings, which have none of Unicode's numbers
_SIGNS = {0xF0A7: "▪", 0xF0A8: "☐", 0xF06F: "☐", 0xF0D8: "➢", 0xF0FC: "✓", 0xF0FE: "☒", 0xF0FD: "☒"}
_SIGNS |= {
    0xF071: "❑",
    0xF076: "❖",
    0xF0E0: "→",
    0xF0E8: "➔",
    0xF0B0: "°",
    0xF0B1: "±",
    0xF052: "☑",
}
_RING = "◦"  # for which Word's own lists take a letter o, set in Courier New
_ROMAN: tuple[tuple[int, str], ...] = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
)
_ROMAN += ((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def plain_sign(character: str) -> str:
    """Return the sign of Unicode for one of a font of signs; a bullet if it isn't known."""
    return _SIGNS.get(ord(character), "•") if "\ue000" <= character <= "\uf8ff" else character


def written_number(number: int, form: str) -> str:
    """Return a number as it is printed in one of Word's forms."""
    match form:
        case "none":
            return ""
        case "upperRoman" | "lowerRoman":
            roman = _roman(number)
            return roman.upper() if form == "upperRoman" else roman
        case "upperLetter" | "lowerLetter":
            letters = chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 20)
            return letters.upper() if form == "upperLetter" else letters
        case "decimalZero":
            return f"{number:02}"
        case "ordinal":
            ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number % 100 // 10 != 1 else 0)
            return f"{number}{ending or 'th'}"
        case _:
            return str(number)


def _roman(number: int) -> str:
    if not 0 < number < 10_000:
        return str(number)
    written = ""
    for value, letters in _ROMAN:
        while number >= value:
            written += letters
            number -= value
    return written


@dataclass(frozen=True, slots=True)
class _Level:
    start: int = 1
    form: str = "decimal"
    pattern: str = ""
    restart: int = -1  # the level after which it begins anew, counted from 1; 0 for never
    is_legal: bool = False  # all numbers in it are Arabic
    style: str = ""


@dataclass(slots=True)
class _List:
    abstract: str
    levels: dict[int, _Level] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)  # where this use of the list begins anew


@dataclass(frozen=True, slots=True)
class Number:
    """What is printed before a paragraph.

    Attributes:
        label: The number or sign; empty if none is printed.
        level: How deep in its list it stands, from 1 on.
    """

    label: str
    level: int


class Numbering:
    """Counts the paragraphs of a document's lists, in their order."""

    def __init__(self, root: "Element | None", styles: Styles) -> None:
        self._styles = styles
        self._lists: dict[int, _List] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[int, int]] = set()
        if root is not None:
            self._read(root)

    def of(self, paragraph: "Element", style: Style) -> Number | None:
        """Return what is printed before a paragraph, which is the next one; None if nothing is."""
        own = paragraph.find(f"{W}pPr/{W}numPr")
        given = -1 if own is None else number_of(own.find(f"{W}numId"))
        list_id = style.list_id if given < 0 else given
        found = self._lists.get(list_id)
        if found is None:
            return None
        level = -1 if own is None else number_of(own.find(f"{W}ilvl"))
        if level < 0:
            level = self._level_of(found, style)
        level = min(level, _DEEPEST - 1)
        return Number(self._label(list_id, found, level), level + 1)

    def mark(self) -> tuple[dict[str, dict[int, int]], set[tuple[int, int]]]:
        """Return how far the lists are counted."""
        return {name: dict(counts) for name, counts in self._counts.items()}, set(self._begun)

    def return_to(self, mark: tuple[dict[str, dict[int, int]], set[tuple[int, int]]]) -> None:
        """Count on from there."""
        self._counts, self._begun = mark

    @staticmethod
    def _level_of(found: _List, style: Style) -> int:
        for number, level in found.levels.items():
            if level.style and level.style == style.id:
                return number
        return max(style.list_level, 0)

    def _label(self, list_id: int, found: _List, at: int) -> str:
        level = found.levels.get(at, _Level())
        counts = self._counts.setdefault(found.abstract, {})
        if at in found.starts and (list_id, at) not in self._begun:
            counts[at] = found.starts[at]
        else:
            counts[at] = counts[at] + 1 if at in counts else level.start
        self._begun.add((list_id, at))
        for deeper in [number for number in counts if number > at]:
            restart = found.levels.get(deeper, _Level()).restart
            if restart < 0 or at < restart:
                del counts[deeper]
        if level.form == "bullet":
            sign = level.pattern.strip()
            return _RING if sign == "o" else "".join(map(plain_sign, sign))

        def number(place: re.Match[str]) -> str:
            which = int(place[1]) - 1
            other = found.levels.get(which, _Level())
            form = "decimal" if level.is_legal and other.form != "none" else other.form
            return written_number(counts.get(which, other.start), form)

        return _PLACE.sub(number, level.pattern).strip()

    def _read(self, root: "Element") -> None:
        abstracts = {}
        by_style = {}
        for element in root.iter(f"{W}abstractNum"):
            abstracts[element.get(f"{W}abstractNumId", "")] = element
            if name := value_of(element.find(f"{W}styleLink")):
                by_style[name] = element.get(f"{W}abstractNumId", "")
        for element in root.iter(f"{W}num"):
            identifier = value_of(element.find(f"{W}abstractNumId"))
            if identifier not in abstracts:
                continue
            link = value_of(abstracts[identifier].find(f"{W}numStyleLink"))
            identifier = by_style.get(link, identifier)
            found = _List(identifier, _levels(abstracts[identifier]))
            for override in element.iter(f"{W}lvlOverride"):
                at = _number(override, "ilvl")
                found.levels |= _levels(override)
                start = number_of(override.find(f"{W}startOverride"))
                if start >= 0:
                    found.starts[at] = start
            self._lists[_number(element, "numId")] = found


def _levels(parent: "Element") -> dict[int, _Level]:
    return {
        _number(level, "ilvl"): _Level(
            number_of(level.find(f"{W}start"), 1),
            value_of(level.find(f"{W}numFmt")) or "decimal",
            value_of(level.find(f"{W}lvlText"))[:80],
            number_of(level.find(f"{W}lvlRestart")),
            is_on(level.find(f"{W}isLgl")),
            value_of(level.find(f"{W}pStyle")),
        )
        for level in parent.iterchildren(f"{W}lvl")
    }


def _number(element: "Element", name: str) -> int:
    try:
        return int(element.get(f"{W}{name}", ""))
    except ValueError:
        return -1
