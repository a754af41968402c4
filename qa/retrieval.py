"""`retrieve`: from a question to the passages that were found for it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

from index import (
    DENSE,
    LEXICAL,
    BadSetting,
    Corpus,
    EmptyQuestion,
    Snapshot,
    listed,
    of_kind,
)
from qa.answers import Passage
from qa.corpora import open_corpus
from qa.limits import PASSAGES
from qa.numbered import prefer_numbered, with_numbered
from qa.passages import LONGEST_PASSAGE, make_passages
from qa.reader.languages import is_read, split, stands_out
from qa.reader.model import shipped_reader
from qa.reader.ranking import (
    READ_ALL,
    RankedSentence,
    answered_below,
    behind,
    read,
    shipped_calibration,
    unread,
)
from qa.settings import ReaderName, Settings

Mode = Literal["hybrid", "dense", "lexical"]
_WEIGHTS = {"hybrid": None, "dense": DENSE, "lexical": LEXICAL}  # None: by the languages
MAX_K = PASSAGES.most


def load_models(corpus: Corpus) -> None:
    """Load now what the first question would have to wait for: the model, the reader, the indexes.

    Raises:
        ModelUnavailable: The corpus's model or the reader can't be loaded.
    """
    corpus.load()
    if Settings.from_environment().reader != "none":
        shipped_reader()


def retrieve(
    question: str,
    k: int = 5,
    corpus: Corpus | Path | str | None = None,
    documents: Iterable[int | str] | None = None,
    *,
    mode: Mode = "hybrid",
    reader: ReaderName | None = None,
) -> list[Passage]:
    """Return the passages that answer a question best, best first, word for word.

    Sentences are searched by meaning (dense) and by words (BM25, over the sentence and over its
    neighbourhood), and the three scores are fused. The reader then looks at the first of them
    together with the question, and ranks them by the probability that they answer. Sentences
    found side by side make one passage; what says the same in the same words is returned once,
    with its other places. The reader knows English: where the question or what is found first is in
    another language, it is left out, and passages have no confidence. Safe to call from several
    threads.

    Args:
        question: Any text but an empty one.
        k: How many passages to return, 1 to 1,000; a small corpus may give fewer.
        corpus: Folder of a corpus, or an open one; by default the one of VERBATIM_CORPUS, or the
            user's own, which begins with the article that comes with Verbatim.
        documents: Search these only: ids, names or titles, in a list. None searches all, an empty
            list none.
        mode: `hybrid`, or one kind of search alone: `dense` or `lexical`.
        reader: `shipped`, or `none` to rank by the search alone, which is faster; by default what
            VERBATIM_READER says, or else `shipped`.

    Returns:
        At most `k` passages. None overlaps another.

    Raises:
        EmptyQuestion: The question holds nothing but white space.
        BadSetting: `k`, `mode` or `reader` is out of range.
        TypeError: `question` is no text, or `documents` no list: write `documents=["a.txt"]`.
        UnknownDocument: The corpus lacks one of `documents`.
        AmbiguousDocument: One of `documents` may mean several.
        CorpusNotFound: There is no corpus in the folder given.
        ModelUnavailable: The corpus's model or the reader can't be loaded.
    """
    asked(question)
    with retrieval(k, corpus, documents, mode, reader) as found:
        return found.find(question).passages


@dataclass(frozen=True, slots=True)
class Retrieval:
    """One state of a corpus, and how questions are put to it. Made by `retrieval`.

    Attributes:
        state: The state.
        documents: Ids of the documents that are searched; None for all.
        k: How many passages to return.
        mode: Which searches there are.
        reader: `shipped` or `none`.
        as_typed: Whether no other spelling of the question is tried.
    """

    state: Snapshot
    documents: list[int] | None
    k: int
    mode: Mode
    reader: ReaderName
    as_typed: bool = False

    def find(self, question: str) -> "Found":
        """Return the passages that answer a question best, and whether they seem to.

        Where words of the question stand nowhere, it is searched for with words of the documents
        that are spelt nearly the same as well, and the surer answer is returned; not without the
        reader.
        """
        found = self._find(question)
        # Without the reader nothing would say which of two is surer
        if self.as_typed or self.reader == "none":
            return found
        spelt = self.state.spelt_as_here(question)
        if spelt == question:
            return found
        return max(found, self._find(spelt), key=lambda each: (each.answered, each.confidence))

    def _find(self, question: str) -> "Found":
        hits = self.state.search(
            question,
            limit=max(LONGEST_PASSAGE * self.k, READ_ALL + 1),
            weights=_WEIGHTS[self.mode],
            document_ids=self.documents,
        )
        found_ids = [hit.sentence_id for hit in hits[:READ_ALL]]
        numbered = self.state.sentences_numbered(question, found_ids, self.documents)
        found = answered_below(self.state, unread(self.state, with_numbered(hits, numbered)))
        answered, judged = bool(found), True
        if self.reader == "shipped" and found:
            found, answered = self._judged(question, found)
            judged = found[0].probability is not None
        passages = make_passages(self.state, prefer_numbered(question, found, numbered), self.k)
        if passages and passages[0].confidence is not None:
            answered = passages[0].confidence >= shipped_calibration().threshold
        return Found(passages, answered, question, judged)

    def _judged(
        self, question: str, found: list[RankedSentence]
    ) -> tuple[list[RankedSentence], bool]:
        """Return what was found in its final order, and whether the first seems to answer.

        The reader judges what it knows the language of. Where something else is nearer and the
        reader finds no answer, it is left to the search.
        """
        known, others = split(found)
        if not known or not is_read(question):
            return found, stands_out(found)
        judged = read(self.state, question, known, shipped_reader(), shipped_calibration())
        sure = (judged[0].probability or 0.0) >= shipped_calibration().threshold
        if found[0] is not known[0] and not sure:
            return found, stands_out(found)
        return behind(judged, others), sure


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for a question.

    Attributes:
        passages: The passages, best first.
        answered: Whether the first seems to answer; without the reader, whether there is one.
        query: What was searched for: the question, or the question as the documents spell it.
        judged: False where the reader doesn't know the language.
    """

    passages: list[Passage]
    answered: bool
    query: str
    judged: bool

    @property
    def confidence(self) -> float:
        """That of the first passage; 0 without one, or where no reader looked at it."""
        return (self.passages[0].confidence or 0.0) if self.passages else 0.0


