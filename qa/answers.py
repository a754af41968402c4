"""The results: passages with their place, and the answer that holds them.

Offsets are half-open and count Unicode code points of the document's stored text, whose SHA-256
is given: `text[start:end]` is what is shown, and `qa.verify` proves it.
"""

import reprlib
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from index import BlockKind, Filter, NamedCell
from qa.cards import block, card
from qa.figures import give_different_figures
from qa.grammar import plain_text, without_limit
from qa.words import has_content_words_of

# Of the first passage's confidence. What is marked in its list or paragraph needs but .10, which is
# too little for an answer of its own: beside one of .63 stand some of .12 about something else
_AS_SURE = 0.5
_SHORT = reprlib.Repr()
_SHORT.maxstring = 60  # characters of a text in a `repr`, which fits on a line of a terminal
AnswerKind = Literal["passages", "overview", "documents", "greeting", "none"]


@dataclass(frozen=True, slots=True)
class Source:
    """The document that a passage is from.

    Attributes:
        id: Number of the document in its corpus.
        title: What it is called in a citation.
        name: File name, or the name it was added under.
        format: The format it was read as, such as `text`, `html`, `pdf` or `epub`.
    """

    id: int
    title: str
    name: str
    format: str


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of a document's text, with its place."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """The block that a passage is part of.

    Attributes:
        kind: `paragraph`, `heading`, `item` of a list, `row` or `header` of a table, `field` of a
            form, `caption`, `note`, `quote` or `code`.
        level: Of a heading 1 to 6, of an item how deep it stands in lists; else 0.
        cells: Of a row, header or field: its cells, those of a row with the names of their columns.
    """

    kind: BlockKind
    level: int = 0
    cells: tuple[NamedCell, ...] = ()


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """A retrieved sentence. For every score, higher is better.

    Attributes:
        number: Its place in the document, counted from 1.
        text: Its text.
        start: Offset of its first character.
        end: Offset after its last character.
        score: What it was ranked by, from 0 to 1: the probability where the reader looked at it.
        probability: Calibrated probability that it answers; None if the reader didn't score it.
        answer: The words in it that most likely are the answer; None if it doesn't answer.
        dense: Cosine with the question; None if it wasn't among the nearest.
        lexical: BM25 of the sentence; None if it wasn't among the best.
        window: BM25 of the sentence with its neighbours; None likewise.
        further: Other words in it that also answer, such as more of a list, in the text's order.
    """

    number: int
    text: str
    start: int
    end: int
    score: float
    probability: float | None
    answer: Excerpt | None
    dense: float | None
    lexical: float | None
    window: float | None
    further: tuple[Excerpt, ...] = ()

    @property
    def marked(self) -> tuple[Excerpt, ...]:
        """All words in it that answer, in the text's order."""
        answers = (*self.further, self.answer) if self.answer else self.further
        return tuple(sorted(answers, key=lambda words: words.start))


