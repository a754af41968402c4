"""Fit the probability that a sentence answers, on questions the reader was not trained on.

    python -m benchmarks.reader.calibrate --groups FOLDER [--questions N]

The questions are the last tenth of SQuAD's training subset, searched for in all of its articles;
each is also asked with one thing changed, so that nothing answers it, and as many questions of QED
are asked about these articles. Writes `qa/reader/weights/calibration.json`, and prints how well the
probability tells them apart, and what it brings and costs to read more.
"""

import argparse
import json
import random
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean, median

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Table
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from benchmarks.reader.examples import HELD_OUT, read_groups, surroundings
from benchmarks.reader.lexicon import Lexicon
from benchmarks.reader.perturb import unanswerable
from index import Corpus, Snapshot, minilm_folder
from qa.reader.model import Reader
from qa.reader.ranking import READ, TOKENS, Calibration, candidate, fetch

_DEPTH = 40  # sentences that are read of a question's hits
_BUDGETS = (400, 800, 1000, 1200, 1400, 1700, 2400)  # tokens
_TARGET = Path(__file__).parents[2] / "qa" / "reader" / "weights" / "calibration.json"
_console = Console(stderr=True)


@dataclass(frozen=True, slots=True)
class Read:
    """A question's first hits as the reader sees them.

    Attributes:
        evidence: Relevance and fused score of each hit, shape (hits, 2).
        right: Whether each hit answers, shape (hits,).
        tokens: How many the reader needs for each hit and those before it, shape (hits,).
    """

    evidence: NDArray[np.float64]
    right: NDArray[np.bool_]
    tokens: NDArray[np.int64]

    def depth(self, budget: int) -> int:
        """Return how many of the hits a budget lasts for."""
        return max(1, int(np.searchsorted(self.tokens, budget, "right")))


@dataclass(frozen=True, slots=True)
class Held:
    """What was read for the held-out questions, those changed, and those about something else."""

    asked: list[Read]
    changed: list[Read]
    far: list[Read]
    times: list[float]


