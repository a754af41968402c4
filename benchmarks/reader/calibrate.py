"""Fit the probability that a sentence answers, on questions the reader was not trained on.

    python -m benchmarks.reader.calibrate --data DATA --groups FOLDER [--questions N]

The questions are the last tenth of SQuAD's training subset, searched for in all of its articles;
each is also asked with one thing changed, so that nothing answers it. Writes
`qa/reader_model/calibration.json` and prints how well the probability tells the two apart.
"""

import argparse
import json
import random
from dataclasses import asdict
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from benchmarks import squad
from benchmarks.reader.perturb import names, unanswerable
from index import Corpus, Snapshot
from qa.judging import READ, Calibration, candidate
from qa.reader import Reader

_HELD_OUT = 0.1
_TARGET = Path(__file__).parents[2] / "qa" / "reader_model" / "calibration.json"
_console = Console(stderr=True)

Rows = list[tuple[float, float, float, int]]  # relevance, fused score, 1 / rank, whether it answers


def main() -> None:
    """Fit and write the calibration."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public sets")
    parser.add_argument("--groups", type=Path, required=True, help="folder `mine` wrote to")
    parser.add_argument("--questions", type=int, default=300)
    options = parser.parse_args()
    _, questions = squad.read(options.data / "squad" / "train-v1.1-subset.json.gz")
    held_out = questions[int(len(questions) * (1 - _HELD_OUT)) :]
    rng = random.Random(0)
    others = [name for question in held_out for name in names(question.text)]
    chosen = rng.sample(held_out, min(options.questions, len(held_out)))
    reader = Reader()
    asked: list[Rows] = []
    changed: list[Rows] = []
    with Corpus(options.groups / "squad-corpus") as corpus, corpus.snapshot() as state:
        for question in track(chosen, "Reading", console=_console):
            asked.append(_rows(state, reader, question, question.text))
            other = unanswerable(question.text, others, rng)
            if other:
                nothing = squad.Question(other, question.article, ())
                changed.append(_rows(state, reader, nothing, other))
    rows = np.array([row for rows in (*asked, *changed) for row in rows])
    model = LogisticRegression(C=10).fit(rows[:, :3], rows[:, 3])
    best = [float(model.predict_proba(np.array(rows)[:, :3])[:, 1].max()) for rows in asked]
    best_changed = [float(model.predict_proba(np.array(r)[:, :3])[:, 1].max()) for r in changed]
    threshold = _threshold(best, best_changed)
    (relevance, fused, first), (intercept,) = model.coef_[0], model.intercept_
    weights = (round(float(value), 4) for value in (intercept, relevance, fused, first, threshold))
    fitted = Calibration(*weights)
    _TARGET.write_text(json.dumps(asdict(fitted), indent=2) + "\n", encoding="utf-8")
    truth = [1] * len(best) + [0] * len(best_changed)
    first_right = sum(_first_is_right(rows, model) for rows in asked) / len(asked)
    print(json.dumps(asdict(fitted)))
    print(f"AUROC {roc_auc_score(truth, best + best_changed):.3f}, P@1 {first_right:.3f}")


def _rows(state: Snapshot, reader: Reader, question: squad.Question, text: str) -> Rows:
    hits = state.search(text, limit=READ)
    found = state.sentences([hit.sentence_id for hit in hits])
    sentences = [found[hit.sentence_id] for hit in hits]
    readings = reader.read(text, [candidate(state, sentence) for sentence in sentences])
    return [
        (
            reading.relevance,
            hit.score,
            1 / rank,
            int(
                state.document(sentence.document_id).name == question.article
                and any(sentence.start <= start < sentence.end for start in question.starts)
            ),
        )
        for rank, (hit, sentence, reading) in enumerate(
            zip(hits, sentences, readings, strict=True), 1
        )
    ]


def _first_is_right(rows: Rows, model: LogisticRegression) -> bool:
    table = np.array(rows)
    return bool(table[model.predict_proba(table[:, :3])[:, 1].argmax(), 3])


def _threshold(answerable: list[float], unanswerable_: list[float]) -> float:
    """Return the threshold at which the mean of both kinds' accuracies is greatest."""
    candidates = sorted({*answerable, *unanswerable_})
    accuracies = [
        np.mean(np.array(answerable) >= t) + np.mean(np.array(unanswerable_) < t)
        for t in candidates
    ]
    return round(candidates[int(np.argmax(accuracies))], 4)


if __name__ == "__main__":
    main()