@dataclass(frozen=True, slots=True)
class Place:
    """Another place where a document has the same words.

    Attributes:
        document: The document.
        number: Number of the sentence in it, counted from 1.
        start: Offset of its first character.
        end: Offset after its last character.
        page: The page it begins on; None if the document has no pages.
        sha256: SHA-256 of that document's text in UTF-8; empty in answers that a browser stored
            with an earlier version.
    """

    document: Source
    number: int
    start: int
    end: int
    page: int | None
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """One or more neighbouring sentences that were retrieved for a question.

    Attributes:
        text: The passage, word for word as it stands in the document.
        document: The document it stands in.
        sha256: SHA-256 of that document's text in UTF-8.
        start: Offset of its first character.
        end: Offset after its last character.
        score: The best score among its sentences.
        sentences: The sentences, in the document's order.
        page: The page it begins on, counted from 1; None if the document has no pages.
        before: The sentence before it, if there is one and it goes on from that: no row or item.
        after: The sentence after it, likewise.
        confidence: Calibrated probability that it answers; None if the reader didn't score it.
        highlights: The words in it that the reader takes for the answer, in the text's order.
        also: Other places where its best sentence stands, but for case, punctuation and spacing.
        block: What it is part of; None in answers that a browser stored with an earlier version.
        context: Words above it that it needs to be understood, never part of it: the headings,
            the outermost first, and what leads in to a list.
        from_picture: Whether its page is a picture that was read: letters may be wrong.
        corpus: Name of the corpus that it is from, where several were asked together: of its
            folder, with one above it if two are called the same, or as given; else empty.
    """

    text: str
    document: Source
    sha256: str
    start: int
    end: int
    score: float
    sentences: tuple[ScoredSentence, ...]
    page: int | None
    before: Excerpt | None
    after: Excerpt | None
    confidence: float | None
    highlights: tuple[Excerpt, ...]
    also: tuple[Place, ...] = ()
    block: Block | None = None
    context: str = ""
    from_picture: bool = False
    corpus: str = ""

    @property
    def best(self) -> ScoredSentence:
        """The sentence of the passage with the best score."""
        return max(self.sentences, key=lambda sentence: (sentence.score, -sentence.number))

    @property
    def where(self) -> str:
        """Where it stands in its document, in words: `sentences 9-10, page 3`."""
        first, last = self.sentences[0].number, self.sentences[-1].number
        numbers = f"sentence {first}" if first == last else f"sentences {first}-{last}"
        page = "slide" if self.document.format in {"pptx", "odp"} else "page"
        read = ", read from a picture" if self.from_picture else ""
        return f"{numbers}{read}" if self.page is None else f"{numbers}, {page} {self.page}{read}"

    @property
    def with_its_place(self) -> str:
        """All the words that say what it is about: its own, those above it, and those beside it."""
        beside = (words.text for words in (self.before, self.after) if words)
        return " ".join((self.document.title, self.context, *beside, self.text))

    def as_dict(self) -> dict[str, Any]:
        """Return the passage as plain dictionaries and lists, ready for JSON."""
        return asdict(self)

    def __repr__(self) -> str:
        sure = "" if self.confidence is None else f", {self.confidence:.0%}"
        name = _SHORT.repr(self.document.name)
        return f"<Passage {_SHORT.repr(self.text)} of {name}, {self.where}{sure}>"

    def _repr_html_(self) -> str:
        """Return it as a notebook shows it."""
        return block([_card(self, answers=bool(self.highlights))])


class Passages(list[Passage]):
    """A list of passages that a notebook shows as cards; in all else a list."""

    def _repr_html_(self) -> str:
        """Return them as a notebook shows them."""
        return block(
            _card(passage, rank, answers=bool(passage.highlights))
            for rank, passage in enumerate(self, 1)
        )


