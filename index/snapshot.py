"""From a query to scored sentences, over one unchanging state of a corpus."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from functools import partial

import numpy as np
from numpy.typing import NDArray

from index.arguments import listed, of_kind
from index.documents import ATTACHED_TO, UNKNOWN_LANGUAGE, Document, Hit, Sentence
from index.encoding.corpus_model import CorpusModel
from index.encoding.encoder import encodable
from index.errors import AmbiguousDocument, BadSetting, UnknownDocument
from index.filters import Filter, fitting_documents
from index.limits import QUESTION
from index.loading.languages import language_of_question
from index.printed_numbers import blocks_under, numbers_named
from index.search.contract import Searcher
from index.search.entries import SENTENCE, WINDOW
from index.search.fusion import ACROSS, HYBRID, Weights, weighted_sum
from index.search.languages import Languages
from index.search.misspelt import meant_word, mended, words_to_mend
from index.search.vectors.base import Vectors
from index.store.outline import heading_ids
from index.store.store import Store
from index.written import Wording

# Sentences taken from each search before fusion, if no more are wanted: one that stands lower in a
# search gets nothing from it. Not measured apart; five times what the reader may read.
CANDIDATES = 100
_FIRST = 20  # of the dense search that are looked at for words
_DEEPER = 8  # times as deep it searches if those without words crowd out the others
_MOST_SEARCHED = 10  # documents that are searched for a printed number
_MOST_NUMBERED = 15  # sentences below it in each: a few clauses, and not a whole chapter
_NUMBER = re.compile(r"\d+")
_ID = re.compile(r"id:(\d{1,19})")  # an id and nothing else, where `7` may be a name too
_MOST_MENDED = 20  # words of a question that are looked for in other spellings
_LIKE = 30  # sentences whose words such a word is compared with
_MOST_NAMED = 10  # of the documents that a text may mean, in a message


class Snapshot:
    """One committed state of a corpus, for reading. Made by `Corpus.snapshot`.

    Whatever others add or remove meanwhile, all methods answer from the same state.
    """

    def __init__(
        self,
        store: Store,
        searcher: Searcher | None,
        model: CorpusModel,
        languages: Languages,
    ) -> None:
        self._store = store
        self._searcher = searcher
        self._model = model
        self._languages = languages

    def search(
        self,
        query: str,
        *,
        limit: int,
        weights: Weights | None = None,
        document_ids: Sequence[int] | None = None,
        wording: Wording | None = None,
    ) -> list[Hit]:
        """Return at most `limit` sentences, best first.

        Args:
            query: Any text.
            limit: How many to return.
            weights: What dense and lexical search contribute; a weight of 0 leaves one out. By
                default `HYBRID`, and for sentences in another language than the query `ACROSS`,
                those of each language looked for and compared by themselves.
            document_ids: Look in these documents only.
            wording: Look for sentences that are so only.

        Returns:
            Hits with their fused and their raw scores; equal scores in the order of the corpus.

        Raises:
            BadSetting: A wording is asked for, and the corpus is searched with Milvus.
        """
        query = encodable(of_kind(query, "query", str)[: QUESTION.most])
        if document_ids is not None:
            document_ids = listed(document_ids, "document_ids", int)
        if self._searcher is None or of_kind(limit, "limit", int) < 1:
            return []
        if wording and not self._searcher.reads_wording:
            raise BadSetting(
                "This corpus is searched with Milvus, which can't look for words just as they are "
                'written. Leave out "...", +word and -word, or add the documents to a corpus '
                "that isn't on Milvus."
            )
        depth = max(CANDIDATES, limit)
        used = weights or HYBRID
        wanted = {SENTENCE: used.lexical, WINDOW: used.window}
        fields = [field for field, weight in wanted.items() if weight]
        words = self._searcher.lexical(query, depth, fields, document_ids, wording)
        cosines: dict[int, float] = {}
        above: dict[int, float] = {}
        # Where weights are asked for, sentences of all languages are treated alike
        language = UNKNOWN_LANGUAGE if weights else language_of_question(query)
        across = self._languages.others_than(language)
        if used.dense:
            vector = self._model.ready().encode_query(query)
            nearest = partial(self._nearest, self._searcher, query, vector, depth)
            cosines = nearest(document_ids, wording)
            for chosen in self._languages.apart(language, document_ids) if across else ():
                cosines |= nearest(chosen, wording)
            above = self._languages.above_usual(cosines, vector)
        dense = above if across else cosines
        first = sorted(dense, key=lambda key: -dense[key])[:depth]
        by_field = dict(zip(fields, words(), strict=True))
        lexical, window = by_field.get(SENTENCE, {}), by_field.get(WINDOW, {})
        foreign: set[int] = set()
        if across:
            spoken = self._languages.of([*{*first, *lexical, *window}])
            foreign = {
                key for key, its in spoken.items() if its not in {language, UNKNOWN_LANGUAGE}
            }
        fused = weighted_sum(
            {key: dense[key] for key in first},
            lexical,
            window,
            lambda key: ACROSS if key in foreign else used,
        )
        return [
            Hit(key, score, cosines.get(key), lexical.get(key), window.get(key), above.get(key))
            for key, score in fused[:limit]
        ]

    def _nearest(
        self,
        searcher: Searcher,
        query: str,
        vector: Vectors,
        depth: int,
        document_ids: Sequence[int] | None,
        wording: Wording | None,
    ) -> dict[int, float]:
        """Return at most `depth` sentences with their cosines, best first, each of some words.

        What holds none, such as `:212-219`, means nothing, and its vector is near to any question
        that has little to do with the texts: of 300 Chinese questions on XQuAD's English articles,
        245 are nearest to one of two such. It is found if the question has one of its numbers.
        """
        cosines = searcher.dense(vector, depth, document_ids, wording)
        numbers = set(_NUMBER.findall(query))
        first = list(cosines)[:_FIRST]
        if len(self._with_content(first, numbers)) == len(first):
            return cosines
        meaningful = self._with_content(list(cosines), numbers)
        if len(meaningful) < depth // 2 <= len(cosines):
            cosines = searcher.dense(vector, _DEEPER * depth, document_ids, wording)
            meaningful = self._with_content(list(cosines), numbers)
        kept = [key for key in cosines if key in meaningful] or list(cosines)
        return {key: cosines[key] for key in kept[:depth]}

    def _with_content(self, ids: Sequence[int], numbers: Set[str]) -> set[int]:
        """Return those sentences that hold a letter of any script, or one of the numbers."""

        def has_content(text: str) -> bool:
            return any(map(str.isalpha, text)) or not numbers.isdisjoint(_NUMBER.findall(text))

        texts = self._store.texts.of_sentences(ids)
        meaningful = {key for key, (text, _) in texts.items() if has_content(text)}
        if len(meaningful) < len(texts):  # of a row the names of its columns may have letters
            rest = self._store.sentences([key for key in texts if key not in meaningful])
            meaningful |= {key for key, sentence in rest.items() if has_content(sentence.reading)}
        return meaningful

    @property
    def reads_wording(self) -> bool:
        """Whether it can be searched for words just as they are written."""
        return self._searcher is None or self._searcher.reads_wording

    def spelt_as_here(self, question: str) -> str:
        """Return a question with words that no sentence has spelt as one that is nearly the same.

        Numbers, codes and short words stay as they are, and so does everything in a corpus on
        Milvus.

        Args:
            question: Any text.
        """
        if self._searcher is None:
            return question
        words: dict[str, str] = {}
        for word in words_to_mend(encodable(question[: QUESTION.most]))[:_MOST_MENDED]:
            near = self._searcher.like(word, _LIKE)
            sentences = self._store.sentences(near).values() if near else ()
            if corrected := meant_word(word, [sentence.text for sentence in sentences]):
                words[word] = corrected
        return mended(question, words) if words else question

    def sentences_numbered(
        self, question: str, near: Sequence[int], document_ids: Sequence[int] | None = None
    ) -> list[int]:
        """Return the sentences of the blocks whose printed number a question names: "clause 2.3".

        Args:
            question: Any text.
            near: Sentences that were found, best first: it is looked for in their documents.
            document_ids: Look in these documents only.

        Returns:
            Their ids, document by document in the order of the text: of some documents the first.
        """
        numbers = numbers_named(question)
        if not numbers:
            return []
        if document_ids is None or len(document_ids) > _MOST_SEARCHED:
            known = self._store.sentences(near)
            likely = (known[key].document_id for key in near if key in known)
            document_ids = list(dict.fromkeys(likely))
        found: list[int] = []
        for document_id in document_ids[:_MOST_SEARCHED]:
            blocks = set(blocks_under(numbers, self._store.labels(document_id)))
            found += self._store.sentence_ids_in(document_id, blocks, _MOST_NUMBERED)
        return found

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
        return self._store.document(of_kind(document_id, "document_id", int))

    def original_sizes(self) -> dict[str, int]:
        """Return how many bytes each file has that the corpus keeps, by its SHA-256."""
        return self._store.originals.sizes()

    def existing_documents(self, ids: Iterable[int]) -> set[int]:
        """Return those of some ids of documents that are there."""
        return self._store.existing_documents(ids)

    def find_documents(self, wanted: Iterable[int | str]) -> list[int]:
        """Return the ids of documents given by id, name, title or source.

        A text that looks like an id, such as `7`, may be a name too; `id:7` is the id alone.

        Raises:
            TypeError: It is a single text or number, or holds something else than these.
            UnknownDocument: One of them is not in the corpus.
            AmbiguousDocument: One of them may mean several documents.
        """
        meant = self.documents_meant(wanted)
        return list(dict.fromkeys(self._the_one(key, ids) for key, ids in meant.items()))

    def documents_meant(self, wanted: Iterable[int | str]) -> dict[int | str, list[int]]:
        """Return the ids of all documents that each of the keys of `find_documents` may mean.

        Returns:
            By each key as it was given: one id; none if there is no such document; or several.

        Raises:
            TypeError: It is a single text or number, or holds something else than these.
        """
        keys = {key: _plain_id(key) for key in listed(wanted, "documents", (int, str))}
        names = {key for key in keys.values() if isinstance(key, str)}
        forms = {unicodedata.normalize(form, name) for name in names for form in ("NFC", "NFD")}
        known: dict[int | str, dict[int, None]] = defaultdict(dict)
        for document in self._store.documents_called(names | forms) if names else ():
            for name in (str(document.id), document.source, document.name, document.title):
                # Accents may be characters of their own, as macOS has them in names of files
                for key in {name, _composed(name)}:
                    known[key][document.id] = None
        ids = self._store.existing_documents(key for key in keys.values() if isinstance(key, int))
        return {
            given: [key]
            if isinstance(key, int) and key in ids
            else [*(known.get(key) or known.get(_composed(key)) or {})]
            for given, key in keys.items()
        }

    def _the_one(self, key: int | str, ids: Sequence[int]) -> int:
        """Return the id of the document that a key means, of those that it may mean."""
        if not ids:
            raise UnknownDocument(f"The corpus has no document {key!r}.")
        if len(ids) > 1:
            named = [_in_words(self.document(one)) for one in ids[:_MOST_NAMED]]
            more = f"; and {len(ids) - len(named):,} more" if len(ids) > len(named) else ""
            raise AmbiguousDocument(
                f"{key!r} may be any of {len(ids):,} documents: {'; '.join(named)}{more}. Choose "
                f"one by its id, such as id:{ids[0]}."
            )
        return ids[0]

    def fitting_documents(self, wanted: Filter, among: Sequence[int] | None) -> list[int] | None:
        """Return the ids of the documents that a filter lets through.

        Args:
            wanted: The filter; what it says of words is passed over.
            among: Return some of these documents only.

        Returns:
            Their ids; None for all documents.
        """
        if not wanted.limits_documents:
            return None if among is None else list(among)
        fitting = fitting_documents(self._store, wanted)
        if among is None:
            return fitting
        inside = set(fitting)
        return [key for key in among if key in inside]

    def with_attached(self, ids: Iterable[int]) -> list[int]:
        """Return ids of documents, and those of the documents that are attached to them."""
        attached = dict.fromkeys(ids)
        sources = [self._store.document(number).source for number in attached]
        for source in sources:
            inside = self._store.documents_from(f"{source}{ATTACHED_TO}")
            attached |= dict.fromkeys(document.id for document in inside)
        return list(attached)

    def text(self, document_id: int, start: int = 0, end: int | None = None) -> str:
        """Return a document's text, or the piece of it from `start` to `end`.

        Raises:
            UnknownDocument: There is none of that id.
        """
        return self._store.texts.read(of_kind(document_id, "document_id", int), start, end)

    def sentences(self, ids: Sequence[int]) -> dict[int, Sentence]:
        """Return sentences by id."""
        return self._store.sentences(listed(ids, "ids", int))

    def sentences_in_place(
        self, ids: Sequence[int]
    ) -> dict[int, tuple[Sentence, Sentence | None, Sentence | None]]:
        """Return sentences by id, each with the one before and the one after it in its document."""
        wanted = listed(ids, "ids", int)
        # A document's ids follow each other, so that neighbours are found by theirs
        sentences = self._store.sentences(
            list(dict.fromkeys(near for key in wanted for near in (key - 1, key, key + 1)))
        )
        return {
            key: (sentences[key], _beside(sentences, key, -1), _beside(sentences, key, 1))
            for key in wanted
            if key in sentences
        }

    def vectors_of(
        self, document_id: int, most: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the ids of a document's sentences, in their order, and their unit vectors.

        Args:
            document_id: The document.
            most: How many sentences at most: of more, evenly spaced ones.
        """
        ids = self._store.sentence_ids([document_id])
        ids = ids[np.linspace(0, len(ids) - 1, min(most, len(ids))).astype(int)]
        if not len(ids):
            return ids, np.zeros((0, 0), dtype=np.float32)
        batches = list(self._store.vectors.batches(ids, self._model.dimension))
        sentence_ids = np.concatenate([some for some, _ in batches])
        order = np.argsort(sentence_ids)
        return sentence_ids[order], np.concatenate([vectors for _, vectors in batches])[order]

    def sentence_number_at(self, document_id: int, offset: int) -> int:
        """Return the number of the document's first sentence that ends behind an offset.

        Behind the last sentence it is that one's number, in a document without any 0.
        """
        return self._store.sentence_number_at(document_id, offset)

    def headings(self, document_id: int, most: int) -> list[Sentence]:
        """Return the first sentences of a document's headings, at most so many, in their order."""
        ids = heading_ids(self._store.connection, document_id, most)
        found = self._store.sentences(ids)
        return [found[key] for key in ids]

    def sentences_of(
        self, document_id: int, first: int = 1, last: int | None = None
    ) -> list[Sentence]:
        """Return the sentences numbered `first` to `last` (both included) of a document."""
        return self._store.sentences_of(document_id, first, last)


def _beside(sentences: dict[int, Sentence], key: int, step: int) -> Sentence | None:
    """Return the sentence that stands before (-1) or after (1) another in its document."""
    sentence, other = sentences[key], sentences.get(key + step)
    same = other and (other.document_id, other.number - step)
    return other if same == (sentence.document_id, sentence.number) else None


def _composed(key: int | str) -> int | str:
    return unicodedata.normalize("NFC", key) if isinstance(key, str) else key


def _plain_id(key: int | str) -> int | str:
    match = _ID.fullmatch(key) if isinstance(key, str) else None
    return int(match[1]) if match else key


def _in_words(document: Document) -> str:
    """Return what tells a document from others of its name, but no path of this computer."""
    size = f"{document.sentences:,} sentence{'' if document.sentences == 1 else 's'}"
    return (
        f"id:{document.id} {document.title!r} ({document.name}, {size}, "
        f"added {document.added[:10]})"
    )
