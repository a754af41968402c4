"""txtai with `hybrid`: dense vectors and its own BM25, scores normalized and weighed alike.

As in https://neuml.github.io/txtai/embeddings/configuration/general/#hybrid
"""

from collections.abc import Sequence

from txtai import Embeddings

from benchmarks.peer_scripts.prompts import QUERY_PROMPT, TEXT_PROMPT
from benchmarks.peer_scripts.protocol import Task, main


class Hybrid:
    """A hybrid index without its database: ids are enough here."""

    def __init__(self, task: Task) -> None:
        self._task = task
        prompts = {"query": QUERY_PROMPT, "data": TEXT_PROMPT}
        self._index = Embeddings(path=task.model, instructions=prompts, hybrid=True, content=False)

    def ingest(self) -> None:
        """Index the sentences."""
        self._index.index(enumerate(self._task.texts))

    def search(self, question: str) -> Sequence[int]:
        """Return what both searches together find."""
        return [sentence for sentence, _ in self._index.search(question, self._task.k)]


if __name__ == "__main__":
    main(Hybrid)
