"""Quality and speed of retrieval on a SQuAD file, all its sentences pooled in one corpus.

    python -m benchmarks.retrieval --data dev-v1.1.json.gz [--limit N] [--json] [--corpus FOLDER]
        [--curve FILE.svg] [--engine milvus --milvus-uri URI] [--only lexical]

The gold sentence is the one in which an answer begins. Every way of searching goes through
`qa.retrieve`; a corpus given by --corpus is kept and used again the next time. With `--only
lexical`, BM25 alone, no vectors are made.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import get_args

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks import squad
from benchmarks.confidence import draw, risks
from index import Corpus, EngineName, NamedText, Precision
from qa import JudgedQuestion, Mode, ReaderName, Report, evaluate

_progress = Console(stderr=True)


@dataclass(frozen=True, slots=True)
class Row:
    """A way of searching, and what came of it."""

    mode: str
    report: Report


class NoVectors:
    """Stands for an encoder where nothing is searched by meaning: all its vectors are the same."""

    name, dimension = "none", 8
    precision: Precision = "fp32"

    def encode_documents(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return one unit vector again and again."""
        if progress:
            progress(len(texts))
        return np.tile(self.encode_query(""), (len(texts), 1))

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """Return the unit vector."""
        vector: NDArray[np.float32] = np.eye(1, self.dimension, dtype=np.float32)[0]
        return vector


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
        JudgedQuestion(
            question.text, question.is_answer if question.starts else None, question.answers
        )
        for question in questions
    ]
    result = evaluate(
        track(judged, f"Asking ({name})", console=_progress), corpus, mode=mode, reader=reader
    )
    return Row(name, result)


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a SQuAD file, gzipped or not")
    parser.add_argument("--limit", type=int, help="ask N questions, spread evenly over the file")
    parser.add_argument("--corpus", type=Path, help="folder to keep the corpus in")
    parser.add_argument("--model", help="of the corpus, by name or folder")
    parser.add_argument("--precision", choices=get_args(Precision), help="of the default model")
    parser.add_argument("--engine", choices=get_args(EngineName), help="what searches the corpus")
    parser.add_argument("--milvus-uri", help="where the Milvus server is")
    parser.add_argument("--only", choices=get_args(Mode), help="one search, without the reader")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--curve", type=Path, help="picture of confidence to draw, SVG or PNG")
    options = parser.parse_args()
    articles, questions = squad.read(options.data)
    if options.limit:
        questions = questions[:: max(1, len(questions) // options.limit)][: options.limit]
    with (
        tempfile.TemporaryDirectory() as scratch,
        Corpus(
            options.corpus or scratch,
            model=options.model,
            precision=options.precision,
            encoder=NoVectors() if options.only == "lexical" else None,
            create=True,
            engine=options.engine,
            milvus_uri=options.milvus_uri,
        ) as corpus,
    ):
        corpus.load()
        seconds = build(articles, corpus)
        ways: list[tuple[Mode, ReaderName]] = [("hybrid", "shipped")]
        ways += [(mode, "none") for mode in get_args(Mode)]
        if options.only:
            ways = [(options.only, "none")]
        rows = [measure(questions, corpus, mode, reader) for mode, reader in ways]
        sentences = sum(document.sentences for document in corpus.documents())
    if options.curve:
        draw(rows[0].report, options.curve)
    if options.json:
        found = {row.mode: {**asdict(row.report), "outcomes": ()} for row in rows}
        print(json.dumps({"sentences": sentences, **found}, indent=2))
        return
    console = Console()
    console.print(f"{options.data.name}: {len(questions)} questions, {sentences} sentences")
    console.print(f"Corpus built in {seconds:.1f} s ({sentences / seconds:.0f} sentences a second)")
    show(rows, console)


def show(rows: Sequence[Row], console: Console) -> None:
    """Print a line for each way of searching, and what the reader's confidence is worth."""
    table = Table("search", "P@1", "R@5", "R@20", "MRR@10", "span F1", "p50 ms", "p95 ms")
    for row in rows:
        result = row.report
        quality = (result.p_at_1, result.r_at_5, result.r_at_20, result.mrr_at_10)
        was_read = result.calibration_error is not None
        span = f"{result.span_f1:.4f}" if was_read and result.span_f1 is not None else "-"
        times = (1000 * result.seconds_p50, 1000 * result.seconds_p95)
        table.add_row(
            row.mode,
            *(f"{figure:.4f}" for figure in quality),
            span,
            *(f"{time:.1f}" for time in times),
        )
    console.print(table)
    result = rows[0].report
    if result.calibration_error is None:  # nothing was read, so that there is no confidence
        return
    console.print(f"Expected calibration error: {result.calibration_error:.3f}")
    if result.abstention_recall is not None and result.abstention_precision is not None:
        console.print(
            f"Refused: {result.abstention_recall:.3f} of {result.unanswerable} questions without "
            f"an answer, {1 - result.answered:.3f} of the others; precision "
            f"{result.abstention_precision:.3f}; AUROC {result.auroc:.3f}"
        )
    coverage = Table("share of questions answered", "of these wrong")
    for share, risk in risks(result.outcomes):
        coverage.add_row(f"{share:.0%}", f"{risk:.3f}")
    console.print(coverage)


if __name__ == "__main__":
    main()
