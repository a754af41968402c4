"""Answer-sentence selection on SelQA and WikiQA: each question ranks the sentences of its own text.

    python -m benchmarks.selection --data FOLDER [--limit N] [--json]

As published: mean average precision (MAP) and mean reciprocal rank (MRR) over the questions that
have a right sentence among their candidates. A question's candidates are one document, each a
paragraph, searched through `qa.retrieve`; what a search does not find is ranked last.
"""

import argparse
import csv
import gzip
import io
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean
from typing import get_args

from rich.console import Console
from rich.progress import track
from rich.table import Table

from index import Corpus, NamedText
from qa import Mode, ReaderName, retrieve
from qa.measuring.evaluation import ranked_sentences

_BETWEEN = "\n\n"
_progress = Console(stderr=True)


@dataclass(frozen=True, slots=True)
class Selection:
    """A question, the sentences to choose from, and the indices of the right ones."""

    question: str
    candidates: tuple[str, ...]
    right: frozenset[int]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; MAP and MRR are from 0 to 1."""

    data: str
    mode: str
    questions: int
    map: float
    mrr: float


def read_selqa(path: Path) -> Iterator[Selection]:
    """Yield the questions of a SelQA file."""
    for entry in json.loads(gzip.decompress(path.read_bytes())):
        yield Selection(entry["question"], tuple(entry["candidates"]), frozenset(entry["answers"]))


def read_wikiqa(path: Path) -> Iterator[Selection]:
    """Yield the questions of a WikiQA file that have a right sentence."""
    text = gzip.decompress(path.read_bytes()).decode()
    rows: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE):
        rows.setdefault(row["QuestionID"], []).append(row)
    for group in rows.values():
        right = frozenset(place for place, row in enumerate(group) if row["Label"] == "1")
        if right:
            sentences = tuple(row["Sentence"] for row in group)
            yield Selection(group[0]["Question"], sentences, right)


def rank(
    item: Selection, document: str, corpus: Corpus, mode: Mode, reader: ReaderName
) -> list[int]:
    """Return the indices of a question's candidates, best first."""
    passages = retrieve(item.question, 1000, corpus, documents=[document], mode=mode, reader=reader)
    ends: list[int] = []
    for text in item.candidates:
        ends.append((ends[-1] + len(_BETWEEN) if ends else 0) + len(text))
    found = [
        next(place for place, end in enumerate(ends) if sentence.start < end)
        for _, sentence in ranked_sentences(passages)
    ]
    return list(dict.fromkeys([*found, *range(len(item.candidates))]))


def average_precision(ranking: Sequence[int], right: frozenset[int]) -> float:
    """Return the mean, over the right candidates, of the precision at each one's rank."""
    ranks = [place for place, index in enumerate(ranking, 1) if index in right]
    return fmean(count / place for count, place in enumerate(ranks, 1))


def measure(
    name: str, items: Sequence[Selection], corpus: Corpus, mode: Mode, reader: ReaderName
) -> Row:
    """Rank the candidates of every question in one way of searching."""
    label = mode if reader == "none" else f"{mode}, reader"
    rankings = [
        rank(item, f"{name} {number}", corpus, mode, reader)
        for number, item in enumerate(track(items, f"{name} ({label})", console=_progress))
    ]
    pairs = [(ranking, item.right) for ranking, item in zip(rankings, items, strict=True)]
    first = [min(ranking.index(index) for index in right) + 1 for ranking, right in pairs]
    precisions = [average_precision(*pair) for pair in pairs]
    return Row(name, label, len(items), fmean(precisions), fmean(1 / place for place in first))


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public sets")
    parser.add_argument("--limit", type=int, help="the first N questions of each set only")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    sets = {
        "SelQA dev": read_selqa(options.data / "selqa" / "selqa-dev.json.gz"),
        "WikiQA dev": read_wikiqa(options.data / "wikiqa" / "WikiQA-dev.tsv.gz"),
    }
    ways: list[tuple[Mode, ReaderName]] = [("hybrid", "shipped")]
    ways += [(mode, "none") for mode in get_args(Mode)]
    rows = []
    for name, read in sets.items():
        items = list(read)[: options.limit]
        with tempfile.TemporaryDirectory() as scratch, Corpus(scratch, create=True) as corpus:
            corpus.add_texts(
                NamedText(f"{name} {number}", _BETWEEN.join(item.candidates))
                for number, item in enumerate(track(items, f"{name} (building)", console=_progress))
            )
            rows += [measure(name, items, corpus, mode, reader) for mode, reader in ways]
    if options.json:
        print(json.dumps([asdict(row) for row in rows], indent=2))
        return
    table = Table("data", "search", "questions", "MAP", "MRR")
    for row in rows:
        table.add_row(row.data, row.mode, str(row.questions), f"{row.map:.4f}", f"{row.mrr:.4f}")
    Console().print(table)


if __name__ == "__main__":
    main()