def main() -> None:
    """Fit and write the calibration."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--groups", type=Path, required=True, help="folder `mine` wrote to")
    parser.add_argument("--questions", type=int, default=300)
    options = parser.parse_args()
    held = _read_held_out(options.groups, options.questions)
    ranking = _fit_ranking(held.asked)
    fitted, sure = _calibrate(held, ranking)
    _TARGET.write_text(json.dumps(asdict(fitted), indent=2) + "\n", encoding="utf-8")
    print(json.dumps(asdict(fitted)))
    best = sure[: len(held.asked)]
    changed, far = sure[len(best) : -len(held.far)], sure[-len(held.far) :]
    for name, nothing in (("changed", changed), ("of QED", far)):
        auroc = roc_auc_score([1] * len(best) + [0] * len(nothing), best + nothing)
        refused = fmean(confidence < fitted.threshold for confidence in nothing)
        print(f"{len(nothing)} questions {name}: AUROC {auroc:.3f}, {refused:.3f} refused")
    answered = fmean(confidence >= fitted.threshold for confidence in best)
    print(f"{len(best)} questions as they are: {answered:.3f} answered")
    table = Table("tokens", "sentences read", "P@1", "MRR@10", "median ms of the reader")
    for budget, milliseconds in zip(_BUDGETS, held.times, strict=True):
        depths = [item.depth(budget) for item in held.asked]
        ranks = [_rank(*each, ranking) for each in zip(held.asked, depths, strict=True)]
        p_at_1 = fmean(rank == 1 for rank in ranks)
        mrr = fmean(1 / rank if rank <= 10 else 0.0 for rank in ranks)
        figures = f"{fmean(depths):.1f}", f"{p_at_1:.3f}", f"{mrr:.3f}", f"{milliseconds:.0f}"
        table.add_row(str(budget), *figures)
    Console().print(table)


def _read_held_out(folder: Path, count: int) -> Held:
    mined = read_groups(folder / "squad.jsonl")
    held_out = mined[int(len(mined) * (1 - HELD_OUT)) :]
    rng = random.Random(0)
    lexicon = Lexicon(minilm_folder())
    reader = Reader()
    asked: list[Read] = []
    changed: list[Read] = []
    elsewhere = rng.sample(read_groups(folder / "qed.jsonl"), count)
    with Corpus(folder / "squad-corpus") as corpus, corpus.snapshot() as state:
        chosen = rng.sample(range(len(held_out)), min(count, len(held_out)))
        for place in track(chosen, "Reading", console=_console):
            group = held_out[place]
            question, right = group["question"], [item["text"] for item in group["right"]]
            asked.append(_read(state, reader, question, right))
            around = surroundings(held_out, place, group["right"][0])
            other = unanswerable(question, around, lexicon, rng)
            if other:
                changed.append(_read(state, reader, other, []))
        far = [
            _read(state, reader, group["question"], [])
            for group in track(elsewhere, "Reading questions of QED", console=_console)
        ]
        timed = [held_out[place]["question"] for place in chosen[:25]]
        times = [_milliseconds(state, reader, timed, budget) for budget in _BUDGETS]
    return Held(asked, changed, far, times)


def _calibrate(held: Held, ranking: NDArray[np.float64]) -> tuple[Calibration, list[float]]:
    """Return the calibration of the first-ranked sentence, and its probability for each question.

    As if every other question had an answer: what a person's own corpus is like isn't known.
    """
    read = [*held.asked, *held.changed, *held.far]
    odds = [item.evidence[: _depth(item)] @ ranking for item in read]
    right = [bool(item.right[each.argmax()]) for item, each in zip(read, odds, strict=True)]
    best = np.array([[each.max()] for each in odds])
    count = len(held.asked)
    weights = [1.0] * count + [0.5] * (len(read) - count)
    model = LogisticRegression(C=10).fit(best, right, sample_weight=weights)
    sure = model.predict_proba(best)[:, 1].tolist()
    relevance, fused = model.coef_[0, 0] * ranking
    values = (model.intercept_[0], relevance, fused, _threshold(sure[:count], sure[count:]))
    return Calibration(*(round(float(value), 4) for value in values)), sure


def _read(state: Snapshot, reader: Reader, question: str, right: Sequence[str]) -> Read:
    found = fetch(state, state.search(question, limit=_DEPTH))
    candidates = [candidate(item) for item in found]
    readings = reader.read(question, candidates)
    evidence = [
        (reading.relevance, item.hit.score) for item, reading in zip(found, readings, strict=True)
    ]
    return Read(
        np.array(evidence),
        np.array([item.sentence.text in right for item in found]),
        np.cumsum(reader.tokens(question, candidates)),
    )


def _milliseconds(state: Snapshot, reader: Reader, questions: Sequence[str], budget: int) -> float:
    """Return the median time the reader takes for what a budget lasts for."""
    times = []
    for question in questions:
        found = fetch(state, state.search(question, limit=_DEPTH))
        candidates = [candidate(item) for item in found]
        start = time.perf_counter()
        reader.read(question, candidates, budget)
        times.append(1000 * (time.perf_counter() - start))
    return median(times)


def _fit_ranking(asked: Sequence[Read]) -> NDArray[np.float64]:
    """Return the weights that best put right hits before the wrong ones of the same question."""
    pairs = []
    for item in asked:
        evidence, right = item.evidence[: _depth(item)], item.right[: _depth(item)]
        pairs += [evidence[place] - evidence[~right] for place in np.flatnonzero(right)]
    gaps = np.concatenate(pairs)
    model = LogisticRegression(C=10, fit_intercept=False)
    model.fit(np.concatenate([gaps, -gaps]), [1] * len(gaps) + [0] * len(gaps))
    return np.asarray(model.coef_[0], dtype=np.float64)


def _depth(item: Read) -> int:
    """Return how many of the hits are read when a question is asked."""
    return min(READ, item.depth(TOKENS))


def _rank(item: Read, depth: int, ranking: NDArray[np.float64]) -> int:
    """Return the rank of the first right hit if the reader looks at so many; a large one if none.

    Those that it doesn't look at keep their order behind the others.
    """
    odds = item.evidence[:depth] @ ranking
    order = [*np.argsort(-odds), *range(len(odds), len(item.right))]
    return next((rank for rank, place in enumerate(order, 1) if item.right[place]), 2**31)


def _threshold(answerable: list[float], unanswerable_: list[float]) -> float:
    """Return the least threshold that is as good as the best, by one standard error.

    How good it is, is the mean of both kinds' accuracies. The least, for an answer that is none can
    be seen to be none, but one that is refused is not seen at all.
    """
    yes, no = np.array(answerable), np.array(unanswerable_)
    candidates = np.unique([*yes, *no])
    answered = np.array([np.mean(yes >= each) for each in candidates])
    refused = np.array([np.mean(no < each) for each in candidates])
    means = (answered + refused) / 2
    best = int(means.argmax())
    variance = sum(
        share[best] * (1 - share[best]) / len(kind)
        for share, kind in ((answered, yes), (refused, no))
    )
    good = means >= means[best] - np.sqrt(variance) / 2
    return float(candidates[good.argmax()])


if __name__ == "__main__":
    main()
