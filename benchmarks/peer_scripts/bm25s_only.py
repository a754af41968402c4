"""bm25s: BM25 alone, English stop words left out, words stemmed.

As in https://github.com/xhluca/bm25s#quickstart
"""

from collections.abc import Sequence

import bm25s
import Stemmer

from benchmarks.peer_scripts.protocol import Task, main


class Bm25:
    """BM25, its scores worked out beforehand."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._stemmer = Stemmer.Stemmer("english")

    def ingest(self) -> None:
        """Index the sentences."""
        tokens = bm25s.tokenize(
            self._task.texts, stopwords="en", stemmer=self._stemmer, show_progress=False
        )
        self._index = bm25s.BM25()
        self._index.index(tokens, show_progress=False)

    def search(self, question: str) -> Sequence[int]:
        """Return the sentences that share most with the question."""
        tokens = bm25s.tokenize(
            question, stopwords="en", stemmer=self._stemmer, show_progress=False
        )
        found: list[int] = self._index.retrieve(tokens, k=self._task.k, show_progress=False)[0][
            0
        ].tolist()
        return found


if __name__ == "__main__":
    main(Bm25)
