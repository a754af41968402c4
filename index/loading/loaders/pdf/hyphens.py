"""Hyphens at line ends: part of the word, or only of its setting?"""

import re
from collections.abc import Iterable

from index.loading.loaders.text import names

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_LAST_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*$")
# First words of compounds that aren't the first syllable of anything.
_COMPOUNDING = names(
    "self well ill half high low long short full first second third fourth two three four "
    "five six cross left right north south east west so vice year old"
)


class Hyphens:
    """Decides for each broken word, by the words that stand elsewhere in the document."""

    def __init__(self, lines: Iterable[tuple[str, bool]], hyphenated: bool) -> None:
        """Read the lines: their text without a hyphen at the end, and whether there was one."""
        self._hyphenated = hyphenated
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
        if first + second in self._words:
            return ""
        if not self._hyphenated or "-" in first or first in _COMPOUNDING:
            return "-"
        # "Anglo-American", "COVID-19", "x-axis"; but a heading in capitals may be broken.
        capitals = head[0].isupper() and tail[0].isalpha() and tail[0].isupper()
        if len(first) == 1 or not (tail[0][0].islower() or capitals):
            return "-"
        both_are_words = {first, second} <= self._words and len(first) > 2 and len(second) > 3
        return "-" if both_are_words else ""
