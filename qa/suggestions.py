"""Suggested questions: about the names that a text mentions."""

from collections import Counter
from collections.abc import Iterable, Iterator

from index import check_several, of_kind
from qa.followups.parts import Word, parse

_TITLES = frozenset({"mr", "mrs", "ms", "dr", "sir"})
_LONGEST = 5  # words of a name; a longer run of capitals is most likely a heading


def suggest(texts: Iterable[str], *, known: str = "", count: int = 3) -> list[str]:
    """Suggest questions about the names that texts mention, the most frequent first.

    Args:
        texts: Sentences or passages.
        known: Text whose names are skipped, such as the questions asked so far.
        count: How many questions at most.

    Returns:
        The questions; an empty list if the texts have no name of two words or more.
    """
    check_several(texts, "texts")
    given = (of_kind(text, f"texts[{index}]", str) for index, text in enumerate(texts))
    names = Counter(name for text in given for name in _names(text))
    known_text = of_kind(known, "known", str).casefold()
    of_kind(count, "count", int)
    fresh = [name for name, _ in names.most_common() if name.casefold() not in known_text]
    return [f"What is said about {name}?" for name in fresh[:count]]


def _names(text: str) -> Iterator[str]:
    """Yield names of two to five words, without titles."""
    run: list[Word] = []
    for word in [*parse(text).words, None]:
        if run and (word is None or word.broken or not word.named):
            if 2 <= len(run) <= _LONGEST:
                yield text[run[0].start : run[-1].end]
            run = []
        if word and word.named and word.key not in _TITLES:
            run.append(word)
