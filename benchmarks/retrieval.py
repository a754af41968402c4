"""Quality and speed of retrieval on a SQuAD file, all its sentences pooled in one corpus.

    python -m benchmarks.retrieval --data dev-v1.1.json.gz [--limit N] [--json] [--corpus FOLDER]

The gold sentence is the one in which an answer begins. Every way of searching goes through
`qa.retrieve`; a corpus given by --corpus is kept and used again the next time.
"""

import argparse
import json
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean, median
from typing import get_args

from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks import squad
from index import Corpus, NamedText
from qa import JudgedQuestion, Mode, ReaderName, evaluate

_progress = Console(stderr=True)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: quality as shares of the questions, time in milliseconds."""

    mode: str
    questions: int
    p_at_1: float
    r_at_5: float
    r_at_20: float
    mrr_at_10: float
    span_f1: float
    unanswerable: int
    answered: float
    refused: float | None
    auroc: float | None
    ms_p50: float
    ms_p99: float


def build(articles: list[squad.Article], corpus: Corpus) -> float:
    """Add the articles and return the seconds it took."""
    start = time.perf_counter()
    texts = (NamedText(article.title, article.text, article.title) for article in articles)
    corpus.add_texts(track(texts, "Building", total=len(articles), console=_progress))
    return time.perf_counter() - start


def measure(questions: list[squad.Question], corpus: Corpus, mode: Mode, reader: ReaderName) -> Row:
    """Ask every question in one way of searching."""
    name = mode if reader == "none" else f"{mode}, reader"
    judged = [
        JudgedQuestion(question.text, question.is_answer if question.starts else None)
        for question in questions
    ]
    result = evaluate(
        track(judged, f"Asking ({name})", console=_progress), corpus, mode=mode, reader=reader
    )
    times = sorted(1000 * outcome.seconds for outcome in result.outcomes)
    return Row(
        name,
        result.questions,
        result.p_at_1,
        result.r_at_5,
        result.r_at_20,
        result.mrr_at_10,
        fmean(
            squad.span_f1(outcome.marked, question.answers)
            for outcome, question in zip(result.outcomes, questions, strict=True)
            if outcome.answerable
        ),
        result.unanswerable,
        result.answered,
        result.refused,
        result.auroc,
        median(times),
        times[int(0.99 * (len(times) - 1))],
    )


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a SQuAD file, gzipped or not")
    parser.add_argument("--limit", type=int, help="ask N questions, spread evenly over the file")
    parser.add_argument("--corpus", type=Path, help="folder to keep the corpus in")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    articles, questions = squad.read(options.data)
    if options.limit:
        questions = questions[:: max(1, len(questions) // options.limit)][: options.limit]
    with (
        tempfile.TemporaryDirectory() as scratch,
        Corpus(options.corpus or scratch, create=True) as corpus,
    ):
        corpus.load()
        seconds = build(articles, corpus)
        ways: list[tuple[Mode, ReaderName]] = [("hybrid", "shipped")]
        ways += [(mode, "none") for mode in get_args(Mode)]
        rows = [measure(questions, corpus, mode, reader) for mode, reader in ways]
        sentences = sum(document.sentences for document in corpus.documents())
    if options.json:
        print(json.dumps({"sentences": sentences, "rows": [asdict(row) for row in rows]}, indent=2))
        return
    table = Table("search", "P@1", "R@5", "R@20", "MRR@10", "span F1", "p50 ms", "p99 ms")
    for row in rows:
        quality = (row.p_at_1, row.r_at_5, row.r_at_20, row.mrr_at_10, row.span_f1)
        times = (f"{row.ms_p50:.1f}", f"{row.ms_p99:.1f}")
        table.add_row(row.mode, *(f"{figure:.4f}" for figure in quality), *times)
    console = Console()
    console.print(f"{options.data.name}: {len(questions)} questions, {sentences} sentences")
    console.print(f"Corpus built in {seconds:.1f} s ({sentences / seconds:.0f} sentences a second)")
    console.print(table)
    first = rows[0]
    if first.unanswerable and first.auroc is not None and first.refused is not None:
        console.print(
            f"With the reader, {first.refused:.3f} of {first.unanswerable} questions without an "
            f"answer were refused and {first.answered:.3f} of the others answered; "
            f"AUROC {first.auroc:.3f}"
        )


if __name__ == "__main__":
    main()
