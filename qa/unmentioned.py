"""What of a question no document mentions: its codes and numbers, its names, its content words."""

from collections.abc import Sequence
from functools import cache
from itertools import islice

from index import LEXICAL, Snapshot
from qa.codes import has_digit, has_word
from qa.reader.ranking import text_in_context
from qa.words import content_words

_LOOKED_FOR = 12  # words of a question: each is a search, some milliseconds
_MOST = 3  # that are named
# Sentences among which one has to hold a code as it is written: the search parts it at its joints
_NEAR = 20


def unmentioned(state: Snapshot, question: str, documents: Sequence[int] | None) -> tuple[str, ...]:
    """Return what of a question stands in no document, as the question has it: codes first.

    Args:
        state: The corpus.
        question: What was searched for, in a language that the documents are in.
        documents: Look in these documents only.
    """
    if documents is not None and not documents:
        return ()
    words = sorted(
        content_words(question), key=lambda word: (not has_digit(word), not word[0].isupper())
    )
    titles = cache(lambda: _titles(state, documents))  # of a large corpus, a while to read
    missing = (
        word
        for word in words[:_LOOKED_FOR]
        if not _mentioned(state, word, documents)
        and (has_digit(word) or word.casefold() not in titles())
    )
    return tuple(islice(missing, _MOST))


def _mentioned(state: Snapshot, word: str, documents: Sequence[int] | None) -> bool:
    hits = state.search(word, limit=_NEAR, weights=LEXICAL, document_ids=documents)
    sentences = state.sentences([hit.sentence_id for hit in hits])
    if not has_digit(word):
        return bool(sentences)
    texts = (text_in_context(sentence).casefold() for sentence in sentences.values())
    return any(has_word(text, word.casefold()) for text in texts)


def _titles(state: Snapshot, documents: Sequence[int] | None) -> str:
    """Return what the documents that were searched are called, in small letters."""
    chosen = None if documents is None else set(documents)
    return "\n".join(
        f"{one.title} {one.name}".casefold()
        for one in state.documents()
        if chosen is None or one.id in chosen
    )
