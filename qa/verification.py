"""`verify`: proof that a passage stands in its document, word for word, where it says."""

import hashlib
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal

from index import (
    BadSetting,
    Corpus,
    Document,
    RetrievalError,
    Snapshot,
    UnknownDocument,
    of_kind,
    read_file,
)
from qa.answers import Excerpt, Passage, Place, ScoredSentence
from qa.corpora import open_corpus
from qa.merging import Corpora, named
from qa.passages import block_of, source_of
from qa.reader.ranking import words_of

FileState = Literal["same", "changed", "missing", "none"]


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome of `verify`; true in a condition if the passage is proved.

    Attributes:
        valid: Everything that the passage states is true: the stored text's SHA-256, the words
            at their offsets, the marked words, page, sentence numbers, neighbours, and the
            other places. Parts that are empty are not checked; scores can't be.
        reason: Why not, in words; empty if valid.
        file: The file it was read from, read again just now, within the limits of reading: `same`
            text, `changed` (index it again), `missing` or unreadable; `none` if the document was
            never a file.
    """

    valid: bool
    reason: str
    file: FileState

    def __bool__(self) -> bool:
        return self.valid


def verify(passage: Passage, corpus: Corpora = None) -> Verification:
    """Read the passage's source again and compare it, character by character.

    Args:
        passage: What `retrieve` or `ask` returned.
        corpus: The corpus it came from, or all that were asked together with it; see `retrieve`.

    Returns:
        Whether the passage is proved, and what has become of the file since.

    Raises:
        CorpusNotFound: There is no corpus in the folder given.
        BadSetting: Several corpora are given, and the passage is from none of them.
    """
    of_kind(passage, "passage", Passage)
    if not (corpus is None or isinstance(corpus, Corpus | Path | str)):
        known = named(corpus)
        if passage.corpus not in known:
            raise BadSetting(
                f"The passage is from the corpus {passage.corpus!r}, and those given are "
                f"{', '.join(known)}. Give the ones that were asked, in the same order."
            )
        return verify(passage, known[passage.corpus])
    with open_corpus(corpus).snapshot() as state:
        try:
            document = state.document(passage.document.id)
        except UnknownDocument:
            return Verification(False, "The document has been removed from the corpus.", "none")
        text = state.text(document.id)
        reason = _difference(passage, text) or _misplaced(passage, state, document)
    return Verification(not reason, reason, _file_state(Path(document.source), text))


def _difference(passage: Passage, text: str) -> str:
    """Return what of the passage's words doesn't stand where it says; empty if all does."""
    if hashlib.sha256(text.encode()).hexdigest() != passage.sha256:
        return "The document's text has changed since the passage was found."
    marked = [words for sentence in passage.sentences for words in sentence.marked]
    around = (passage.before, passage.after)
    for piece in (passage, *passage.sentences, *around, *marked, *passage.highlights):
        if piece and not (
            0 <= piece.start < piece.end and text[piece.start : piece.end] == piece.text
        ):
            return "The document holds another text at the passage's place."
    inside: list[tuple[Excerpt, ScoredSentence | Passage]]
    inside = [(words, sentence) for sentence in passage.sentences for words in sentence.marked]
    inside += [(words, passage) for words in passage.highlights]
    if any(not _within(words, piece) for words, piece in inside):
        return "Words are marked that stand elsewhere."
    if passage.sentences and list(passage.highlights) != marked:
        return "The words marked in the passage are not those marked in its sentences."
    for before, after in pairwise(piece for piece in (around[0], passage, around[1]) if piece):
        if before.end > after.start or text[before.end : after.start].strip():
            return "The sentences before and after the passage are not its neighbours."
    return ""


def _misplaced(passage: Passage, state: Snapshot, document: Document) -> str:
    """Return what of document, page and sentence numbers is not as the passage says."""
    if passage.document != source_of(document):
        return "The document has another title, name or format."
    if passage.page != document.page(passage.start):
        return "The passage stands on another page."
    numbers = [sentence.number for sentence in passage.sentences]
    if numbers:
        first, last = numbers[0], numbers[-1]
        if not 1 <= first <= last <= document.sentences or numbers != list(range(first, last + 1)):
            return "The document has no such sentences."
        stored = state.sentences_of(document.id, first - 1, last + 1)
        offsets = {sentence.number: (sentence.start, sentence.end) for sentence in stored}
        around = ((first - 1, passage.before), (last + 1, passage.after))
        for number, piece in (*zip(numbers, passage.sentences, strict=True), *around):
            if piece and offsets.get(number) != (piece.start, piece.end):
                return f"Sentence {number} of the document is another one."
        begins = next(sentence for sentence in stored if sentence.number == first)
        block = (block_of(begins), begins.context)
        if (passage.start, passage.end) != (offsets[first][0], offsets[last][1]) or (
            passage.block and (passage.block, passage.context) != block
        ):
            return "The passage, its block or the words above it are not those of its sentences."
    return next(filter(None, (_elsewhere(place, passage, state) for place in passage.also)), "")


def _elsewhere(place: Place, passage: Passage, state: Snapshot) -> str:
    """Return why another place does not say the same as the passage; empty if it does."""
    try:
        document = state.document(place.document.id)
    except UnknownDocument:
        return f"{place.document.name}, which said the same, has been removed from the corpus."
    there = (
        state.sentences_of(document.id, place.number, place.number)
        if 1 <= place.number <= document.sentences
        else []
    )
    same = (
        place.document == source_of(document)
        and [(sentence.start, sentence.end) for sentence in there] == [(place.start, place.end)]
        and place.page == document.page(place.start)
        and place.sha256 in ("", document.sha256)  # none was kept in earlier versions
        and (not passage.sentences or words_of(there[0].text) == words_of(passage.best.text))
    )
    return "" if same else f"{place.document.name} does not say the same at the place named."


def _within(inner: Excerpt, outer: ScoredSentence | Passage) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _file_state(path: Path, text: str) -> FileState:
    if not path.is_absolute():
        return "none"
    try:
        return "same" if read_file(path).text == text else "changed"
    except RetrievalError:
        return "missing"
