"""What of a question no document mentions: its codes and numbers, its names, its content words."""

import re
from collections.abc import Sequence
from functools import cache
from itertools import islice

from index import LEXICAL, Snapshot
from qa.reader.ranking import text_in_context
from qa.words import content_words, is_code

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
        content_words(question), key=lambda word: (not is_code(word), not word[0].isupper())
    )
    titles = cache(lambda: _titles(state, documents))  # of a large corpus, a while to read
    missing = (
        word
        for word in words[:_LOOKED_FOR]
        if not _mentioned(state, word, documents)
        and (is_code(word) or word.casefold() not in titles())
    )
    return tuple(islice(missing, _MOST))


def _mentioned(state: Snapshot, word: str, documents: Sequence[int] | None) -> bool:
    hits = state.search(word, limit=_NEAR, weights=LEXICAL, document_ids=documents)
    sentences = state.sentences([hit.sentence_id for hit in hits])
    if not is_code(word):
        return bool(sentences)
    whole = re.compile(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])", re.IGNORECASE)
    return any(whole.search(text_in_context(sentence)) for sentence in sentences.values())


def _titles(state: Snapshot, documents: Sequence[int] | None) -> str:
    """Return what the documents that were searched are called, in small letters."""
    chosen = None if documents is None else set(documents)
    return "\n".join(
        f"{one.title} {one.name}".casefold()
        for one in state.documents()
        if chosen is None or one.id in chosen
    )
