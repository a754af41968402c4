"""LlamaIndex: its BM25 and vectors in FAISS, scores fused, without a language model.

As in https://developers.llamaindex.ai/python/examples/low_level/fusion_retriever, with the best on
SQuAD of the fusions that it offers: .687 P@1, by reciprocal ranks .623, with 10 candidates .613.
"""

from collections.abc import Sequence

import faiss
from llama_index.core import StorageContext, VectorStoreIndex
from llama_index.core.llms import MockLLM
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.core.schema import TextNode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.retrievers.bm25 import BM25Retriever
from llama_index.vector_stores.faiss import FaissVectorStore

from benchmarks.peer_scripts.prompts import QUERY_PROMPT, TEXT_PROMPT
from benchmarks.peer_scripts.protocol import Task, main

_DIMENSION = 384  # of multilingual-e5-small
_CANDIDATES = 100  # of each search


class Hybrid:
    """A fusion retriever over the question alone."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._model = HuggingFaceEmbedding(
            task.model, query_instruction=QUERY_PROMPT, text_instruction=TEXT_PROMPT
        )

    def ingest(self) -> None:
        """Index the sentences both ways."""
        # The number tells sentences apart that read alike: fusion adds up the scores of those that
        # are the same to it, and a bracket that stands alone in ten places would win each time
        nodes = [
            TextNode(
                id_=str(number),
                text=text,
                metadata={"number": number},
                excluded_embed_metadata_keys=["number"],
            )
            for number, text in enumerate(self._task.texts)
        ]
        vectors = FaissVectorStore(faiss_index=faiss.IndexFlatIP(_DIMENSION))
        index = VectorStoreIndex(
            nodes,
            embed_model=self._model,
            storage_context=StorageContext.from_defaults(vector_store=vectors),
        )
        self._retriever = QueryFusionRetriever(
            [
                index.as_retriever(similarity_top_k=_CANDIDATES),
                BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=_CANDIDATES),
            ],
            llm=MockLLM(),  # never asked, as one query is the question itself
            mode="dist_based_score",
            similarity_top_k=self._task.k,
            num_queries=1,
            use_async=False,
        )

    def search(self, question: str) -> Sequence[int]:
        """Return what both retrievers together find."""
        return [int(found.node.node_id) for found in self._retriever.retrieve(question)]


if __name__ == "__main__":
    main(Hybrid)
