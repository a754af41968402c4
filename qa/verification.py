"""`verify` and `verify_quotation`: proof that words stand in a document where it is said."""

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
from qa.answers import Excerpt, Passage, Place, ScoredSentence, Source
from qa.corpora import open_corpus
from qa.merging import Corpora, named
from qa.passages import block_of, source_of
from qa.reader.ranking import words_of

FileState = Literal["same", "changed", "missing", "none"]
_MOST_PLACES = 5  # at which words are said to stand that don't stand where they were said to


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


@dataclass(frozen=True, slots=True)
class Proof:
    """The outcome of `verify_quotation`; true in a condition if the quotation is proved.

    Attributes:
        valid: Whether the document's text has this SHA-256, and the words stand at these offsets.
        reason: Why not, and what to do; empty if valid.
        text: The words that stand there, to be quoted; empty if it isn't valid.
        document: The document; None if there is none such.
        sha256: SHA-256 of its text as it is now; empty if there is none.
        page: The page on which the words begin; None if it has no pages, or it isn't valid.
        elsewhere: Offsets, half-open, at which the words stand that were given, if they don't
            stand there; at most five.
    """

    valid: bool
    reason: str
    text: str = ""
    document: Source | None = None
    sha256: str = ""
    page: int | None = None
    elsewhere: tuple[tuple[int, int], ...] = ()

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


def verify_quotation(
    document: int | str,
    sha256: str,
    start: int,
    end: int,
    text: str | None = None,
    *,
    corpus: Corpus | Path | str | None = None,
) -> Proof:
    """Tell whether a quotation that is known by its address stands there, character by character.

    For what others claim to have quoted; of a `Passage`, `verify` proves more.

    Args:
        document: Id, name or title.
        sha256: SHA-256 of the document's text in UTF-8, as it was when it was quoted.
        start: Offset of the first character, counted in Unicode code points.
        end: Offset after the last one.
        text: The words quoted; None to be told them.
        corpus: See `retrieve`.

    Returns:
        Whether it is proved, or why not. A document that isn't there is no error.

    Raises:
        AmbiguousDocument: Several documents are called that.
        CorpusNotFound: There is no corpus in the folder given.
        TypeError: An argument is of another kind.
    """
    of_kind(sha256, "sha256", str)
    of_kind(start, "start", int)
    of_kind(end, "end", int)
    if text is not None:
        of_kind(text, "text", str)
    with open_corpus(corpus).snapshot() as state:
        try:
            (document_id,) = state.find_documents([of_kind(document, "document", (int, str))])
        except UnknownDocument:
            return Proof(False, f"There is no document {document!r} in the corpus.")
        about = state.document(document_id)
        there = state.text(document_id)
    source = source_of(about)
    reason = _unproved(there, sha256, start, end, text)
    if not reason:
        page = about.page(start)
        return Proof(True, "", there[start:end], source, about.sha256, page)
    elsewhere = _places_of(text, there) if text and text.strip() else ()
    if elsewhere:
        reason += " The words stand elsewhere in it."
    return Proof(False, reason, "", source, about.sha256, None, elsewhere)


def _unproved(there: str, sha256: str, start: int, end: int, text: str | None) -> str:
    """Return why a document's text doesn't prove a quotation; empty if it does."""
    if hashlib.sha256(there.encode()).hexdigest() != sha256.strip().lower():
        return (
            "The document's text has another SHA-256: it has changed since, or is another one. "
            "Search for the words again."
        )
    if not 0 <= start < end <= len(there):
        return f"The document has no such place: it has the characters 0 to {len(there)}."
    if text is not None and there[start:end] != text:
        return "The document holds another text at that place."
    return ""


def _places_of(text: str, there: str) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    at = there.find(text)
    while at >= 0 and len(found) < _MOST_PLACES:
        found.append((at, at + len(text)))
        at = there.find(text, at + len(text))
    return tuple(found)


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
