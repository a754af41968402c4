"""Which lines of plain text belong together."""

import re
from itertools import pairwise

from index.documents import Block

_LETTER = re.compile(r"\w")
_OWN_LINE = re.compile(r"[•◦▪⁃‣*+#–—-]+\s|[|>]|\(?(?:\d{1,3}|[a-z])[.)]\s")


def text_blocks(text: str) -> tuple[Block, ...]:
    """Return the blocks of plain text: a line, or wrapped lines that were one, is a paragraph."""
    lines: list[tuple[int, str]] = []
    offset = 0
    for line in text.splitlines(keepends=True):
        lines.append((offset + len(line) - len(line.lstrip()), line.strip()))
        offset += len(line)
    width = _wrap_width([line for _, line in lines])
    places: list[tuple[int, int]] = []
    above = ""
    for start, line in lines:
        if line and above and width and _continues(above, line, width):
            places[-1] = (places[-1][0], start + len(line))
        elif line:
            places.append((start, start + len(line)))
        above = line
    return tuple(Block("paragraph", start, end) for start, end in places)


def _wrap_width(lines: list[str]) -> int:
    """Return the width at which a text was hard-wrapped, or 0 if it was not.

    Wrapped lines are about as long as each other, and many of them end inside a sentence.
    """
    pairs = [(above, below) for above, below in pairwise(lines) if above and below]
    if not pairs:
        return 0
    width = sorted(len(above) for above, _ in pairs)[len(pairs) * 9 // 10]
    broken = sum(_is_full(*pair, width) and _is_inside_sentence(*pair) for pair in pairs)
    return width if 40 <= width <= 130 and broken >= len(pairs) / 4 else 0


def _is_full(above: str, below: str, width: int) -> bool:
    """Tell whether the first word of a line would hardly have fitted on the line above."""
    return len(above) + 1 + len(below.split(maxsplit=1)[0]) > width * 0.8


def _is_inside_sentence(above: str, below: str) -> bool:
    return below[0].isalpha() and not below[0].isupper() and above[-1] not in ".!?:;"


def _continues(above: str, below: str, width: int) -> bool:
    """Tell whether a line of a wrapped text goes on with the line above."""
    alone = _OWN_LINE.match(below) or above.startswith("#")
    if alone or not (_LETTER.search(above) and _LETTER.search(below)):
        return False
    return _is_full(above, below, width) or _is_inside_sentence(above, below)
