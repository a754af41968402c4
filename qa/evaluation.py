"""How good retrieval is on judged questions. Every judged question counts, answered or not."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from statistics import fmean

from index import Corpus
from qa.answers import Passage, ScoredSentence
from qa.retrieval import Mode, retrieve

DEPTH = 20  # how many sentences are looked at for each question

Judge = Callable[[Passage, ScoredSentence], bool]
"""Tells whether a sentence of a passage answers the question."""


@dataclass(frozen=True, slots=True)
class JudgedQuestion:
    """A question, and the means to tell whether a sentence answers it."""

    question: str
    is_answer: Judge


@dataclass(frozen=True, slots=True)
class Outcome:
    """What retrieval made of one judged question.

    Attributes:
        question: The question.
        rank: Place of the first sentence that answers, from 1; None if none of the first 20 does.
        first: The sentence that was ranked first; empty if nothing was found.
        seconds: How long retrieval took.
    """

    question: str
    rank: int | None
    first: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Report:
    """Means over all judged questions, each from 0 to 1.

    Attributes:
        questions: How many questions were judged.
        p_at_1: Share of questions whose first sentence answers.
        r_at_5: Share of questions with an answer among the first 5 sentences.
        r_at_20: Likewise among the first 20.
        mrr_at_10: Mean of 1 / rank of the first answer; 0 where it isn't among the first 10.
        outcomes: Question by question.
    """

    questions: int
    p_at_1: float
    r_at_5: float
    r_at_20: float
    mrr_at_10: float
    outcomes: tuple[Outcome, ...]

    @property
    def failures(self) -> list[Outcome]:
        """The questions whose first sentence doesn't answer."""
        return [outcome for outcome in self.outcomes if outcome.rank != 1]


def ranked_sentences(passages: Sequence[Passage]) -> list[tuple[Passage, ScoredSentence]]:
    """Return the sentences of passages in the order of their scores, best first."""
    found = chain.from_iterable(
        ((passage, sentence) for sentence in passage.sentences) for passage in passages
    )
    return sorted(found, key=lambda pair: -pair[1].score)


def evaluate(
    judged: Iterable[JudgedQuestion],
    corpus: Corpus | Path | str | None = None,
    *,
    mode: Mode = "hybrid",
) -> Report:
    """Put every question to `retrieve` and judge the sentences it returns.

    Args:
        judged: The questions.
        corpus: As in `retrieve`.
        mode: As in `retrieve`.
    """
    outcomes = []
    for item in judged:
        start = time.perf_counter()
        passages = retrieve(item.question, DEPTH, corpus, mode=mode)
        seconds = time.perf_counter() - start
        ranked = ranked_sentences(passages)[:DEPTH]
        ranks = [rank for rank, pair in enumerate(ranked, 1) if item.is_answer(*pair)]
        first = ranked[0][1].text if ranked else ""
        outcomes.append(Outcome(item.question, ranks[0] if ranks else None, first, seconds))
    return report(outcomes)


def report(outcomes: Sequence[Outcome]) -> Report:
    """Average over outcomes; of none, all means are 0."""
    ranks = [outcome.rank or 2**31 for outcome in outcomes] or [2**31]
    return Report(
        questions=len(outcomes),
        p_at_1=fmean(rank == 1 for rank in ranks),
        r_at_5=fmean(rank <= 5 for rank in ranks),
        r_at_20=fmean(rank <= DEPTH for rank in ranks),
        mrr_at_10=fmean(1 / rank if rank <= 10 else 0.0 for rank in ranks),
        outcomes=tuple(outcomes),
    )
