"""From scored sentences to passages: neighbours found together make one passage."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

from index import Document, Sentence, Snapshot
from qa.answers import Block, Excerpt, Passage, Place, ScoredSentence, Source
from qa.limits import PASSAGE
from qa.lists import items_of, list_around, words_of_item
from qa.reader.ranking import PROSE, RankedSentence

LONGEST_PASSAGE = PASSAGE.most
# Of its neighbour's score. Every neighbour scores some, for the words that stand around it: with
# less most passages would be three sentences long, with more an answer in two sentences is parted.
# Not measured: the figures of quality rank single sentences.
_JOINS = 0.75


def group_neighbours(
    ranked: Sequence[RankedSentence],
    k: int,
    list_of: Callable[[RankedSentence], Sequence[Sentence] | None] = lambda _: None,
) -> list[list[RankedSentence]]:
    """Gather found sentences into at most `k` passages.

    A sentence joins the passage of a neighbour in its paragraph that was found before it with not
    much more of a score. One of a list brings the whole list.

    Args:
        ranked: The sentences found, best first.
        k: How many passages to make.
        list_of: Returns the sentences of the list that a sentence belongs to.

    Returns:
        For each passage, best first, its sentences in text order; those of a list that weren't
        found have a score of 0.
    """
    passages: list[list[RankedSentence]] = []
    taken: dict[tuple[int, int], tuple[int, RankedSentence]] = {}  # by document and number
    lists: dict[tuple[int, int], int] = {}  # by document and number, the passage
    for item in ranked:
        document, number = item.sentence.document_id, item.sentence.number
        beside = [taken[key] for n in (number - 1, number + 1) if (key := (document, n)) in taken]
        if (document, number) in lists:
            whole = passages[lists[document, number]]
            index = next(i for i, other in enumerate(whole) if other.sentence.number == number)
            whole[index] = item
            continue
        passage = min(
            (
                index
                for index, other in beside
                if len(passages[index]) < LONGEST_PASSAGE and _joins(item, other)
            ),
            default=len(passages),
        )
        if passage < len(passages):
            passages[passage].append(item)
        elif len(passages) < k:
            passages.append([item])
            whole_list = list_of(item) or ()
            keys = {(document, other.number) for other in whole_list}
            if keys and not keys & (taken.keys() | lists.keys()):
                passages[-1] = [
                    item if other.number == number else RankedSentence.unscored(other)
                    for other in whole_list
                ]
                lists |= dict.fromkeys(keys, len(passages) - 1)
                continue
        else:
            break
        taken[document, number] = passage, item
    return [sorted(passage, key=lambda item: item.sentence.number) for passage in passages]


def _joins(item: RankedSentence, neighbour: RankedSentence) -> bool:
    """Return whether a sentence belongs to the passage of a neighbour that was found before it."""
    return (
        item.sentence.block == neighbour.sentence.block and item.score >= _JOINS * neighbour.score
    )


def make_passages(
    state: Snapshot,
    ranked: Sequence[RankedSentence],
    k: int,
    may_show: Callable[[Sentence], bool] = lambda _: True,
) -> list[Passage]:
    """Return passages, best first, for sentences given best first.

    Args:
        state: The corpus.
        ranked: The sentences.
        k: How many passages to make at most.
        may_show: Tells whether a sentence may be shown that wasn't found: a list is shown whole
            only if all of it may.
    """
    document = cache(state.document)

    def list_of(item: RankedSentence) -> Sequence[Sentence] | None:
        whole = item.whole or list_around(state, item.sentence, item.after)
        return whole if whole and all(map(may_show, whole)) else None

    groups = group_neighbours(ranked, k, list_of)
    return [_passage(state, document, _with_items_marked(group)) for group in groups]


def _with_items_marked(group: Sequence[RankedSentence]) -> Sequence[RankedSentence]:
    """Return a passage's sentences with all items marked where it is their list that answers.

    What was marked in a part of it, for itself, isn't the answer then.
    """
    whole = next((item.whole for item in group if item.items_answer), ())
    if [item.sentence.id for item in group] != [sentence.id for sentence in whole]:
        return group
    items = {item.id for item in items_of(whole)}
    return [
        replace(item, answer=words_of_item(item.sentence), further=())
        if item.sentence.id in items
        else replace(item, answer=None, further=())
        for item in group
    ]


def _passage(
    state: Snapshot, document_of: Callable[[int], Document], ranked: Sequence[RankedSentence]
) -> Passage:
    first, last = ranked[0], ranked[-1]
    start, end = first.sentence.start, last.sentence.end
    document = document_of(first.sentence.document_id)
    alone = first is last
    sentences = tuple(map(_scored, ranked))
    probabilities = [item.probability for item in ranked if item.probability is not None]
    return Passage(
        # Between sentences stands what belongs to none of them
        text=first.sentence.text if alone else state.text(document.id, start, end),
        document=source_of(document),
        sha256=document.sha256,
        start=start,
        end=end,
        score=max(item.score for item in ranked),
        sentences=sentences,
        page=document.page(start),
        before=_beside(first.sentence, first.before),
        after=_beside(last.sentence, last.after),
        confidence=max(probabilities, default=None),
        highlights=tuple(words for sentence in sentences for words in sentence.marked),
        also=tuple(_place(document_of, copy) for copy in max(ranked, key=lambda i: i.score).copies),
        block=block_of(first.sentence),
        context=first.sentence.context,
        from_picture=document.is_from_picture(start),
    )


def _place(document_of: Callable[[int], Document], sentence: Sentence) -> Place:
    document = document_of(sentence.document_id)
    page = document.page(sentence.start)
    source, number = source_of(document), sentence.number
    return Place(source, number, sentence.start, sentence.end, page, document.sha256)


def block_of(sentence: Sentence) -> Block:
    """Return what a passage says of the block that its first sentence is a part of."""
    return Block(sentence.kind, sentence.level, sentence.cells)


def source_of(document: Document) -> Source:
    """Return what a citation says of a document."""
    return Source(document.id, document.title, document.name, document.format)


def _scored(item: RankedSentence) -> ScoredSentence:
    sentence, hit = item.sentence, item.hit
    return ScoredSentence(
        sentence.number,
        sentence.text,
        sentence.start,
        sentence.end,
        item.score,
        item.probability,
        _excerpt(sentence, *item.answer) if item.answer else None,
        hit.dense,
        hit.lexical,
        hit.window,
        tuple(_excerpt(sentence, *words) for words in item.further),
    )


def _excerpt(sentence: Sentence, start: int, end: int) -> Excerpt:
    return Excerpt(sentence.text[start:end], sentence.start + start, sentence.start + end)


def _beside(sentence: Sentence, neighbour: Sentence | None) -> Excerpt | None:
    """Return a neighbour of which the sentence may be a continuation: rows and items are none."""
    if neighbour is None:
        return None
    goes_on = neighbour.block == sentence.block or not {sentence.kind, neighbour.kind} - PROSE
    return Excerpt(neighbour.text, neighbour.start, neighbour.end) if goes_on else None