@contextmanager
def retrieval(
    k: int,
    corpus: Corpus | Path | str | None,
    documents: Iterable[int | str] | None,
    mode: Mode,
    reader: ReaderName | None,
    *,
    as_typed: bool = False,
) -> Iterator[Retrieval]:
    """Open a corpus in one state for the block. Arguments and errors: see `retrieve` and `ask`."""
    chosen = None if documents is None else listed(documents, "documents", (int, str))
    if not 1 <= of_kind(k, "k", int) <= MAX_K:
        raise BadSetting(f"k is {k}; it must be from 1 to {MAX_K}.")
    if mode not in _WEIGHTS:
        raise BadSetting(f"mode is {mode!r}; it must be one of {', '.join(_WEIGHTS)}.")
    used = reader or Settings.from_environment().reader
    if used not in get_args(ReaderName):
        raise BadSetting(f"reader is {used!r}; it must be {' or '.join(get_args(ReaderName))}.")
    with open_corpus(corpus).snapshot() as state:
        ids = None if chosen is None else state.find_documents(chosen)
        yield Retrieval(state, ids, k, mode, cast("ReaderName", used), as_typed)


def asked(question: str) -> str:
    """Return a question that isn't empty.

    Raises:
        EmptyQuestion: It holds nothing but white space.
        TypeError: It is no text.
    """
    if not of_kind(question, "question", str).strip():
        raise EmptyQuestion(
            "The question is empty. Ask a question, for example: Who is Jeremy Hunt?"
        )
    return question
