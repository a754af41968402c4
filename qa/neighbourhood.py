"""`surroundings`: what stands around a passage in its document, and which file that is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from index import BadSetting, Corpus, Sentence, UnknownDocument, of_kind
from qa.answers import Excerpt, Passage
from qa.corpora import open_corpus
from qa.limits import SURROUNDINGS
from qa.merging import Corpora, named


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around a passage.

    Attributes:
        before: The sentences before it, in the document's order.
        after: The sentences after it.
        source: The path of the document's file; of an attachment, that of the file it is in and
            its name there; of a text that never was a file, the name it was added under. Empty if
            the document has been removed since.
    """

    before: tuple[Excerpt, ...]
    after: tuple[Excerpt, ...]
    source: str


def surroundings(passage: Passage, sentences: int = 1, corpus: Corpora = None) -> Surroundings:
    """Return the sentences before and after a passage, and where its document's file is.

    Args:
        passage: What `retrieve` or `ask` returned.
        sentences: How many on each side, 0 to 100; at the ends of the document there are fewer.
        corpus: The corpus it came from, or all that were asked together with it; see `retrieve`.

    Returns:
        The sentences; where the document has been changed or removed since, what the passage
        itself has of them.

    Raises:
        BadSetting: `sentences` is out of range; or several corpora are given, and the passage is
            from none of them.
        CorpusNotFound: There is no corpus in the folder given.
    """
    of_kind(passage, "passage", Passage)
    if not 0 <= of_kind(sentences, "sentences", int) <= SURROUNDINGS.most:
        raise BadSetting(f"sentences is {sentences}; it must be from 0 to {SURROUNDINGS.most}.")
    own = tuple(filter(None, [passage.before])), tuple(filter(None, [passage.after]))
    one = (
        corpus
        if corpus is None or isinstance(corpus, Corpus | Path | str)
        else _of(passage, corpus)
    )
    with open_corpus(one).snapshot() as state:
        try:
            document = state.document(passage.document.id)
        except UnknownDocument:
            return Surroundings(*own, "")
        if not sentences:
            return Surroundings((), (), document.source)
        if document.sha256 != passage.sha256 or not passage.sentences:
            return Surroundings(*own, document.source)
        first, last = passage.sentences[0].number, passage.sentences[-1].number
        return Surroundings(
            _excerpts(state.sentences_of(document.id, max(1, first - sentences), first - 1)),
            _excerpts(state.sentences_of(document.id, last + 1, last + sentences)),
            document.source,
        )


def _of(passage: Passage, corpora: Iterable[Corpus | Path | str]) -> Corpus | Path | str:
    known = named(corpora)
    if passage.corpus not in known:
        raise BadSetting(
            f"The passage is from the corpus {passage.corpus!r}, and those given are "
            f"{', '.join(known)}. Give the ones that were asked, in the same order."
        )
    return known[passage.corpus]


def _excerpts(sentences: Sequence[Sentence]) -> tuple[Excerpt, ...]:
    return tuple(Excerpt(one.text, one.start, one.end) for one in sentences)