def _card(passage: Passage, rank: int | None = None, *, answers: bool) -> str:
    of_corpus = f"{passage.corpus}: " if passage.corpus else ""
    number = "" if rank is None else f"{rank} · "
    sure = "" if passage.confidence is None else f" · {passage.confidence:.0%} likely to answer"
    marked = passage.highlights if answers else ()
    return card(
        passage.text,
        [(words.start - passage.start, words.end - passage.start) for words in marked],
        f"{number}{of_corpus}{passage.document.title}, {passage.where}{sure}",
        passage.before.text if passage.before else "",
        passage.after.text if passage.after else "",
        answers=answers,
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """The passages found for a question.

    Attributes:
        question: The person's words.
        query: What was searched for.
        answered: Whether the first passage seems to answer: its confidence reaches the threshold;
            if the reader doesn't know the language, whether it stands out in the search; with
            `reader="none"`, whether any passage was found.
        confidence: That of the first passage; None if the reader didn't score it.
        passages: Best first.
        documents: How many documents were searched.
        kind: `passages` that were found for the question; `overview` of a document, in passages
            of it; `documents`, a list of them, or `greeting`, both in `message`; `none` where
            nothing was found.
        message: A message beside the passages, or instead of them; empty if there is none.
        unmentioned: If it isn't answered: codes, names and words of the question that none of the
            searched documents contains.
        judged: False if the reader scored nothing because it doesn't know the language of the
            question or of the first sentences.
        where: The filters in the question itself; `query` is without them.
    """

    question: str
    query: str
    answered: bool
    confidence: float | None
    passages: tuple[Passage, ...]
    documents: int
    kind: AnswerKind = "passages"
    message: str = ""
    unmentioned: tuple[str, ...] = ()
    judged: bool = True
    where: Filter = field(default_factory=Filter)

    @property
    def answering(self) -> tuple[Passage, ...]:
        """The passages that seem to answer: the first, others about as likely, and `differing`."""
        if not self.answered:
            return ()
        least, differing = _AS_SURE * (self.confidence or 0.0), self.differing
        return tuple(
            passage
            for place, passage in enumerate(self.passages)
            if not place
            or passage in differing
            or (passage.highlights and (passage.confidence or 0.0) >= least)
        )

    @property
    def differing(self) -> tuple[Passage, ...]:
        """The passages of other documents that give different figures from the first.

        They tell of all that the question is about: what has other figures for something else, or
        for the same at another time, can't always be told from a contradiction.
        """
        if not self.answered or not self.passages:
            return ()
        first, *others = self.passages
        figures = [words.text for words in first.highlights]
        # In another corpus the same id means another document
        source = (first.corpus, first.document.id)
        return tuple(
            passage
            for passage in others
            if (passage.corpus, passage.document.id) != source
            and give_different_figures((words.text for words in passage.highlights), figures)
            and has_content_words_of(passage.with_its_place, self.query)
        )

    @property
    def limits(self) -> tuple[str, ...]:
        """The filters of the search as a question has them, without those that `query` shows."""
        shown = self.query.translate(dict.fromkeys(map(ord, "“”„«»"), '"'))
        return tuple(label for label in self.where.labels if label not in shown)

    def question_without(self, label: str) -> str:
        """Return the question without one of its limits, as `where.labels` has it.

        Of words that had to stand so, the words stay.
        """
        return without_limit(self.question, label)

    @property
    def in_context(self) -> bool:
        """Whether the question was rewritten: completed, or spelt differently."""
        return self.query != (plain_text(self.question) if self.where else self.question.strip())

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as plain dictionaries and lists, ready for JSON."""
        return asdict(self)

    def __repr__(self) -> str:
        question = _SHORT.repr(self.question)
        if self.kind not in ("passages", "none"):
            return f"<Answer {question}: {self.kind}, {_count(len(self.passages), 'passage')}>"
        outcome = "answered" if self.answered else "not answered"
        sure = "" if self.confidence is None else f", {self.confidence:.0%}"
        passages = _count(len(self.passages), "passage")
        return (
            f"<Answer {question}: {outcome}{sure}, {passages} of "
            f"{_count(self.documents, 'document')}>"
        )

    def _repr_html_(self) -> str:
        """Return it as a notebook shows it: what answers on top, the rest folded below it."""
        answering = self.answering if self.kind == "passages" else self.passages
        cards: list[str] = []
        weaker: list[str] = []
        for rank, passage in enumerate(self.passages, 1):
            answers = passage in answering
            shown = _card(passage, rank, answers=answers and self.kind == "passages")
            (cards if answers or not answering else weaker).append(shown)
        return block(cards, lead=self._lead, weaker=weaker)

    @property
    def _lead(self) -> str:
        if self.message or self.kind not in ("passages", "none"):
            return self.message
        if not self.passages:
            return f"Nothing was found in {_count(self.documents, 'document')}."
        if not self.answered:
            return "The documents don't seem to answer this. The closest passages:"
        return f"Searched for: {self.query}" if self.in_context else ""


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
