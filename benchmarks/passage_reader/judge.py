"""Judge a passage reader on questions over pooled documents: the product's search, then the reader.

    python -m benchmarks.passage_reader.judge --reader FILE --tune FILE --report FILE
        [--limit N] [--corpora FOLDER] [--budget TOKENS] [--beside]

Both files are SQuAD's. On the one to tune with, which has unanswerable questions, the weight of the
search's score beside the reader's log-odds and the calibration are fitted; the other is reported
with them. `--reader` is an export. `--beside` puts the same questions to the reader that comes with
Verbatim, too.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Table
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from benchmarks import squad
from benchmarks.passage_reader.bases import BASES
from benchmarks.passage_reader.e5 import word_rows
from benchmarks.passage_reader.passages import (
    Piece,
    Tokenizer,
    around,
    pieces_of,
    room,
    sequence,
)
from benchmarks.passage_reader.spans import best_span
from benchmarks.retrieval import build, measure
from index import Corpus, Hit, Sentence, Snapshot, open_onnx
from index.context import BETWEEN
from qa.measuring.evaluation import span_f1

_FOUND = 50  # sentences of the search that are ranked
_NEAR = 14  # sentences on either side that a passage may reach to
_WEIGHTS = np.concatenate([[0.0], np.geomspace(0.5, 64, 29)])
_BINS = 10
_progress = Console(stderr=True)

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Read:
    """A sentence that the reader has seen: its log-odds, and the best words in it."""

    odds: float
    marked: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a question.

    Attributes:
        odds: The reader's log-odds of each found sentence, NaN where it wasn't read.
        fused: The search's score of each.
        right: Whether each answers.
        spans: Token F1 of the words marked in each.
        answerable: Whether the documents answer.
        seconds: What the reader took.
    """

    odds: NDArray[np.float64]
    fused: NDArray[np.float64]
    right: NDArray[np.bool_]
    spans: NDArray[np.float64]
    answerable: bool
    seconds: float

    def scores(self, weight: float) -> NDArray[np.float64]:
        """Return what sentences are ranked by; those that weren't read stand behind the others."""
        read = self.odds + weight * self.fused
        least = np.nanmin(read, initial=0.0)
        return np.where(np.isnan(read), least - 2 + self.fused, read)


class PassageReader:
    """Reads passages with an export or a checkpoint."""

    def __init__(self, file: Path, threads: int = 2) -> None:
        """Load the network."""
        self._session: Any = open_onnx(file, threads=1, advice="export it again")
        self._has_words = len(self._session.get_inputs()[0].shape) == 2
        base = BASES["minilm" if self._has_words else "e5"]
        self._tokenizer: Tokenizer = base.tokenizer()
        self._pool = ThreadPoolExecutor(threads)

    def read(
        self, state: Snapshot, question: str, hits: Sequence[Hit], budget: int
    ) -> dict[int, Read]:
        """Return readings by sentence: of the first hits, and of what stands in their passages.

        Args:
            state: The corpus.
            question: The question.
            hits: What the search found, best first.
            budget: Tokens of all passages together.
        """
        asked = self._tokenizer.encode(question)[0]
        found = state.sentences([hit.sentence_id for hit in hits])
        passages: list[tuple[Sequence[int], list[Piece], list[Sentence]]] = []
        seen: set[int] = set()
        spent = 0
        for hit in hits:
            if hit.sentence_id in seen:
                continue
            context, pieces, owners = self._passage(state, found[hit.sentence_id], len(asked))
            spent += 4 + len(asked) + len(context) + sum(len(piece.ids) for piece in pieces)
            if passages and spent > budget:
                break
            seen.update(owner.id for owner in owners)
            passages.append((context, pieces, owners))
        readings: dict[int, Read] = {}
        judged = self._pool.map(lambda each: self._judge(asked, each[0], each[1]), passages)
        for (_, pieces, owners), (odds, spans) in zip(passages, judged, strict=True):
            for piece, owner, chance, span in zip(pieces, owners, odds, spans, strict=False):
                other = readings.get(owner.id)
                if piece.ids and (other is None or other.odds < chance):
                    start, end = piece.offsets[span[0]][0], piece.offsets[span[1]][1]
                    readings[owner.id] = Read(float(chance), owner.text[start:end])
        return readings

    def _passage(
        self, state: Snapshot, sentence: Sentence, asked: int
    ) -> tuple[Sequence[int], list[Piece], list[Sentence]]:
        """Return the words above a sentence's passage, its pieces and the sentences they are of."""
        above = BETWEEN.join(filter(None, [sentence.title, sentence.context]))
        context = self._tokenizer.encode(above)[0]
        near = state.sentences_of(
            sentence.document_id, max(1, sentence.number - _NEAR), sentence.number + _NEAR
        )
        pieces: list[Piece] = []
        owners: list[Sentence] = []
        for other in near:
            cut = pieces_of(self._tokenizer, other.text, 0, len(other.text), other.block)
            pieces += cut
            owners += [other] * len(cut)
        target = [owner.id for owner in owners].index(sentence.id)
        lengths = [len(piece.ids) for piece in pieces]
        blocks = [piece.block for piece in pieces]
        chosen = around(lengths, blocks, target, room(asked, len(context)))
        return context, [pieces[n] for n in chosen], [owners[n] for n in chosen]

    def _judge(
        self, asked: Sequence[int], context: Sequence[int], pieces: Sequence[Piece]
    ) -> tuple[Floats, list[tuple[int, int]]]:
        """Return each piece's log-odds and the first and last token of the best words in it."""
        ids = [piece.ids for piece in pieces]
        built = sequence(asked, context, ids, self._tokenizer.specials)
        means = np.zeros((len(built.places), len(built.ids)), np.float32)
        types = np.zeros((1, len(built.ids)), np.int64)
        for number, (start, end) in enumerate(built.places):
            means[number, start:end] = 1 / max(1, end - start)
            types[0, start:end] = 1
        words = np.array([built.ids]) if self._has_words else word_rows(built.ids)[None]
        given = {"words": words, "types": types, "means": means}
        odds, tokens, _ = self._session.run(None, given)
        return odds, [best_span(tokens[start:end]) for start, end in built.places]


