"""How good retrieval is on judged questions. Every judged question counts, answered or not."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from statistics import fmean

from index import Corpus
from qa.answering import ask
from qa.answers import Passage, ScoredSentence
from qa.retrieval import Mode
from qa.settings import ReaderName

DEPTH = 20  # how many sentences are looked at for each question

Judge = Callable[[Passage, ScoredSentence], bool]
"""Tells whether a sentence of a passage answers the question."""


@dataclass(frozen=True, slots=True)
class JudgedQuestion:
    """A question, and the means to tell whether a sentence answers it.

    Attributes:
        question: The question.
        is_answer: Tells whether a sentence answers; None if the documents don't answer at all.
    """

    question: str
    is_answer: Judge | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one judged question.

    Attributes:
        question: The question.
        answerable: Whether the documents answer it.
        rank: Place of the first sentence that answers, from 1; None if none of the first 20 does.
        first: The sentence that was ranked first; empty if nothing was found.
        marked: The words in it that were marked as the answer; empty if none were.
        answered: Whether Verbatim took the first passage for an answer.
        confidence: Its probability; 0 if nothing was found, None without the reader.
        seconds: How long it took.
    """

    question: str
    answerable: bool
    rank: int | None
    first: str
    marked: str
    answered: bool
    confidence: float | None
    seconds: float

    @property
    def failed(self) -> bool:
        """Whether the first sentence is wrong, or something was answered that has no answer."""
        return self.rank != 1 if self.answerable else self.answered


@dataclass(frozen=True, slots=True)
class Report:
    """Means over judged questions, each from 0 to 1.

    Attributes:
        questions: How many questions have an answer; the next five are means over these.
        p_at_1: Share whose first sentence answers.
        r_at_5: Share with an answer among the first 5 sentences.
        r_at_20: Likewise among the first 20.
        mrr_at_10: Mean of 1 / rank of the first answer; 0 where it isn't among the first 10.
        answered: Share that Verbatim took for answered, rightly or wrongly.
        unanswerable: How many questions have none.
        refused: Share of these that Verbatim said it can't answer; None without the reader.
        auroc: Probability that a question with an answer gets more confidence than one without;
            None without the reader, or if one kind is missing.
        outcomes: Question by question.
    """

    questions: int
    p_at_1: float
    r_at_5: float
    r_at_20: float
    mrr_at_10: float
    answered: float
    unanswerable: int
    refused: float | None
    auroc: float | None
    outcomes: tuple[Outcome, ...]

    @property
    def failures(self) -> list[Outcome]:
        """The questions that were answered wrongly; without the reader none is refused."""
        judged = self.refused is not None
        return [item for item in self.outcomes if item.failed and (item.answerable or judged)]


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
    reader: ReaderName | None = None,
) -> Report:
    """Put every question to `ask` and judge the sentences it returns.

    Args:
        judged: The questions.
        corpus: As in `retrieve`.
        mode: As in `retrieve`.
        reader: As in `retrieve`.
    """
    outcomes = []
    for item in judged:
        start = time.perf_counter()
        answer = ask(item.question, k=DEPTH, corpus=corpus, mode=mode, reader=reader)
        seconds = time.perf_counter() - start
        ranked = ranked_sentences(answer.passages)[:DEPTH]
        first = ranked[0][1] if ranked else None
        judge = item.is_answer
        ranks = [rank for rank, pair in enumerate(ranked, 1) if judge and judge(*pair)]
        outcomes.append(
            Outcome(
                question=item.question,
                answerable=judge is not None,
                rank=ranks[0] if ranks else None,
                first=first.text if first else "",
                marked=first.answer.text if first and first.answer else "",
                answered=answer.answered,
                confidence=answer.confidence if answer.passages else 0.0,
                seconds=seconds,
            )
        )
    return report(outcomes)


def report(outcomes: Sequence[Outcome]) -> Report:
    """Average over outcomes; of none, all means are 0."""
    answerable = [outcome for outcome in outcomes if outcome.answerable]
    others = [outcome for outcome in outcomes if not outcome.answerable]
    ranks = [outcome.rank or 2**31 for outcome in answerable] or [2**31]
    sure = [outcome.confidence for outcome in outcomes if outcome.confidence is not None]
    was_read = len(sure) == len(outcomes)
    return Report(
        questions=len(answerable),
        p_at_1=fmean(rank == 1 for rank in ranks),
        r_at_5=fmean(rank <= 5 for rank in ranks),
        r_at_20=fmean(rank <= DEPTH for rank in ranks),
        mrr_at_10=fmean(1 / rank if rank <= 10 else 0.0 for rank in ranks),
        answered=fmean([outcome.answered for outcome in answerable] or [0]),
        unanswerable=len(others),
        refused=fmean(not outcome.answered for outcome in others) if others and was_read else None,
        auroc=_auroc(outcomes, sure) if answerable and others and was_read else None,
        outcomes=tuple(outcomes),
    )


def _auroc(outcomes: Sequence[Outcome], confidences: Sequence[float]) -> float:
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score([outcome.answerable for outcome in outcomes], confidences))
