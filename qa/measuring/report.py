"""What judged questions tell: outcomes, one by one, and their means."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median, quantiles

DEPTH = 20  # sentences of each question that are judged, for R@20: as many as the reader may read
_BINS = 10  # tenths of confidence: finer, a few hundred questions leave too few in each


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one judged question.

    Attributes:
        question: The question.
        answerable: Whether the documents answer it; None if that isn't known.
        rank: Rank of the first sentence that answers, from 1; None if none of the first 20 does.
        first: The sentence that was ranked first; empty if nothing was found.
        marked: The words in it that were marked as the answer; empty if none were.
        span_f1: Token F1 of these and the right answer's words; None if those aren't known.
        answered: Whether Verbatim took the first passage for an answer.
        confidence: Its probability; 0 if nothing was found, None without the reader.
        seconds: How long it took.
        first_rejected: Whether the sentence ranked first is one that the person found wrong; None
            if none was.
    """

    question: str
    answerable: bool | None
    rank: int | None
    first: str
    marked: str
    span_f1: float | None
    answered: bool
    confidence: float | None
    seconds: float
    first_rejected: bool | None = None

    @property
    def failed(self) -> bool:
        """Whether the first sentence is wrong, or something was answered that has no answer."""
        if self.first_rejected or self.answerable is None:
            return bool(self.first_rejected)
        return self.rank != 1 if self.answerable else self.answered


@dataclass(frozen=True, slots=True)
class Report:
    """Means over judged questions, each from 0 to 1 but for the times.

    Figures that need the reader's confidence, or questions of both kinds, are None without.

    Attributes:
        questions: How many questions have an answer; the next six are means over these.
        p_at_1: Share whose first sentence answers.
        r_at_5: Share with an answer among the first 5 sentences.
        r_at_20: Likewise among the first 20.
        mrr_at_10: Mean of 1 / rank of the first answer; 0 where it isn't among the first 10.
        answered: Share that Verbatim took for answered, rightly or wrongly.
        span_f1: Mean token F1 of the words marked in the first sentence, over the questions whose
            answer's words are known; None if there are none.
        unanswerable: How many questions have no answer.
        abstention_recall: Share of these that Verbatim said it can't answer.
        abstention_precision: Share of the questions it said so of that have no answer.
        auroc: Probability that a question with an answer gets more confidence than one without.
        calibration_error: Expected calibration error: how far the confidence in a first sentence is
            from the share of them that answer, mean over ten equal steps of confidence.
        rejected: How many questions have a sentence that the person found wrong. Unless more is
            known of them they count for the next figure and the times only.
        rejected_first: Share of these for which that sentence still comes first; None if there are
            none.
        seconds_p50: Median time of a question.
        seconds_p95: Time that 95 of 100 questions stay under.
        outcomes: Question by question.
    """

    questions: int
    p_at_1: float
    r_at_5: float
    r_at_20: float
    mrr_at_10: float
    answered: float
    span_f1: float | None
    unanswerable: int
    abstention_recall: float | None
    abstention_precision: float | None
    auroc: float | None
    calibration_error: float | None
    rejected: int
    rejected_first: float | None
    seconds_p50: float
    seconds_p95: float
    outcomes: tuple[Outcome, ...]

    @property
    def failures(self) -> list[Outcome]:
        """The questions that were answered wrongly; without the reader none is refused."""
        return [
            item
            for item in self.outcomes
            if item.failed and (item.answerable is not False or item.confidence is not None)
        ]


@dataclass(frozen=True, slots=True)
class Tenth:
    """Outcomes of like confidence: its mean, the share whose first sentence answers, how many."""

    stated: float
    true: float
    count: int


def reliability(outcomes: Sequence[Outcome]) -> list[Tenth]:
    """Return what was stated and what was true in each tenth of confidence that isn't empty."""
    held: dict[int, list[Outcome]] = {}
    for outcome in outcomes:
        tenth = min(_BINS - 1, int(_BINS * (outcome.confidence or 0.0)))
        held.setdefault(tenth, []).append(outcome)
    return [
        Tenth(
            fmean(item.confidence or 0.0 for item in group),
            fmean(item.rank == 1 for item in group),
            len(group),
        )
        for _, group in sorted(held.items())
    ]


def summarize(outcomes: Sequence[Outcome]) -> Report:
    """Average over outcomes; of none, all means are 0."""
    answerable = [outcome for outcome in outcomes if outcome.answerable]
    others = [outcome for outcome in outcomes if outcome.answerable is False]
    judged = [outcome for outcome in outcomes if outcome.answerable is not None]
    refused = [outcome for outcome in judged if not outcome.answered]
    rejected = [
        outcome.first_rejected for outcome in outcomes if outcome.first_rejected is not None
    ]
    ranks = [outcome.rank or 2**31 for outcome in answerable] or [2**31]
    spans = [outcome.span_f1 for outcome in answerable if outcome.span_f1 is not None]
    was_read = bool(judged) and all(outcome.confidence is not None for outcome in judged)
    times = [outcome.seconds for outcome in outcomes] or [0.0]
    return Report(
        questions=len(answerable),
        p_at_1=fmean(rank == 1 for rank in ranks),
        r_at_5=fmean(rank <= 5 for rank in ranks),
        r_at_20=fmean(rank <= DEPTH for rank in ranks),
        mrr_at_10=fmean(1 / rank if rank <= 10 else 0.0 for rank in ranks),
        answered=fmean([outcome.answered for outcome in answerable] or [0]),
        span_f1=fmean(spans) if spans else None,
        unanswerable=len(others),
        abstention_recall=_share(others, refused) if was_read else None,
        abstention_precision=_share(refused, others) if was_read and others else None,
        auroc=_auroc(judged) if was_read and answerable and others else None,
        calibration_error=_calibration_error(judged) if was_read else None,
        rejected=len(rejected),
        rejected_first=fmean(rejected) if rejected else None,
        seconds_p50=median(times),
        seconds_p95=quantiles(times, n=20, method="inclusive")[-1] if times[1:] else times[0],
        outcomes=tuple(outcomes),
    )


def _share(outcomes: Sequence[Outcome], those: Sequence[Outcome]) -> float | None:
    """Return the share of outcomes that are among those; None of none."""
    wanted = set(map(id, those))
    return fmean(id(outcome) in wanted for outcome in outcomes) if outcomes else None


def _auroc(outcomes: Sequence[Outcome]) -> float:
    from sklearn.metrics import roc_auc_score

    sure = [outcome.confidence for outcome in outcomes]
    return float(roc_auc_score([outcome.answerable for outcome in outcomes], sure))


def _calibration_error(outcomes: Sequence[Outcome]) -> float:
    gaps = [tenth.count * abs(tenth.stated - tenth.true) for tenth in reliability(outcomes)]
    return sum(gaps) / len(outcomes)
