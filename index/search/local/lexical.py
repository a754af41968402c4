"""BM25 over sentences and over their neighbourhoods, with tantivy.

The index may hold sentences that the store has deleted or never committed; it never lacks one of a
generation that it covers. The caller drops the ids that the store doesn't know.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate, islice
from pathlib import Path

import numpy as np
from filelock import BaseFileLock
from numpy.typing import NDArray
from tantivy import (
    Document,
    FieldType,
    Index,
    IndexWriter,
    Occur,
    Query,
    Schema,
    SchemaBuilder,
)

from index.errors import CorpusError
from index.search.entries import SENTENCE, WINDOW, WRITTEN, LexicalEntry, Words
from index.search.local.lexical_files import LexicalFiles
from index.search.terms import Terms
from index.written import Wording, written

_log = logging.getLogger(__name__)
_FORMAT = "4"  # raise it when what is indexed changes: older indexes are then rebuilt
_TOKENIZER = "whitespace"  # tantivy's name: the terms come ready, parted by spaces
# Bytes before tantivy begins another segment, of which it wants 15 MB at least: trades memory while
# adding for segments that have to be merged; not measured
_WRITER_MEMORY = 64_000_000
_MARKER_ID = 0  # a tantivy document of its own that names the generations covered
# Of a question to a large index only the rarest words are looked for, those that no more sentences
# hold, counted together, than this share, and than this number. Among a million, with 594 of SQuAD
# train about 10,000 of them, R@20 of the fused search is .946 (.948 of all words) and P@1 with the
# reader .746; with a quarter .941 and .734, with a tenth, as the number makes it at ten million,
# .939 and .737. At ten million a half took 102 ms of one core, a tenth 29
_LARGE = 50_000  # sentences
_SHARE, _MOST = 0.5, 1_000_000
# Letters of an ending that a stemmer would have cut off, and of what must be left of a word
_ENDING, _STEM = 3, 5
_IDS = 200_000  # read at a time, for each is some objects of Python before it is a number


class LexicalIndex:
    """A tantivy index in a folder."""

    def __init__(self, folder: Path, lock: BaseFileLock) -> None:
        """Open the index in `folder`; where there is none, or a damaged one, one is made.

        Args:
            folder: Where it is.
            lock: What the corpus's writer holds.
        """
        self._files = LexicalFiles(folder)
        words = dict.fromkeys((SENTENCE, WINDOW, WRITTEN), _TOKENIZER)
        self._files.discard_if_outdated(lock, words)
        self._files.discard_if_damaged(lock)
        folder.mkdir(parents=True, exist_ok=True)
        self._schema = (
            SchemaBuilder()
            .add_integer_field("id", indexed=True, fast=True)
            .add_integer_field("document", indexed=True)
            .add_text_field("covers", stored=True, tokenizer_name="raw", index_option="basic")
            .add_text_field(SENTENCE, tokenizer_name=_TOKENIZER, index_option="freq")
            .add_text_field(WINDOW, tokenizer_name=_TOKENIZER, index_option="freq")
            .add_text_field(WRITTEN, tokenizer_name=_TOKENIZER, index_option="position")
            .build()
        )
        self._index = Index(self._schema, path=str(folder), reuse=True)
        self._index.config_reader("manual")
        self._commit_file = folder / "meta.json"
        self._seen: tuple[int, ...] = ()
        self._reload()

    def searcher(self, generation: str, languages: Sequence[str] = ()) -> "LexicalSearcher | None":
        """Return a view of what is committed now, if all of that state of the store is in it.

        Args:
            generation: The state.
            languages: The codes of the languages that its texts are in.
        """
        self._reload()
        searcher = LexicalSearcher(self._index, self._schema, languages)
        return searcher if searcher.covers(generation) else None

    def _reload(self) -> None:
        """See what is committed now: each commit puts another file in place of the last one's."""
        try:
            file = self._commit_file.stat()
        except FileNotFoundError as error:
            raise CorpusError(
                f"{self._commit_file.parent} was removed while the corpus was open. Open it again: "
                "what was removed is then rebuilt."
            ) from error
        now = file.st_ino, file.st_mtime_ns, file.st_size
        if now != self._seen:
            self._index.reload()
            self._seen = now

    @contextmanager
    def writing(self) -> Iterator["LexicalWriter"]:
        """Open the index for changes; what isn't committed in the block is dropped.

        One process at a time: the caller holds the corpus's lock.
        """
        self._files.drop_leftovers()
        with _disk_errors():
            writer = self._index.writer(heap_size=_WRITER_MEMORY, num_threads=1)
        try:
            yield LexicalWriter(writer, self._files)
        finally:
            try:
                with _disk_errors():
                    writer.rollback()
                    writer.wait_merging_threads()
                self._files.record()
            except OSError as error:  # what was committed is, and without its list it is made anew
                _log.warning("The index of words couldn't be closed cleanly (%s).", error)


