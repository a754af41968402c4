"""From a query to scored sentences, over one unchanging state of a corpus."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from index.documents import Document, Hit, Sentence
from index.encoder import Encoder, encodable
from index.engines.contract import Searcher
from index.errors import UnknownDocument
from index.fusion import HYBRID, Weights, weighted_sum
from index.lexical import SENTENCE, WINDOW
from index.store import Store

CANDIDATES = 100  # sentences taken from each search before fusion
_MAX_QUERY = 10_000  # characters; the encoder reads fewer


class Snapshot:
    """One committed state of a corpus, for reading. Made by `Corpus.snapshot`.

    Whatever others add or remove meanwhile, all methods answer from the same state.
    """

    def __init__(
        self,
        store: Store,
        searcher: Searcher | None,
        encoder: Callable[[], Encoder],
    ) -> None:
        self._store = store
        self._searcher = searcher
        self._encoder = encoder

    def search(
        self,
        query: str,
        *,
        limit: int,
        weights: Weights = HYBRID,
        document_ids: Sequence[int] | None = None,
    ) -> list[Hit]:
        """Return at most `limit` sentences, best first.

        Args:
            query: Any text.
            limit: How many to return.
            weights: What dense and lexical search contribute; a weight of 0 leaves one out.
            document_ids: Look in these documents only.

        Returns:
            Hits with their fused and their raw scores; equal scores in the order of the corpus.
        """
        if self._searcher is None or limit < 1:
            return []
        query = encodable(query[:_MAX_QUERY])
        depth = max(CANDIDATES, limit)
        wanted = {SENTENCE: weights.lexical, WINDOW: weights.window}
        fields = [field for field, weight in wanted.items() if weight]
        words = self._searcher.lexical(query, depth, fields, document_ids)
        dense = {}
        if weights.dense:
            vector = self._encoder().encode_query(query)
            dense = self._searcher.dense(vector, depth, document_ids)
        by_field = dict(zip(fields, words(), strict=True))
        lexical, window = by_field.get(SENTENCE, {}), by_field.get(WINDOW, {})
        fused = weighted_sum(
            [(dense, weights.dense), (lexical, weights.lexical), (window, weights.window)]
        )
        return [
            Hit(key, score, dense.get(key), lexical.get(key), window.get(key))
            for key, score in fused[:limit]
        ]

    @property
    def document_count(self) -> int:
        """Number of documents."""
        return self._store.document_count

    @property
    def sentence_count(self) -> int:
        """Number of sentences in all documents."""
        return self._store.sentence_count

    def holds_more_than(self, count: int) -> bool:
        """Return whether there are more sentences than so many, without counting all of them."""
        return self._store.holds_more_than(count)

    def documents(self) -> list[Document]:
        """Return all documents in the order they were first added."""
        return self._store.documents()

    def document(self, document_id: int) -> Document:
        """Return one document; raise `UnknownDocument` if there is none of that id."""
        return self._store.document(document_id)

    def find_documents(self, wanted: Sequence[int | str]) -> list[int]:
        """Return the ids of documents given by id, name, title or source.

        Raises:
            UnknownDocument: One of them is not in the corpus.
        """
        asked, known = set(wanted), defaultdict(list)
        for document in self.documents():
            names = (document.source, document.name, document.title)
            for key in (document.id, str(document.id), *names):
                if key in asked:
                    known[key].append(document.id)
        found: list[int] = []
        for key in wanted:
            matches = known.get(key)
            if not matches:
                raise UnknownDocument(
                    f"The corpus has no document {key!r}. `verbatim documents` lists those it has."
                )
            found.extend(matches)
        return list(dict.fromkeys(found))

    def text(self, document_id: int, start: int = 0, end: int | None = None) -> str:
        """Return a document's text, or the piece of it from `start` to `end`.

        Raises:
            UnknownDocument: There is none of that id.
        """
        return self._store.text(document_id, start, end)

    def sentences(self, ids: Sequence[int]) -> dict[int, Sentence]:
        """Return sentences by id."""
        return self._store.sentences(ids)

    def sentences_of(
        self, document_id: int, first: int = 1, last: int | None = None
    ) -> list[Sentence]:
        """Return the sentences numbered `first` to `last` (both included) of a document."""
        return self._store.sentences_of(document_id, first, last)
