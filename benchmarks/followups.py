"""Follow-up questions: what is carried over, on TREC CAsT 2019 and 2020, and on CANARD.

    python -m benchmarks.followups --data FOLDER [--year 2019] [--canard FILE] [--failures]

A turn comes with the rewrite that a person made of it so that it can be understood alone. Its
missing terms are those that the rewrite has and the turn lacks. For each way of carrying terms:

- recovered: share of all missing terms that are carried;
- precision: share of all carried terms that are missing ones; a term of the turn's own counts
  neither way;
- wrong: share of the turns without a missing term to which any term is carried.

Terms are lower-cased words of two or more letters, without scikit-learn's English stop words and
`did` and `does`, stemmed by Snowball's English stemmer; each counts once in a turn. The first turn
of a conversation has no history and isn't counted. What only an earlier answer says (from 2020 on,
turns may refer to it) can't be recovered from questions.

CANARD's turns come with the answers, and with the title and the section of the article that the
conversation is about, which is taken for what was said before its first question. Every second of
its conversations, by the order of the file, and CAsT 2019 are for tuning: the weights are fitted on
them (`benchmarks.fit_followups`). The others, and CAsT 2020, are reported.
"""

import argparse
import csv
import gzip
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS
from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

from qa.followups.rewriting import Earlier, Exchange, in_context

YEARS = ("2019", "2020")
HALVES = ("tuning", "reported")
_NO_ANSWER = re.compile(r"\s*(i don.?t know|cannotanswer)", re.IGNORECASE)
_STOP = [*ENGLISH_STOP_WORDS, "did", "does"]
_analyzer = (
    TextAnalyzerBuilder(Tokenizer.simple())
    .filter(Filter.lowercase())
    .filter(Filter.ascii_fold())
    .filter(Filter.custom_stopword(_STOP))
    .filter(Filter.stemmer("english"))
    .build()
)


@dataclass(frozen=True, slots=True)
class Turn:
    """A question of a conversation after the first.

    Attributes:
        name: Number of the conversation and of the turn in it.
        history: What was said before it, oldest first.
        question: The question as it was asked.
        rewrite: The question as a person made it stand alone.
    """

    name: str
    history: tuple[Earlier, ...]
    question: str
    rewrite: str

    @property
    def missing(self) -> frozenset[str]:
        """The terms that the question would have to be given."""
        return terms(self.rewrite) - terms(self.question)


@dataclass(frozen=True, slots=True)
class Row:
    """A way of carrying terms, and what came of it; shares are from 0 to 1."""

    way: str
    recovered: float
    precision: float | None
    wrong: float


def terms(text: str) -> frozenset[str]:
    """Return the terms of a text as they are counted here."""
    return frozenset(term for term in _analyzer.analyze(text) if len(term) > 1)


def read(folder: Path, year: str) -> list[Turn]:
    """Read the turns of a year's conversations."""
    return [
        Turn(f"{topic}_{place + 1}", tuple(questions[:place]), questions[place], rewrites[place])
        for topic, questions, rewrites in _conversations(folder, year)
        for place in range(1, len(questions))
    ]


