"""Sentences below a printed number that the question names: "What does clause 2.3 say?"."""

import re
from collections.abc import Sequence
from dataclasses import replace

from index import Hit, words_beside
from qa.reader.ranking import RankedSentence

# By how much the odds rise that such a sentence answers. Not measured: there is no set of such
# questions. Of sentences that are much the same to the reader it puts these first
_TIMES = 6.0
# Probability that it answers where the question asks for nothing else. Not calibrated: what is
# below the number is what was asked for, unless another document was meant
_ASKED_FOR = 0.9


def with_numbered(hits: Sequence[Hit], numbered: Sequence[int]) -> list[Hit]:
    """Return hits with some sentences before the others, found or not, so that they are read."""
    if not numbered:
        return list(hits)
    ids, known = set(numbered), {hit.sentence_id for hit in hits}
    best = max((hit.score for hit in hits), default=0.0)
    return [
        *(hit for hit in hits if hit.sentence_id in ids),
        *(Hit(key, best) for key in numbered if key not in known),
        *(hit for hit in hits if hit.sentence_id not in ids),
    ]


def prefer_numbered(
    question: str, ranked: Sequence[RankedSentence], numbered: Sequence[int]
) -> Sequence[RankedSentence]:
    """Return sentences in their order, some of them with more of a chance to be the answer."""
    if not numbered:
        return ranked
    ids = set(numbered)
    beside = words_beside(question)
    boosted = [
        replace(
            item,
            score=_boosted(item.score, item, beside),
            probability=None
            if item.probability is None
            else _boosted(item.probability, item, beside),
        )
        if item.sentence.id in ids
        else item
        for item in ranked
    ]
    return sorted(boosted, key=lambda item: -item.score)


def _boosted(probability: float, item: RankedSentence, beside: set[str]) -> float:
    boosted = _TIMES * probability / (1 + (_TIMES - 1) * probability)
    context = f"{item.sentence.title} {item.sentence.context}".casefold()
    is_heading = item.sentence.kind in {"heading", "header"}
    if not is_heading and beside <= set(re.findall(r"\w+", context)):
        return max(boosted, _ASKED_FOR)
    return boosted
