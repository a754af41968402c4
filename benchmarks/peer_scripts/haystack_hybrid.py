"""Haystack: BM25 and embedding retriever of the in-memory store, joined by their scores.

As in https://haystack.deepset.ai/tutorials/33_hybrid_retrieval but for its ranker, a second model.
"""

from collections.abc import Sequence

from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import (
    InMemoryBM25Retriever,
    InMemoryEmbeddingRetriever,
)
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

from benchmarks.peer_scripts.prompts import QUERY_PROMPT, TEXT_PROMPT
from benchmarks.peer_scripts.protocol import Task, main

_CANDIDATES = 100  # of each search


class Hybrid:
    """The pipeline of the tutorial."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._store = InMemoryDocumentStore(embedding_similarity_function="cosine")
        self._embedder = SentenceTransformersDocumentEmbedder(
            model=task.model, prefix=TEXT_PROMPT, progress_bar=False
        )
        self._embedder.warm_up()
        self._pipeline = Pipeline()
        text_embedder = SentenceTransformersTextEmbedder(
            model=task.model, prefix=QUERY_PROMPT, progress_bar=False
        )
        self._pipeline.add_component("text_embedder", text_embedder)
        dense = InMemoryEmbeddingRetriever(document_store=self._store, top_k=_CANDIDATES)
        self._pipeline.add_component("embedding_retriever", dense)
        lexical = InMemoryBM25Retriever(document_store=self._store, top_k=_CANDIDATES)
        self._pipeline.add_component("bm25_retriever", lexical)
        joiner = DocumentJoiner(join_mode="distribution_based_rank_fusion", top_k=task.k)
        self._pipeline.add_component("joiner", joiner)
        self._pipeline.connect("text_embedder", "embedding_retriever")
        self._pipeline.connect("bm25_retriever", "joiner")
        self._pipeline.connect("embedding_retriever", "joiner")
        self._pipeline.warm_up()

    def ingest(self) -> None:
        """Embed the sentences and write them to the store."""
        documents = [
            Document(id=str(number), content=text) for number, text in enumerate(self._task.texts)
        ]
        self._store.write_documents(self._embedder.run(documents)["documents"])

    def search(self, question: str) -> Sequence[int]:
        """Run the pipeline."""
        asked = {"text_embedder": {"text": question}, "bm25_retriever": {"query": question}}
        return [int(document.id) for document in self._pipeline.run(asked)["joiner"]["documents"]]


if __name__ == "__main__":
    main(Hybrid)