def _conversations(folder: Path, year: str) -> Iterator[tuple[int, list[str], list[str]]]:
    if year == "2019":
        with (folder / "cast-2019-resolved.tsv").open(encoding="utf-8", newline="") as file:
            resolved = dict(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        name = "cast-2019-topics.json"
    else:
        resolved, name = {}, "cast-2020-manual.json"
    for topic in json.loads((folder / name).read_text(encoding="utf-8")):
        number, turns = topic["number"], topic["turn"]
        yield (
            number,
            [turn["raw_utterance"] for turn in turns],
            [
                turn.get("manual_rewritten_utterance") or resolved[f"{number}_{turn['number']}"]
                for turn in turns
            ],
        )


def read_canard(file: Path, half: str) -> list[Turn]:
    """Read the turns of every second conversation of CANARD: those for tuning, or the others."""
    turns: dict[str, list[dict[str, Any]]] = {}
    for turn in json.loads(gzip.decompress(file.read_bytes())):
        turns.setdefault(turn["QuAC_dialog_id"], []).append(turn)
    return [
        Turn(
            f"{name}_{turn['Question_no']}",
            _said(turn["History"]),
            turn["Question"],
            turn["Rewrite"],
        )
        for place, (name, conversation) in enumerate(turns.items())
        if HALVES[place % 2] == half
        for turn in conversation
    ]


def _said(history: Sequence[str]) -> tuple[Earlier, ...]:
    title, section, *turns = history
    answered = zip(turns[::2], turns[1::2], strict=True)
    return (
        Exchange("", section, title),
        *(Exchange(asked, "" if _NO_ANSWER.match(said) else said) for asked, said in answered),
    )


def _words(history: Sequence[Earlier]) -> list[str]:
    """Return what was said as texts."""
    return [
        said if isinstance(said, str) else f"{said.title} {said.question} {said.answer}"
        for said in history
    ]


def alone(question: str, history: Sequence[Earlier]) -> str:
    """Search the question as it is."""
    return question


def everything(question: str, history: Sequence[Earlier]) -> str:
    """Search the question with all questions before it."""
    return " ".join([*_words(history), question])


def first_and_previous(question: str, history: Sequence[Earlier]) -> str:
    """Search the question with the one before it and the conversation's first."""
    return " ".join([*dict.fromkeys(_words([history[0], history[-1]])), question])


def carried(question: str, history: Sequence[Earlier]) -> str:
    """Search the question with what `in_context` carries over."""
    return " ".join([question, *in_context(question, history).carried])


WAYS: dict[str, Callable[[str, Sequence[Earlier]], str]] = {
    "alone": alone,
    "all history": everything,
    "previous and first": first_and_previous,
    "in context": carried,
}


def measure(turns: Sequence[Turn], way: str) -> Row:
    """Count what one way of carrying terms recovers."""
    recovered = missing = given = wrong = 0
    for turn in turns:
        added = terms(WAYS[way](turn.question, turn.history)) - terms(turn.question)
        recovered += len(added & turn.missing)
        missing += len(turn.missing)
        given += len(added)
        wrong += bool(added) and not turn.missing
    standing = sum(not turn.missing for turn in turns)
    return Row(way, recovered / missing, recovered / given if given else None, wrong / standing)


def main() -> None:
    """Run the benchmark and print its tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="the folder of TREC CAsT's files")
    parser.add_argument("--year", choices=YEARS, help="this year only")
    parser.add_argument("--canard", type=Path, help="CANARD's dev.json, compressed by gzip")
    parser.add_argument("--failures", action="store_true", help="print the turns that went wrong")
    options = parser.parse_args()
    console = Console()
    sets = {
        f"CAsT {year}": read(options.data, year)
        for year in ([options.year] if options.year else YEARS)
    }
    if options.canard:
        sets |= {f"CANARD dev, {half}": read_canard(options.canard, half) for half in HALVES}
    for name, turns in sets.items():
        standing = sum(not turn.missing for turn in turns)
        title = f"{name}: {len(turns)} turns, {standing} stand alone"
        table = Table("searched", "recovered", "precision", "wrong", title=title)
        for row in (measure(turns, way) for way in WAYS):
            precision = "" if row.precision is None else f"{row.precision:.3f}"
            table.add_row(row.way, f"{row.recovered:.3f}", precision, f"{row.wrong:.3f}")
        console.print(table)
        if options.failures:
            for turn in turns:
                _show_failure(turn)


def _show_failure(turn: Turn) -> None:
    found = in_context(turn.question, turn.history)
    added = terms(" ".join(found.carried)) - terms(turn.question)
    if added != turn.missing:
        lacks, over = sorted(turn.missing - added), sorted(added - turn.missing)
        print(f"{turn.name}\t{turn.question}\t{found.text}\tlacks {lacks}\ttoo much {over}")


if __name__ == "__main__":
    main()