def ask(
    reader: PassageReader, state: Snapshot, questions: Sequence[squad.Question], budget: int
) -> Iterator[Outcome]:
    """Yield what becomes of each question."""
    for question in track(questions, "Asking", console=_progress):
        hits = state.search(question.text, limit=_FOUND)
        start = time.perf_counter()
        readings = reader.read(state, question.text, hits, budget)
        seconds = time.perf_counter() - start
        # What stands in a passage is ranked, too, though the search didn't find it
        fused = {hit.sentence_id: hit.score for hit in hits}
        keys = [*fused, *(key for key in readings if key not in fused)]
        sentences = state.sentences(keys)
        yield Outcome(
            np.array([readings[key].odds if key in readings else np.nan for key in keys]),
            np.array([fused.get(key, 0.0) for key in keys]),
            np.array([_answers(state, question, sentences[key]) for key in keys]),
            np.array(
                [
                    span_f1(readings[key].marked, question.answers) if key in readings else 0.0
                    for key in keys
                ]
            ),
            bool(question.starts),
            seconds,
        )


def _answers(state: Snapshot, question: squad.Question, sentence: Sentence) -> bool:
    return state.document(sentence.document_id).name == question.article and any(
        sentence.start <= start < sentence.end for start in question.starts
    )


@dataclass(frozen=True, slots=True)
class Fitted:
    """The weight of the search's score, and the calibration of the best sentence's score."""

    weight: float
    model: Any

    def sure(self, outcomes: Sequence[Outcome]) -> NDArray[np.float64]:
        """Return for each question the probability that its first sentence answers."""
        best = [[outcome.scores(self.weight).max()] for outcome in outcomes]
        return np.asarray(self.model.predict_proba(best)[:, 1])


def fit(outcomes: Sequence[Outcome]) -> Fitted:
    """Return what ranks and calibrates these best."""
    asked = [outcome for outcome in outcomes if outcome.answerable]
    weight = float(max(_WEIGHTS, key=lambda each: fmean(_ranks(asked, each)[1])))
    best = [outcome.scores(weight) for outcome in outcomes]
    right = [bool(o.right[each.argmax()]) for o, each in zip(outcomes, best, strict=True)]
    model = LogisticRegression(C=10).fit([[each.max()] for each in best], right)
    return Fitted(weight, model)