class LexicalSearcher:
    """An unchanging view of a lexical index; see `LexicalIndex.searcher`."""

    def __init__(self, index: Index, schema: Schema, languages: Sequence[str] = ()) -> None:
        self._searcher = index.searcher()
        self._schema = schema
        self._languages = languages
        self._terms = Terms()

    def covers(self, generation: str) -> bool:
        """Return whether every sentence of that state of the store is in the index."""
        query = Query.term_query(self._schema, "covers", f"{_FORMAT}:{generation}", "basic")
        return bool(self._searcher.search(query, limit=1, count=False).hits)

    @property
    def count(self) -> int:
        """Number of sentences held."""
        return max(0, int(self._searcher.num_docs) - 1)

    def search(
        self,
        question: str,
        k: int,
        field: str,
        document_ids: Sequence[int] | None = None,
        wording: Wording | None = None,
        *,
        every_word: bool = False,
    ) -> dict[int, float]:
        """Return at most `k` sentence ids with their BM25 scores, best first.

        As the contract's `Searcher.lexical`, for one field; `every_word` looks for common words of
        a large index too.
        """
        terms = self._terms.of_question(question, self._languages)
        if not (terms or wording) or k < 1:
            return {}
        within = self._within(document_ids, wording)
        rarest = terms if every_word else self._rarest_terms(field, terms)
        scores = self._search(rarest, k, field, within) if terms else {}
        # Words are rare in the whole index: these sentences may hold others of the question, and
        # those counted may all have been removed
        if rarest != terms and len(scores) < (k if within else 1):
            scores = self._search(terms, k, field, within)
        if wording and wording.having and len(scores) < k:
            query = Query.const_score_query(Query.boolean_query(within), 0.0)
            scores = scores | {key: 0.0 for key in self._found(query, k) if key not in scores}
        return dict(islice(scores.items(), k))

    def worded(
        self, wording: Wording, document_ids: Sequence[int] | None, most: int
    ) -> list[int] | None:
        """Return the ids of the sentences of a wording; None if they seem more than so many."""
        if not wording.having and self.count > 2 * most:
            return None  # words are left out, and seldom stand in half of all sentences
        words = written(" ".join(wording.having)).split()
        if len(words) == 1 and self._searcher.doc_freq(WRITTEN, words[0]) > 2 * most:
            return None
        # A query that only leaves out finds nothing
        query = Query.boolean_query(
            [(Occur.Must, Query.all_query()), *self._within(document_ids, wording)]
        )
        found = self._found(Query.const_score_query(query, 0.0), most + 1)
        return list(found) if len(found) <= most else None

    def among(self, ids: Iterable[int], wording: Wording) -> set[int]:
        """Return those of some sentences that are of a wording."""
        wanted = list(ids)
        some = (Occur.Must, Query.term_set_query(self._schema, "id", wanted))
        query = Query.boolean_query([some, *self._within(None, wording)])
        return set(self._found(Query.const_score_query(query, 0.0), len(wanted)))

    def like(self, word: str, slips: int, k: int) -> list[int]:
        """Return at most `k` sentences that have a word spelt nearly as one that none has.

        Args:
            word: A word of a question.
            slips: Letters that may be wrong.
            k: How many to return.
        """
        terms = self._terms.of_question(word, self._languages)
        if any(self._searcher.doc_freq(SENTENCE, term) for term in terms):
            return []
        # A slip may keep the stemmer from its work: "presidnet" ends otherwise than "president"
        stems = {term[:-cut] for term in terms for cut in range(1, _ENDING + 1)}
        stems = {stem for stem in stems if len(stem) >= _STEM}
        found: dict[int, None] = {}
        for near, allowed in ((terms, slips), (stems, 1)):
            queries = [
                Query.fuzzy_term_query(self._schema, SENTENCE, term, allowed) for term in near
            ]
            query = Query.boolean_query([(Occur.Should, each) for each in queries])
            hits = self._searcher.search(query, limit=k, count=False).hits
            ids = self._searcher.fast_field_values("id", [address for _, address in hits])
            found |= dict.fromkeys(int(key or 0) for key in ids)
        return list(found)

    def ids(self, last: int) -> NDArray[np.int64]:
        """Return the ids of the sentences held, ascending; all or most are from 1 to `last`."""
        parts = [self._ids(first, first + _IDS - 1, _IDS) for first in range(1, last + 1, _IDS)]
        rest = self.count - sum(map(len, parts))
        if rest > 0:
            parts.append(self._ids(1 + _IDS * len(parts), 2**62, rest))
        return np.sort(np.concatenate(parts)) if parts else np.empty(0, np.int64)

    def _ids(self, first: int, last: int, limit: int) -> NDArray[np.int64]:
        query = Query.range_query(self._schema, "id", FieldType.Integer, first, last)
        hits = self._searcher.search(query, limit=limit, count=False).hits
        ids = self._searcher.fast_field_values("id", [address for _, address in hits])
        return np.array([key or 0 for key in ids], np.int64)

    def _within(
        self, document_ids: Sequence[int] | None, wording: Wording | None
    ) -> list[tuple[Occur, Query]]:
        """Return what keeps a search to documents and to a wording; nothing if neither is given."""
        parts: list[tuple[Occur, Query]] = []
        if document_ids is not None:
            inside = Query.term_set_query(self._schema, "document", list(document_ids))
            parts.append((Occur.Must, Query.const_score_query(inside, 0.0)))
        if wording:
            phrases = map(self._phrase, wording.having)
            parts += [(Occur.Must, Query.const_score_query(phrase, 0.0)) for phrase in phrases]
            parts += [(Occur.MustNot, self._phrase(phrase)) for phrase in wording.lacking]
        return parts

    def _phrase(self, phrase: str) -> Query:
        words = written(phrase).split()
        if len(words) == 1:
            return Query.term_query(self._schema, WRITTEN, words[0], "basic")
        return Query.phrase_query(self._schema, WRITTEN, list(words))

    def _found(self, query: Query, k: int) -> dict[int, float]:
        if k < 1:
            return {}
        hits = self._searcher.search(query, limit=k, count=False).hits
        ids = self._searcher.fast_field_values("id", [address for _, address in hits])
        return {int(key or 0): float(score) for key, (score, _) in zip(ids, hits, strict=True)}

    def _search(
        self, terms: list[str], k: int, field: str, within: list[tuple[Occur, Query]]
    ) -> dict[int, float]:
        # Nothing but terms, side by side: others would keep tantivy from skipping what can't win
        query = Query.boolean_query(
            [(Occur.Should, Query.term_query(self._schema, field, term, "freq")) for term in terms]
        )
        return self._found(
            Query.boolean_query([(Occur.Must, query), *within]) if within else query, k
        )

    def _rarest_terms(self, field: str, terms: list[str]) -> list[str]:
        """Return the terms that tell sentences of a large index apart, or all if it has none."""
        held = self._searcher.num_docs
        if held <= _LARGE:
            return terms
        counts = {term: self._searcher.doc_freq(field, term) for term in terms}
        rarest = sorted((term for term in terms if counts[term]), key=lambda term: counts[term])
        sums = accumulate(counts[term] for term in rarest)
        most = min(_SHARE * held, _MOST)
        return rarest[: max(1, sum(total <= most for total in sums))] or terms


