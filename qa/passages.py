"""From scored sentences to passages: neighbours found together make one passage."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index import Hit, Sentence, Snapshot
from qa.answers import Excerpt, Passage, ScoredSentence, Source

LONGEST_PASSAGE = 3  # sentences; a longer run says more than a person wants to read as an answer
_JOINS = 0.75  # of its neighbour's score; a neighbour always scores some for its neighbourhood


@dataclass(frozen=True, slots=True)
class Place:
    """Where a found sentence stands, and its score."""

    document_id: int
    paragraph: int
    number: int
    score: float

    def joins(self, other: "Place") -> bool:
        """Return whether this sentence, found later, belongs to the other's passage."""
        return (
            self.document_id == other.document_id
            and self.paragraph == other.paragraph
            and abs(self.number - other.number) == 1
            and self.score >= _JOINS * other.score
        )


def group_neighbours(places: Sequence[Place], k: int) -> list[list[int]]:
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


def make_passages(state: Snapshot, hits: Sequence[Hit], k: int) -> list[Passage]:
    """Return at most `k` passages, best first, for hits given best first."""
    by_id = state.sentences([hit.sentence_id for hit in hits])
    found = [(by_id[hit.sentence_id], hit) for hit in hits]
    places = [
        Place(sentence.document_id, sentence.paragraph, sentence.number, hit.score)
        for sentence, hit in found
    ]
    return [
        _passage(state, [found[index] for index in group]) for group in group_neighbours(places, k)
    ]


def _passage(state: Snapshot, found: Sequence[tuple[Sentence, Hit]]) -> Passage:
    first, last = found[0][0], found[-1][0]
    document = state.document(first.document_id)
    around = state.sentences_of(document.id, first.number - 1, last.number + 1)
    return Passage(
        text=state.text(document.id, first.start, last.end),
        document=Source(document.id, document.title, document.name, document.format),
        sha256=document.sha256,
        start=first.start,
        end=last.end,
        score=max(hit.score for _, hit in found),
        sentences=tuple(
            ScoredSentence(
                sentence.number,
                sentence.text,
                sentence.start,
                sentence.end,
                hit.score,
                hit.dense,
                hit.lexical,
                hit.window,
            )
            for sentence, hit in found
        ),
        page=document.page(first.start),
        before=_excerpt(sentence for sentence in around if sentence.number < first.number),
        after=_excerpt(sentence for sentence in around if sentence.number > last.number),
    )


def _excerpt(sentences: Iterable[Sentence]) -> Excerpt | None:
    for sentence in sentences:
        return Excerpt(sentence.text, sentence.start, sentence.end)
    return None
