"""What engines index of a sentence for searches by words: fields and their texts."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, repeat

from index.documents import BlockKind, Sentence

SENTENCE, WINDOW = "sentence", "window"  # the two fields that are searched
WRITTEN = "written"  # the field in which words stand just as they are written
WINDOW_RADIUS = 2  # sentences on either side: R@20 .950 on SQuAD train, and .942 with 1


# One record says nothing of the one beside it: their words would be found in the wrong row
_APART: frozenset[BlockKind] = frozenset({"row", "header", "field", "code"})


@dataclass(frozen=True, slots=True)
class Words:
    """A text, and the code of the language that it is in."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class LexicalEntry:
    """A sentence to index.

    Attributes:
        sentence_id: The sentence.
        document_id: Its document.
        sentence: Its words, of a row with the names of its columns.
        window: The words above it, it, and what stands beside it.
        text: It as it stands in its document.
    """

    sentence_id: int
    document_id: int
    sentence: Words
    window: tuple[Words, ...]
    text: str = ""


def entries(sentences: Iterable[Sentence]) -> Iterator[LexicalEntry]:
    """Yield the entries of one document's sentences, given in their order."""
    width = 2 * WINDOW_RADIUS + 1
    near: deque[Sentence | None] = deque([None] * width, width)  # None beyond both ends
    for following in chain(sentences, repeat(None, WINDOW_RADIUS)):
        near.append(following)
        if sentence := near[WINDOW_RADIUS]:
            words = Words(sentence.reading, sentence.language)
            window = tuple(_window(sentence, words, near))
            yield LexicalEntry(sentence.id, sentence.document_id, words, window, sentence.text)


def _window(sentence: Sentence, words: Words, near: Iterable[Sentence | None]) -> Iterator[Words]:
    # What a letter or a manual is about stands above its first sentence, and in no other
    for above in filter(None, (sentence.title, sentence.context)):
        yield Words(above, sentence.language)
    for other in near:
        if other is sentence:
            yield words
        elif other and not {sentence.kind, other.kind} & _APART:
            yield Words(other.text, other.language)
