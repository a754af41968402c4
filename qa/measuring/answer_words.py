"""Whether a sentence holds the words of an answer: whole words and numbers, never parts of them.

As SQuAD counts, without case, punctuation and articles; "5" is not in "1995", nor in "3.5". In
scripts that are written without spaces each character is a word.
"""

import re
import unicodedata
from functools import cache

ARTICLES = frozenset({"a", "an", "the"})
# Thai, Lao, Tibetan, Burmese, Khmer, kana, Han
_UNSPACED = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
_LAST_MARK = 0x1F000  # beyond there are no combining marks but selectors of glyphs
_GROUPED = re.compile(r"\d{1,3}(?:[.,'’]\d{3})+")


def split_unspaced(word: str) -> list[str]:
    """Return a word cut into its characters where its script has no spaces, else as it is."""
    return re.findall(rf"[{_UNSPACED}]|[^{_UNSPACED}]+", word)


def holds_words(text: str, answer: str) -> bool:
    """Return whether a text holds the words of an answer, one after the other."""
    words, wanted = _words(text), _words(answer)
    if not wanted:  # signs alone
        return " ".join(answer.split()) in " ".join(text.split())
    if not ARTICLES.issuperset(wanted):
        words, wanted = _without_articles(words), _without_articles(wanted)
    return any(
        words[start : start + len(wanted)] == wanted
        for start in range(len(words) - len(wanted) + 1)
    )


def _words(text: str) -> list[str]:
    """Return a text's words and numbers, each in one form.

    Composed and decomposed characters, and full-width and other forms of one, are the same.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return [_number(word) for word in _pattern().findall(folded)]


def _without_articles(words: list[str]) -> list[str]:
    return [word for word in words if word not in ARTICLES]


def _number(word: str) -> str:
    """Return a number without what separates its thousands, any other word as it is."""
    grouped = _GROUPED.match(word)
    if not grouped:
        return word
    return re.sub(r"[.,'’]", "", grouped[0]) + word[grouped.end() :]


@cache
def _pattern() -> re.Pattern[str]:
    """Return what matches a word or a number; words are not cut at combining marks."""
    marks = "".join(
        char for char in map(chr, range(_LAST_MARK)) if unicodedata.category(char)[0] == "M"
    )
    number = r"(?<!\d)(?<!\d[.,])(?:\d{1,3}(?:[.,'’]\d{3})+(?:[.,]\d+)?|\d+[.,]\d+)(?![.,]?\d)"
    word = rf"(?:(?![{_UNSPACED}_])[\w{marks}])+"
    return re.compile(rf"{number}|[{_UNSPACED}]|{word}")
