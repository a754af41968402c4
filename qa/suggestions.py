"""Questions to offer a person: about the names that a text speaks of."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

_WORD = re.compile(r"[\w'’-]+|[^\w\s]")
_LEADING = """
a an the in on at of for from by with to and but or if as when while after before since his her
its their our my this that these those he she it they we i you mr mrs ms dr sir
"""
_NO_NAME = frozenset(_LEADING.split())
_LONGEST = 5  # words of a name


def suggest(texts: Iterable[str], *, known: str = "", count: int = 3) -> list[str]:
    """Return questions about the names that texts speak of, the most frequent first.

    Args:
        texts: Sentences or passages.
        known: Text whose names needn't be asked about, such as the questions asked so far.
        count: How many questions at most.

    Returns:
        Questions; none if the texts name nothing in two words or more.
    """
    found = Counter(name for text in texts for name in _names(text))
    told = known.casefold()
    fresh = [name for name, _ in found.most_common() if name.casefold() not in told]
    return [f"What is said about {name}?" for name in fresh[:count]]


def _names(text: str) -> Iterator[str]:
    """Yield runs of two to five capitalised words, without titles and what begins a sentence."""
    run: list[str] = []
    for word in [*_WORD.findall(text), "."]:
        if word[0].isupper():
            run.append(word)
            continue
        while run and run[0].casefold() in _NO_NAME:
            del run[0]
        if 2 <= len(run) <= _LONGEST:
            yield " ".join(run)
        run = []
