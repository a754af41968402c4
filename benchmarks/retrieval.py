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
from statistics import median
from typing import get_args

from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks import squad
from index import Corpus, NamedText
from qa import JudgedQuestion, Mode, evaluate

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
    ms_p50: float
    ms_p99: float


def build(articles: list[squad.Article], corpus: Corpus) -> float:
    """Add the articles and return the seconds it took."""
    start = time.perf_counter()
    texts = (NamedText(article.title, article.text, article.title) for article in articles)
    corpus.add_texts(track(texts, "Building", total=len(articles), console=_progress))
    return time.perf_counter() - start


def measure(questions: list[squad.Question], corpus: Corpus, mode: Mode) -> Row:
    """Ask every question in one way of searching."""
    judged = [JudgedQuestion(question.text, question.is_answer) for question in questions]
    result = evaluate(track(judged, f"Asking ({mode})", console=_progress), corpus, mode=mode)
    times = sorted(1000 * outcome.seconds for outcome in result.outcomes)
    return Row(
        mode,
        result.questions,
        result.p_at_1,
        result.r_at_5,
        result.r_at_20,
        result.mrr_at_10,
        median(times),
        times[int(0.99 * (len(times) - 1))],
    )


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a SQuAD file, gzipped or not")
    parser.add_argument("--limit", type=int, help="ask the first N questions only")
    parser.add_argument("--corpus", type=Path, help="folder to keep the corpus in")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    articles, questions = squad.read(options.data)
    questions = [question for question in questions if question.starts][: options.limit]
    with (
        tempfile.TemporaryDirectory() as scratch,
        Corpus(options.corpus or scratch, create=True) as corpus,
    ):
        corpus.load()
        seconds = build(articles, corpus)
        rows = [measure(questions, corpus, mode) for mode in get_args(Mode)]
        sentences = sum(document.sentences for document in corpus.documents())
    if options.json:
        print(json.dumps({"sentences": sentences, "rows": [asdict(row) for row in rows]}, indent=2))
        return
    table = Table("search", "P@1", "R@5", "R@20", "MRR@10", "p50 ms", "p99 ms")
    for row in rows:
        quality = (row.p_at_1, row.r_at_5, row.r_at_20, row.mrr_at_10)
        table.add_row(
            row.mode, *(f"{x:.4f}" for x in quality), f"{row.ms_p50:.1f}", f"{row.ms_p99:.1f}"
        )
    console = Console()
    console.print(f"{options.data.name}: {len(questions)} questions, {sentences} sentences")
    console.print(f"Corpus built in {seconds:.1f} s ({sentences / seconds:.0f} sentences a second)")
    console.print(table)


if __name__ == "__main__":
    main()