def _ranks(outcomes: Sequence[Outcome], weight: float) -> tuple[list[int], list[float]]:
    """Return each question's rank of the first right sentence, and its reciprocal within 10."""
    ranks = []
    for outcome in outcomes:
        order = np.argsort(-outcome.scores(weight), kind="stable")
        places = np.flatnonzero(outcome.right[order])
        ranks.append(int(places[0]) + 1 if len(places) else 1 << 30)
    return ranks, [1 / rank if rank <= 10 else 0.0 for rank in ranks]


def figures(outcomes: Sequence[Outcome], fitted: Fitted) -> dict[str, float]:
    """Return the figures of a file."""
    asked = [outcome for outcome in outcomes if outcome.answerable]
    ranks, reciprocal = _ranks(asked, fitted.weight)
    search = [int(o.right[o.fused.argmax()]) for o in asked]
    alone, _ = _ranks(asked, 0.0)
    first = [int(outcome.scores(fitted.weight).argmax()) for outcome in outcomes]
    right = np.array([o.right[place] for o, place in zip(outcomes, first, strict=True)])
    sure = fitted.sure(outcomes)
    answerable = [outcome.answerable for outcome in outcomes]
    found = {
        "questions": len(outcomes),
        "search P@1": fmean(search),
        "reader alone P@1": fmean(rank == 1 for rank in alone),
        "P@1": fmean(rank == 1 for rank in ranks),
        "R@5": fmean(rank <= 5 for rank in ranks),
        "MRR@10": fmean(reciprocal),
        "span F1": fmean(
            o.spans[place] for o, place in zip(outcomes, first, strict=True) if o.answerable
        ),
        "ECE": _calibration_error(sure, right),
        "read": fmean(int((~np.isnan(outcome.odds)).sum()) for outcome in outcomes),
        "median ms": 1000 * median(outcome.seconds for outcome in outcomes),
    }
    if not all(answerable):
        found["AUROC"] = float(roc_auc_score(answerable, sure))
    return {name: round(float(value), 4) for name, value in found.items()}


def _calibration_error(sure: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    bins = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    gaps = [
        (bins == each).sum() * abs(sure[bins == each].mean() - right[bins == each].mean())
        for each in np.unique(bins)
    ]
    return float(sum(gaps)) / len(sure)


def main() -> None:
    """Judge and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reader", type=Path, required=True, help="an export, *.onnx")
    parser.add_argument("--tune", type=Path, required=True, help="SQuAD file to fit with")
    parser.add_argument("--report", type=Path, required=True, help="SQuAD file to report")
    parser.add_argument("--limit", type=int, default=500, help="questions of each file, spread")
    parser.add_argument("--corpora", type=Path, help="folder to keep the corpora in")
    parser.add_argument("--budget", type=int, default=1900, help="tokens read of a question")
    parser.add_argument("--beside", action="store_true", help="ask the shipped reader, too")
    options = parser.parse_args()
    reader = PassageReader(options.reader)
    fitted = None
    rows: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for file in (options.tune, options.report):
            articles, questions = squad.read(file)
            questions = questions[:: max(1, len(questions) // options.limit)][: options.limit]
            folder = (options.corpora or Path(scratch)) / file.name.split(".")[0]
            with Corpus(folder, create=True) as corpus:
                corpus.load()
                build(articles, corpus)
                with corpus.snapshot() as state:
                    outcomes = list(ask(reader, state, questions, options.budget))
                fitted = fitted or fit(outcomes)
                rows[file.name] = figures(outcomes, fitted)
                if options.beside:
                    report = measure(questions, corpus, "hybrid", "shipped").report
                    found = {
                        "P@1": report.p_at_1,
                        "MRR@10": report.mrr_at_10,
                        "span F1": report.span_f1,
                        "ECE": report.calibration_error,
                        "AUROC": report.auroc,
                    }
                    known = {name: value for name, value in found.items() if value is not None}
                    rows[f"{file.name}, shipped"] = known
            print(file.name, json.dumps(rows[file.name]))
    table = Table("", *rows)
    for name in dict.fromkeys(name for row in rows.values() for name in row):
        table.add_row(name, *(f"{row[name]:.3f}" if name in row else "-" for row in rows.values()))
    Console().print(table)


if __name__ == "__main__":
    main()