class LexicalWriter:
    """Changes to a lexical index; see `LexicalIndex.writing`."""

    def __init__(self, writer: IndexWriter, files: LexicalFiles) -> None:
        self._writer = writer
        self._files = files
        self._terms = Terms()

    def clear(self) -> None:
        """Remove everything."""
        self._writer.delete_all_documents()

    def add(self, added: Iterable[LexicalEntry]) -> None:
        """Add sentences."""
        for entry in added:
            document = Document()
            document.add_integer("id", entry.sentence_id)
            document.add_integer("document", entry.document_id)
            document.add_text(SENTENCE, self._terms_of(entry.sentence))
            document.add_text(WINDOW, " ".join(map(self._terms_of, entry.window)))
            document.add_text(WRITTEN, written(entry.text))
            with _disk_errors():
                self._writer.add_document(document)

    def _terms_of(self, words: Words) -> str:
        return self._terms.of_text(words.text, words.language)

    def remove(self, sentence_ids: Iterable[int]) -> None:
        """Remove sentences."""
        for number in sentence_ids:
            self._writer.delete_documents_by_term("id", number)

    def commit(self, *generations: str) -> None:
        """Make the changes durable and visible; record which states of the store they cover."""
        self._writer.delete_documents_by_term("id", _MARKER_ID)
        marker = Document()
        marker.add_integer("id", _MARKER_ID)
        for generation in generations:
            marker.add_text("covers", f"{_FORMAT}:{generation}")
        with _disk_errors():
            self._writer.add_document(marker)
            self._writer.commit()
        self._files.record()


@contextmanager
def _disk_errors() -> Iterator[None]:
    """Let tantivy's errors, all of one kind, come out as what they are here: the disk's."""
    try:
        yield
    except ValueError as error:
        raise OSError(str(error)) from error
