"""Lines on a page and how they stand to each other; lengths are in points."""

import math
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

_CLINGING = re.compile(r"\S[—/–-]$")
# Signs that are printed before the items of lists; the last two are those of Word's fonts of signs
BULLETS: Final = "•‣◦⁃▪▫●○■□◆◇❖➢➤➔▶►▸✓✔✗✘❏❑❒❍☐☒✦\uf0b7\uf0a7"
SAME_SIZE = 1.12  # at most, between the fonts of one paragraph


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it stands on a page.

    Attributes:
        text: Without white space around it, and without the hyphen if `broken`.
        left: Where its first character begins.
        right: Where its last character ends.
        baseline: Height above the foot of the page.
        size: Size of its font.
        broken: Whether it ended with a hyphen.
        bold: Whether its font is a bold one.
        turned: Whether it runs in another direction than most of its page.
        value: What a form has filled in for it, if it is a field's label; else None.
    """

    text: str
    left: float
    right: float
    baseline: float
    size: float
    broken: bool = False
    bold: bool = False
    turned: bool = False
    value: str | None = None

    @property
    def width(self) -> float:
        """Average width of a character, with the space around it, in font sizes."""
        return (self.right - self.left) / len(self.text) / self.size if self.size > 0 else 0.0

    @property
    def first_word(self) -> int:
        """Length of what can't be broken at the beginning of the line."""
        for place, character in enumerate(self.text):
            if character.isspace() or is_wide(character):
                return place
        return len(self.text)

    @property
    def clings(self) -> bool:
        """Whether it ends within a word: with a hyphen, a dash or a stroke and no space."""
        return self.broken or bool(_CLINGING.search(self.text))


def is_wide(character: str) -> bool:
    """Tell whether a character is of a script without spaces between words."""
    wide = unicodedata.east_asian_width(character) in {"W", "F"}
    return wide and not "\uac00" <= character <= "\ud7a3"  # Korean has spaces


def size_ratio(line: Line, other: Line) -> float:
    """Return how many times the larger font is as large as the smaller."""
    small, large = sorted((line.size, other.size))
    if small > 0:
        return large / small
    return 1.0 if large <= 0 else math.inf


def is_below(line: Line, following: Line) -> bool:
    """Tell whether `following` stands below `line` in the same column."""
    overlap = min(line.right, following.right) - max(line.left, following.left)
    return line.baseline - following.baseline > 0.4 * following.size and overlap > 0


def is_near(line: Line, following: Line) -> bool:
    """Tell whether `following` stands below `line` with less than two lines between them."""
    drop = line.baseline - following.baseline
    return is_below(line, following) and drop < 3 * max(line.size, following.size)


def rows(page: list[Line]) -> list[Line]:
    """Join what stands side by side: the cells of a row, an exponent and what it belongs to."""
    found: list[Line] = []
    for line in page:
        last = found[-1] if found else line
        gap = line.left - last.right
        size = max(last.size, line.size)
        beside = abs(last.baseline - line.baseline) < 0.6 * size and gap > -0.3 * size
        field = line.value is not None or last.value is not None
        if line is last or last.broken or not beside or field or line.turned != last.turned:
            found.append(line)
            continue
        text = last.text + (" " if gap > 0.15 * size else "") + line.text
        baseline = last.baseline if last.size >= line.size else line.baseline
        found[-1] = Line(
            text, last.left, line.right, baseline, size, line.broken, last.bold and line.bold
        )
    return found


def runs(lines: list[Line], together: Callable[[Line, Line], bool]) -> Iterator[list[Line]]:
    """Cut between any two neighbours that are not `together`."""
    run: list[Line] = []
    for line in lines:
        if run and not together(run[-1], line):
            yield run
            run = []
        run.append(line)
    if run:
        yield run
