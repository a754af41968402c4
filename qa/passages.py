"""From scored sentences to passages: neighbours found together make one passage."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index import Document, Sentence, Snapshot
from qa.answers import Excerpt, Passage, Place, ScoredSentence, Source
from qa.limits import PASSAGE
from qa.reader.ranking import Judged

LONGEST_PASSAGE = PASSAGE.most
_JOINS = 0.75  # of its neighbour's score; a neighbour always scores some for its neighbourhood


@dataclass(frozen=True, slots=True)
class Ranked:
    """Where a found sentence stands, and its score."""

    document_id: int
    paragraph: int
    number: int
    score: float

    def joins(self, other: "Ranked") -> bool:
        """Return whether this sentence, found later, belongs to the other's passage."""
        return (
            self.document_id == other.document_id
            and self.paragraph == other.paragraph
            and abs(self.number - other.number) == 1
            and self.score >= _JOINS * other.score
        )


def group_neighbours(places: Sequence[Ranked], k: int) -> list[list[int]]:
    """Gather found sentences into at most `k` passages.

    A sentence joins the passage of a neighbour in its paragraph that was found before it with not
    much more of a score.

    Args:
        places: The sentences found, best first.
        k: How many passages to make.

    Returns:
        For each passage, best first, its sentences as indices into `places`, in text order.
    """
    passages: list[list[int]] = []
    for index, place in enumerate(places):
        passage = next(
            (
                passage
                for passage in passages
                if len(passage) < LONGEST_PASSAGE
                and any(place.joins(places[other]) for other in passage)
            ),
            None,
        )
        if passage is not None:
            passage.append(index)
        elif len(passages) < k:
            passages.append([index])
        else:
            break
    return [sorted(passage, key=lambda index: places[index].number) for passage in passages]


def make_passages(state: Snapshot, found: Sequence[Judged], k: int) -> list[Passage]:
    """Return at most `k` passages, best first, for sentences given best first."""
    places = [
        Ranked(item.sentence.document_id, item.sentence.paragraph, item.sentence.number, item.score)
        for item in found
    ]
    return [
        _passage(state, [found[index] for index in group]) for group in group_neighbours(places, k)
    ]


def _passage(state: Snapshot, found: Sequence[Judged]) -> Passage:
    first, last = found[0].sentence, found[-1].sentence
    document = state.document(first.document_id)
    around = state.sentences_of(document.id, first.number - 1, last.number + 1)
    sentences = tuple(map(_scored, found))
    probabilities = [item.probability for item in found if item.probability is not None]
    return Passage(
        text=state.text(document.id, first.start, last.end),
        document=source_of(document),
        sha256=document.sha256,
        start=first.start,
        end=last.end,
        score=max(item.score for item in found),
        sentences=sentences,
        page=document.page(first.start),
        before=_excerpt(sentence for sentence in around if sentence.number < first.number),
        after=_excerpt(sentence for sentence in around if sentence.number > last.number),
        confidence=max(probabilities, default=None),
        highlights=tuple(sentence.answer for sentence in sentences if sentence.answer),
        also=tuple(_place(state, copy) for copy in max(found, key=lambda i: i.score).copies),
    )


def _place(state: Snapshot, sentence: Sentence) -> Place:
    document = state.document(sentence.document_id)
    page = document.page(sentence.start)
    source, number = source_of(document), sentence.number
    return Place(source, number, sentence.start, sentence.end, page, document.sha256)


def source_of(document: Document) -> Source:
    """Return what a citation says of a document."""
    return Source(document.id, document.title, document.name, document.format)


def _scored(item: Judged) -> ScoredSentence:
    sentence, hit = item.sentence, item.hit
    answer = None
    if item.answer:
        start, end = item.answer
        answer = Excerpt(sentence.text[start:end], sentence.start + start, sentence.start + end)
    return ScoredSentence(
        sentence.number,
        sentence.text,
        sentence.start,
        sentence.end,
        item.score,
        item.probability,
        answer,
        hit.dense,
        hit.lexical,
        hit.window,
    )


def _excerpt(sentences: Iterable[Sentence]) -> Excerpt | None:
    for sentence in sentences:
        return Excerpt(sentence.text, sentence.start, sentence.end)
    return None
