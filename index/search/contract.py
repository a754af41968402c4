"""What a corpus needs of whatever searches it; `tests/index/test_searches.py` is it as tests.

An engine is derived from the store and made again from it. It may hold sentences that the store
has deleted or never committed; it never lacks one of a state that it gives a searcher for.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from index.documents import Sentence
from index.search.vectors.base import Ids, Vectors
from index.written import Wording


class Searcher(Protocol):
    """Searches one state of the store, in the caller's snapshot; finds only sentences of it."""

    @property
    def count(self) -> int:
        """Number of sentences that can be found by their words."""

    @property
    def tidy(self) -> bool:
        """Whether no search has to look beyond sentences that this state doesn't have."""

    @property
    def reads_wording(self) -> bool:
        """Whether it can be kept to sentences of a wording; otherwise none may be given."""

    def dense(
        self,
        query: Vectors,
        k: int,
        document_ids: Sequence[int] | None = None,
        wording: Wording | None = None,
    ) -> dict[int, float]:
        """Return at most `k` sentence ids with their cosines, best first.

        Args:
            query: A unit vector of shape (dimension,).
            k: How many to return.
            document_ids: Look in these documents only.
            wording: Return sentences that are so only; as many as of any others.
        """

    def lexical(
        self,
        question: str,
        k: int,
        fields: Sequence[str],
        document_ids: Sequence[int] | None = None,
        wording: Wording | None = None,
    ) -> Callable[[], list[dict[int, float]]]:
        """Begin to look for words, so that other work can be done before the result is fetched.

        Args:
            question: Any text: its words are searched for, any of them may match.
            k: How many to return.
            fields: `SENTENCE`, `WINDOW`, or both.
            document_ids: Look in these documents only.
            wording: Return sentences that are so only. Where phrases must stand in them, those
                without a word of the question come last, with a score of 0.

        Returns:
            What gives, for each field, at most `k` sentence ids with their BM25 scores, best first;
            to be called in the same thread and snapshot.
        """

    def like(self, word: str, k: int) -> list[int]:
        """Return at most `k` sentences that have a word spelt nearly as one that no sentence has.

        Args:
            word: A word of a question.
            k: How many to return.

        Returns:
            Their ids; none if a sentence has the word, or if the engine can't look for such words.
        """


class EngineWriter(Protocol):
    """Takes in a change: announced first, then whatever comes and goes, committed, finished."""

    def announce(self, generation: str) -> None:
        """Prepare for a change that leads to that state of the store, before it begins."""

    def add(self, sentences: Iterable[Sentence]) -> None:
        """Add one document's sentences, given in their order; the store has their vectors."""

    def remove(self, sentence_ids: Ids) -> None:
        """Remove sentences, but let searchers of earlier states go on finding them."""

    def commit(self, before: str, after: str) -> None:
        """Make the change durable, in the store's transaction, so that both states are covered."""

    def finish(self, after: str) -> None:
        """Tidy up after the store has committed."""

    def mend(self) -> None:
        """Make everything anew that doesn't hold the store's sentences and no others."""


class SearchEngine(Protocol):
    """Dense and lexical search of one corpus. May be used from several threads at once."""

    def searcher(self) -> Searcher | None:
        """Return a searcher of the store's state in the caller's snapshot.

        None if the engine lacks anything of it: a writer is ahead, or it has to be mended.
        """

    def writing(self) -> AbstractContextManager[EngineWriter]:
        """Open the engine for changes, and make anew what doesn't fit the store.

        One process at a time: the caller holds the corpus's lock.
        """

    def load(self) -> None:
        """Get ready for the first search."""

    def describe(self) -> str:
        """Say in words what searches."""

    def save(self, progress: Callable[[int, int], None]) -> None:
        """Keep what would have to be made again at the next start.

        Args:
            progress: Called with how many sentences are arranged, and how many there are.
        """

    def problems(self, searcher: Searcher | None) -> list[tuple[str, str]]:
        """Return what doesn't fit the store in the caller's snapshot, as pairs (part, message).

        Args:
            searcher: What `searcher` gave when the snapshot began.
        """

    def close(self) -> None:
        """Let go of connections."""
