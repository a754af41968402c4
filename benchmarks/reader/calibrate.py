"""Fit the probability that a sentence answers, on questions the reader was not trained on.

    python -m benchmarks.reader.calibrate --groups FOLDER [--questions N]

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

from benchmarks.reader.examples import HELD_OUT, read_groups
from benchmarks.reader.perturb import names, similar_words, unanswerable
from index import Corpus, Snapshot, default_model_folder
from qa.judging import READ, Calibration, candidate
from qa.reader import Reader

_TARGET = Path(__file__).parents[2] / "qa" / "reader_model" / "calibration.json"
_console = Console(stderr=True)

Rows = list[tuple[float, float, float, int]]  # relevance, fused score, 1 / rank, whether it answers


def main() -> None:
    """Fit and write the calibration."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--groups", type=Path, required=True, help="folder `mine` wrote to")
    parser.add_argument("--questions", type=int, default=300)
    options = parser.parse_args()
    mined = read_groups(options.groups / "squad.jsonl")
    held_out = mined[int(len(mined) * (1 - HELD_OUT)) :]
    rng = random.Random(0)
    others = [name for group in held_out for name in names(group["question"])]
    similar = similar_words(default_model_folder())
    reader = Reader()
    asked: list[Rows] = []
    changed: list[Rows] = []
    with Corpus(options.groups / "squad-corpus") as corpus, corpus.snapshot() as state:
        chosen = rng.sample(held_out, min(options.questions, len(held_out)))
        for group in track(chosen, "Reading", console=_console):
            question, right = group["question"], [item["text"] for item in group["right"]]
            asked.append(_rows(state, reader, question, right))
            other = unanswerable(question, right[0], others, similar, rng)
            if other:
                changed.append(_rows(state, reader, other, []))
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


def _rows(state: Snapshot, reader: Reader, question: str, right: list[str]) -> Rows:
    hits = state.search(question, limit=READ)
    found = state.sentences([hit.sentence_id for hit in hits])
    sentences = [found[hit.sentence_id] for hit in hits]
    readings = reader.read(question, [candidate(state, sentence) for sentence in sentences])
    return [
        (reading.relevance, hit.score, 1 / rank, int(sentence.text in right))
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
