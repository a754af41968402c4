"""Which word of the documents a word of a question was meant to be. Pure functions."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

# Letters of a word from which it may be mended, and from which two slips are allowed: shorter ones
# have too many neighbours ("where", "there"). A name of seven letters with two others is another
_SHORTEST, _LONG = 5, 8
_LONGEST = 40  # letters of a word that is compared: longer ones are no words
_WORD = re.compile(r"[^\W\d_]+")


def words_to_mend(question: str) -> list[str]:
    """Return the words of a question that may be misspelt: no numbers and codes, nothing short."""
    tokens = re.findall(r"[^\s\"“”()\[\]{}<>,;:!?]+", question)
    words = (re.sub(r"^\W+|['’]s$|\W+$", "", token) for token in tokens)
    mendable = (
        word for word in words if _WORD.fullmatch(word) and _SHORTEST <= len(word) <= _LONGEST
    )
    return list(dict.fromkeys(mendable))


def slips_allowed(word: str) -> int:
    """Return how many letters of a word may be wrong."""
    return 2 if len(word) >= _LONG else 1


def meant_word(word: str, texts: Iterable[str]) -> str | None:
    """Return the word of some texts that differs least from one that none of them has.

    Args:
        word: A word of a question.
        texts: Sentences with words like it.

    Returns:
        The word as the texts spell it, of several alike the most frequent; None if none is near,
        or the word itself is there.
    """
    wanted = _plain(word)
    counts = Counter(
        found
        for text in texts
        for found in _WORD.findall(text)
        if abs(len(found) - len(word)) <= slips_allowed(word)
    )
    best: tuple[int, int, str] | None = None
    for found, count in counts.items():
        other = _plain(found)
        if other == wanted:
            return None
        if other[:1] == wanted[:1] and (slips := distance(wanted, other)) <= slips_allowed(word):
            best = min(best or (slips, -count, found), (slips, -count, found))
    return best[2] if best else None


def mended(question: str, words: dict[str, str]) -> str:
    """Return a question with words in place of others."""
    whole = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, words)) + r")(?!\w)")
    return whole.sub(lambda found: words[found[0]], question) if words else question


def distance(one: str, other: str) -> int:
    """Return how many letters are added, left out, replaced or swapped with the next one."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        current = [row]
        for column, mark in enumerate(other, 1):
            least = min(
                last[column] + 1, current[column - 1] + 1, last[column - 1] + (letter != mark)
            )
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == mark:
                least = min(least, before[column - 2] + 1)
            current.append(least)
        before, last = last, current
    return last[-1]


def _plain(word: str) -> str:
    """Return a word without case and accents."""
    parts = unicodedata.normalize("NFKD", word.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))
