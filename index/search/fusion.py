"""Several score lists made into one ranking. Pure functions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """What each search contributes to the fused score; the three add up to 1.

    Attributes:
        dense: Weight of the cosine of query and sentence.
        lexical: Weight of BM25 over the sentence.
        window: Weight of BM25 over the sentence with its neighbours.
    """

    dense: float
    lexical: float
    window: float


# For multilingual-e5-small. P@1 of 1,551 questions of SQuAD 1.1 train and of 884 on six articles of
# its dev part is .692 and .741 with .55, .22, .22, and .681 and .734 with .4, .3, .3. Of 316
# questions as people type them, on documents as people have them, the reader then has the right
# passage first in .674 and .684, and in .684 with these
HYBRID = Weights(dense=0.45, lexical=0.25, window=0.3)
# For sentences in another language than the question: only names and numbers are the same in both.
# P@1 of English questions on XQuAD's articles, each in one of two or four languages: about those in
# Spanish .721, German .690, Chinese .597; with dense .85 .707, .655 and .581, with it alone .721,
# .690 and .629. Of 300 about texts all in German, Chinese, Spanish, Arabic .660, .563, .717, .563
# with .85, and .507, .377, .557, .477 with the weights above
ACROSS = Weights(dense=0.9, lexical=0.05, window=0.05)
DENSE = Weights(dense=1.0, lexical=0.0, window=0.0)
LEXICAL = Weights(dense=0.0, lexical=1.0, window=0.0)


def min_max(scores: Mapping[int, float]) -> dict[int, float]:
    """Scale scores so that the least becomes 0 and the greatest 1; if all are equal, all are 1."""
    if not scores:
        return {}
    least, greatest = min(scores.values()), max(scores.values())
    if greatest == least:
        return dict.fromkeys(scores, 1.0)
    return {key: (score - least) / (greatest - least) for key, score in scores.items()}


def weighted_sum(
    dense: Mapping[int, float],
    lexical: Mapping[int, float],
    window: Mapping[int, float],
    weights: Callable[[int], Weights],
) -> list[tuple[int, float]]:
    """Fuse the scores of the three searches by the weighted sum of their min-max scaled scores.

    An id that a search lacks gets 0 from it. (Fox and Shaw, "Combination of Multiple Searches",
    TREC-2, 1993: CombSUM, here with weights.)

    Args:
        dense: Cosines by id.
        lexical: BM25 over the sentence by id.
        window: BM25 over the sentence with its neighbours by id.
        weights: Gives an id what each search contributes to its score.

    Returns:
        Pairs of (id, fused score), best first; equal scores in the order of ids.
    """
    scaled = [min_max(scores) for scores in (dense, lexical, window)]
    fused = {}
    for key in {*dense, *lexical, *window}:
        used = weights(key)
        parts = (used.dense, used.lexical, used.window)
        fused[key] = sum(
            weight * scores.get(key, 0.0) for weight, scores in zip(parts, scaled, strict=True)
        )
    return sorted(fused.items(), key=lambda pair: (-pair[1], pair[0]))
