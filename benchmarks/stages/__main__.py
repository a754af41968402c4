"""Where the time of ingest and of a question goes, beside the floor of each stage.

    python -m benchmarks.stages --data dev-v1.1.json.gz [--limit ARTICLES] [--questions N]
        [--picture FILE.svg]

The articles become files of one folder, which is indexed; the questions are asked one by one, with
the reader. The product is timed from outside, and what is measured is what it really does.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean, median
from typing import Any
from urllib.parse import quote

from rich.box import MARKDOWN
from rich.console import Console
from rich.progress import track
from rich.table import Table

import index.changing.reading
import index.snapshot
import qa.retrieval
from benchmarks import squad
from benchmarks.stages import floors
from benchmarks.stages.picture import draw
from benchmarks.stages.rows import Lap, Profile, profile
from benchmarks.stages.stopwatch import Call, Stopwatch, Target, methods
from index import Corpus, Document, Snapshot
from index.encoding.e5.e5_encoder import E5Encoder
from index.encoding.e5.tokenizer import E5Tokenizer
from index.encoding.e5.weights_file import E5File
from index.search.local.dense import DenseIndex
from index.search.local.lexical import LexicalIndex, LexicalWriter
from index.store.database import Database
from index.store.store import Store
from index.store.texts import TextTable
from index.store.vectors import VectorTable
from qa import ask
from qa.reader.model import Reader

READING, ENCODING, SQLITE = "read and split", "encode", "SQLite"
LEXICAL, DENSE = "lexical index", "vector index"
QUESTION, SEARCH, READER = "encode the question", "dense search", "reader"
_VECTOR = 4 * floors.WIDTH  # bytes
_WARM = 10  # questions
_SQLITE = [
    target
    for table in (Database, Store, TextTable, VectorTable)
    for target in methods(table, SQLITE)
    if target.name != "connection"  # handed out for every statement
]
_INGEST = [
    *_SQLITE,
    *methods(LexicalIndex, LEXICAL),
    *methods(LexicalWriter, LEXICAL),
    *methods(DenseIndex, DENSE),
    Target(index.changing.reading, "parse_file", READING),
    Target(E5Encoder, "encode_documents", ENCODING),
]
_ASK = [
    *_SQLITE,
    Target(Corpus, "snapshot", "open a snapshot"),
    Target(LexicalIndex, "searcher", "open a snapshot"),
    Target(E5Encoder, "encode_query", QUESTION),
    Target(DenseIndex, "search", SEARCH),
    Target(Snapshot, "search", "BM25, as far as it takes longer"),
    Target(index.snapshot, "weighted_sum", "fusion"),
    Target(Reader, "_inputs", "tokens for the reader"),
    Target(Reader, "read", READER),
    Target(qa.retrieval, "fetch_distinct", "make passages"),
    Target(qa.retrieval, "make_passages", "make passages"),
]
_progress = Console(stderr=True)


def measure_ingest(files: Sequence[Path], corpus: Corpus, rate: float, scratch: Path) -> Profile:
    """Index the files in an empty corpus."""
    watch = Stopwatch()
    with watch.timing(_INGEST):
        wall, cpu = time.perf_counter(), time.process_time()
        corpus.add(files)
        lap = Lap(time.perf_counter() - wall, time.process_time() - cpu, watch.lap())
    texts = [
        text for call in lap.calls if call.name == "encode_documents" for text in call.arguments[1]
    ]
    lengths = _lengths(texts)
    sentences = sum(document.sentences for document in corpus.documents())
    row = _VECTOR + round(fmean(len(text.encode()) for text in texts))
    lexical = sum(file.stat().st_size for file in (corpus.folder / "lexical").iterdir())
    known = {
        READING: (floors.files_seconds(files), "read the files"),
        ENCODING: (floors.ENCODER.seconds(lengths, rate, 0.0), f"multiply {sum(lengths)} tokens"),
        SQLITE: (floors.insert_seconds(sentences, row, scratch), f"insert rows of {row} bytes"),
        LEXICAL: (floors.write_seconds(lexical, scratch), f"write {lexical / 1e6:.1f} MB"),
        DENSE: (
            floors.write_seconds(_VECTOR * sentences, scratch),
            f"write {_VECTOR * sentences / 1e6:.1f} MB",
        ),
    }
    return profile(f"Ingest of {len(files)} files, {sentences} sentences", [lap], known)


def measure_questions(
    questions: Sequence[str], corpus: Corpus, rate: float, scratch: Path
) -> Profile:
    """Ask the questions one after another, some of them twice."""
    for question in questions[:_WARM]:
        ask(question, corpus=corpus)
    watch, laps = Stopwatch(), []
    with watch.timing(_ASK):
        for question in track(questions, "Asking", console=_progress):
            wall, cpu = time.perf_counter(), time.process_time()
            ask(question, corpus=corpus)
            laps.append(Lap(time.perf_counter() - wall, time.process_time() - cpu, watch.lap()))
    least = floors.read_seconds(floors.ENCODER.weights)
    least_read = floors.read_seconds(floors.READER.weights)
    read = [_read_lengths(lap) for lap in laps]
    rows = round(median(sum(map(_rows, lap.calls)) for lap in laps))
    with corpus.snapshot() as state:
        sentences = state.sentence_count
        size = round(sum(document.characters for document in state.documents()) / sentences)
    known = {
        QUESTION: (
            median(floors.ENCODER.seconds([n], rate, least) for n in _lengths(questions)),
            "multiply, or read the weights",
        ),
        READER: (
            median(floors.READER.seconds(lengths, rate, least_read) for lengths in read),
            f"multiply {median(map(sum, read)):.0f} tokens",
        ),
        SQLITE: (
            floors.fetch_seconds(rows, size, sentences, scratch),
            f"fetch {rows} rows of {size} bytes",
        ),
    }
    if (corpus.folder / "dense.faiss").stat().st_size > _VECTOR * sentences:  # it is exact
        size = _VECTOR * sentences
        known[SEARCH] = (floors.read_seconds(size), f"read {size / 1e6:.1f} MB")
    return profile(f"A question, median of {len(questions)}", laps, known)


def main() -> None:
    """Run the benchmark, print its tables and draw its picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a SQuAD file, gzipped or not")
    parser.add_argument("--limit", type=int, help="index the first N articles only")
    parser.add_argument("--questions", type=int, default=300, help="how many to ask, of all")
    parser.add_argument("--picture", type=Path, help="picture to draw, SVG or PNG")
    options = parser.parse_args()
    articles, questions = squad.read(options.data)
    articles = articles[: options.limit]
    titles = {article.title for article in articles}
    asked = [question.text for question in questions if question.article in titles]
    asked = asked[:: max(1, len(asked) // options.questions)][: options.questions]
    rate = floors.multiplication_rate()
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        files = _files(articles, scratch / "articles")
        with Corpus(scratch / "warm", create=True) as corpus:
            corpus.add(files[:1])  # starts the process that reads files, and loads libraries
        with Corpus(scratch / "corpus", create=True) as corpus:
            corpus.load()
            found = [
                measure_ingest(files, corpus, rate, scratch),
                measure_questions(asked, corpus, rate, scratch),
            ]
    console = Console(width=120)
    for result in found:
        console.print(_table(result))
    console.print(f"Floors of multiplying: {rate / 1e9:.0f}e9 8-bit multiply-adds a second")
    if options.picture:
        draw(found, options.picture)


def _files(articles: Sequence[squad.Article], folder: Path) -> list[Path]:
    folder.mkdir()
    files = [folder / f"{quote(article.title, safe='')}.txt" for article in articles]
    for file, article in zip(files, articles, strict=True):
        file.write_text(article.text, encoding="utf-8")
    return files


def _lengths(texts: Sequence[str]) -> list[int]:
    """Return how many tokens of each text the encoder looks at."""
    file = E5File()
    tokenizer = E5Tokenizer(file.vocabulary())
    ends = len([tokenizer.bos, tokenizer.eos])
    return [
        min(file.sizes.positions, ends + len(tokenizer.ids(f"passage: {text}"))) for text in texts
    ]


def _read_lengths(lap: Lap) -> list[int]:
    """Return how many tokens each sequence has that the reader read; a long sentence is several."""
    count = next(len(call.result) for call in lap.calls if call.stage == READER)
    return [len(item.ids) for windows in _results(lap, "_inputs")[:count] for item in windows]


def _results(lap: Lap, name: str) -> list[Any]:
    return [call.result for call in lap.calls if call.name == name]


def _rows(call: Call) -> int:
    """Return how many rows a call fetched from SQLite."""
    if call.stage != SQLITE:
        return 0
    if isinstance(call.result, list | dict):
        return len(call.result)
    return int(isinstance(call.result, str | Document))


def _table(result: Profile) -> Table:
    lines = [["stage", "ms", "p99 ms", "CPU ms", "floor ms", "ratio", "the floor"]]
    for row in result.rows:
        floor = ("-", "-") if row.floor is None else (_ms(row.floor), f"{row.wall / row.floor:.1f}")
        times = map(_ms, (row.wall, row.wall_p99, row.cpu))
        lines.append([row.stage, *times, *floor, row.how])
    times = map(_ms, (result.wall, result.wall_p99, result.cpu, result.floor))
    lines.append(["all", *times, f"{result.wall / result.floor:.1f}", ""])
    if result.wall_p99 == result.wall:  # it was done once
        lines = [[*line[:2], *line[3:]] for line in lines]
    table = Table(*lines[0], box=MARKDOWN, title=result.title)
    for line in lines[1:]:
        table.add_row(*line)
    return table


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.3g}" if seconds < 1 else f"{1000 * seconds:.0f}"


if __name__ == "__main__":
    main()
