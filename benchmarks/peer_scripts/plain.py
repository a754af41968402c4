"""sentence-transformers and a flat FAISS index, nothing else.

As in https://sbert.net/examples/sentence_transformer/applications/semantic-search/README.html
"""

from collections.abc import Sequence

import faiss
from sentence_transformers import SentenceTransformer

from benchmarks.peer_scripts.protocol import Task, main


class Plain:
    """Cosine similarity, exactly."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._model = SentenceTransformer(task.model)

    def ingest(self) -> None:
        """Encode the sentences."""
        vectors = self._model.encode_document(self._task.texts, normalize_embeddings=True)
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(vectors)

    def search(self, question: str) -> Sequence[int]:
        """Return the nearest sentences."""
        vector = self._model.encode_query([question], normalize_embeddings=True)
        found: list[int] = self._index.search(vector, self._task.k)[1][0].tolist()
        return found


if __name__ == "__main__":
    main(Plain)
