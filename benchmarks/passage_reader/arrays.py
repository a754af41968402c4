"""The training data as arrays: small enough to be carried to another machine, quick to draw from.

`data.npz` holds texts (questions, words above passages, sentences) as tokens, numbered within the
words that the data use; rows, each a question with a passage; and groups of rows. `texts.json.gz`
holds the texts themselves, which `teach` needs and training doesn't; `teacher.npz`, if it is there,
what today's reader thinks of each sentence.
"""

import gzip
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.passage_reader.passages import Input, Specials, Tokenizer, sequence

GOLD, NEGATIVE, TWIN, OWN = range(4)
"""Kinds of rows: with an answer; without; the right passage with a question that it doesn't
answer; the passage that an unanswerable question was written for."""
UNKNOWN = 127  # where the teacher wasn't asked
TEACHER_STEPS = 8  # in one unit of its log-odds

Place = tuple[int, int]


@dataclass(slots=True)
class Row:
    """A question and a passage.

    Attributes:
        kind: One of the kinds above.
        question: The text's number; None for the group's question.
        context: Number of the words above the passage.
        pieces: Numbers of its pieces.
        labels: For each 1 if it answers, 0 if not, -1 if it may.
        spans: For each the tokens of the answers in it.
    """

    kind: int
    question: int | str | None
    context: int
    pieces: list[int]
    labels: list[int]
    spans: list[list[Place]]

    def asked_otherwise(self, question: str, kind: int) -> "Row":
        """Return the passage with another question, which it doesn't answer."""
        count = len(self.pieces)
        return Row(kind, question, self.context, self.pieces[:], [0] * count, [[]] * count)


class Packer:
    """Gathers groups and writes them."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        """Begin with nothing."""
        self._tokenizer = tokenizer
        self._texts: list[str] = []
        self._ids: list[Sequence[int]] = []
        self._numbers: dict[str, int] = {}
        self._rows: list[Row] = []
        self._groups: list[tuple[str, int, int, int, bool]] = []

    def text(self, text: str) -> int:
        """Return the number of a text, which is packed once."""
        if text not in self._numbers:
            self._numbers[text] = self.add(text, self._tokenizer.encode(text)[0])
        return self._numbers[text]

    def add(self, text: str, ids: Sequence[int]) -> int:
        """Pack a text whose tokens are known, and return its number."""
        self._texts.append(text)
        self._ids.append(ids)
        return len(self._ids) - 1

    def group(
        self, name: str, question: str, other: str, rows: Sequence[Row], *, held_out: bool
    ) -> None:
        """Pack a group: its set, its question, the same with errors, its rows."""
        asked = self.text(question)
        for row in rows:
            row.question = asked if row.question is None else self.text(str(row.question))
        self._rows += rows
        self._groups.append((name, asked, self.text(other), len(self._rows), held_out))

    def count(self, name: str) -> dict[str, int]:
        """Return how many groups a set gave, and of what kinds."""
        kinds: Counter[str] = Counter()
        begin = 0
        for group in self._groups:
            rows = self._rows[begin : group[3]]
            begin = group[3]
            if group[0] != name:
                continue
            answered = any(1 in row.labels for row in rows)
            kinds["groups"] += 1
            kinds["held out"] += group[4]
            kinds["answered"] += answered
            kinds["twins"] += any(row.kind == TWIN for row in rows)
            kinds["several right"] += sum(row.labels.count(1) for row in rows) > 1
            kinds["several spans"] += any(len(span) > 1 for row in rows for span in row.spans)
            kinds["rows"] += len(rows)
        return dict(kinds)

    def write(self, folder: Path) -> NDArray[np.uint32]:
        """Write `data.npz` and `texts.json.gz`, and return the ids of all words in them."""
        marks = self._tokenizer.specials
        specials = [marks.begin, marks.padding, marks.end]
        vocabulary = np.unique(
            np.concatenate([np.array(ids, np.uint32) for ids in [specials, *self._ids]])
        )
        if len(vocabulary) > 1 << 16:
            raise ValueError(f"{len(vocabulary)} different tokens don't fit into 16 bits")
        flat = np.fromiter(chain.from_iterable(self._ids), np.uint32)
        pieces = list(chain.from_iterable(row.pieces for row in self._rows))
        spans = [
            (number, *place)
            for number, found in enumerate(chain.from_iterable(row.spans for row in self._rows))
            for place in found
        ]
        names = list(dict.fromkeys(group[0] for group in self._groups))
        np.savez_compressed(
            folder / "data.npz",
            vocabulary=vocabulary,
            specials=np.searchsorted(vocabulary, specials).astype(np.uint16),
            tokens=np.searchsorted(vocabulary, flat).astype(np.uint16),
            text_lengths=np.array([len(ids) for ids in self._ids], np.uint8),
            row_kinds=np.array([row.kind for row in self._rows], np.uint8),
            # Differences, for they are small and pack well
            row_questions=np.diff([row.question for row in self._rows], prepend=0).astype(np.int32),
            row_contexts=np.diff([row.context for row in self._rows], prepend=0).astype(np.int32),
            row_lengths=np.array([len(row.pieces) for row in self._rows], np.uint8),
            pieces=np.diff(pieces, prepend=0).astype(np.int32),
            labels=np.fromiter(chain.from_iterable(row.labels for row in self._rows), np.int8),
            spans=np.array(spans, np.uint32).reshape(-1, 3),
            names=np.array(names),
            group_sets=np.array([names.index(group[0]) for group in self._groups], np.uint8),
            group_others=np.array([group[2] for group in self._groups], np.uint32),
            group_ends=np.array([group[3] for group in self._groups], np.uint32),
            held_out=np.array([group[4] for group in self._groups], np.bool_),
        )
        (folder / "texts.json.gz").write_bytes(
            gzip.compress(json.dumps(self._texts, ensure_ascii=False).encode(), 4)
        )
        return vocabulary


@dataclass(frozen=True, slots=True)
class Example:
    """A row as it goes through the network.

    Attributes:
        ids: Its tokens, numbered within the vocabulary.
        places: Tokens of each of its pieces.
        labels: As in `Row`.
        spans: For each piece its right spans, counted from its first token.
        teacher: For each piece the teacher's log-odds, NaN where it wasn't asked.
        kind: As in `Row`.
    """

    ids: list[int]
    places: list[Place]
    labels: NDArray[np.int8]
    spans: list[list[Place]]
    teacher: NDArray[np.float32]
    kind: int


class Data:
    """What `Packer` wrote."""

    def __init__(self, folder: Path) -> None:
        """Read the arrays."""
        with np.load(folder / "data.npz") as file:
            arrays = dict(file)
        self.vocabulary: NDArray[np.uint32] = arrays["vocabulary"]
        self.specials = Specials(*map(int, arrays["specials"]))
        self.names: list[str] = [str(name) for name in arrays["names"]]
        self.sets: NDArray[np.uint8] = arrays["group_sets"]
        self.held_out: NDArray[np.bool_] = arrays["held_out"]
        self.labels: NDArray[np.int8] = arrays["labels"]
        self.kinds: NDArray[np.uint8] = arrays["row_kinds"]
        self._tokens = arrays["tokens"]
        self._text_ends = np.cumsum(arrays["text_lengths"], dtype=np.int64)
        self._questions = np.cumsum(arrays["row_questions"], dtype=np.int64)
        self._contexts = np.cumsum(arrays["row_contexts"], dtype=np.int64)
        self._row_ends = np.cumsum(arrays["row_lengths"], dtype=np.int64)
        self._pieces = np.cumsum(arrays["pieces"], dtype=np.int64)
        self._others = arrays["group_others"]
        self._group_ends = arrays["group_ends"]
        self._spans = arrays["spans"]
        self._span_starts = np.searchsorted(self._spans[:, 0], np.arange(len(self.labels) + 1))
        teacher = folder / "teacher.npz"
        self._teacher = np.full(len(self.labels), UNKNOWN, np.int8)
        if teacher.exists():
            with np.load(teacher) as file:
                self._teacher = file["odds"]

    def __len__(self) -> int:
        """Return how many groups there are."""
        return len(self.sets)

    def rows(self, group: int) -> range:
        """Return the numbers of a group's rows."""
        begin = int(self._group_ends[group - 1]) if group else 0
        return range(begin, int(self._group_ends[group]))

    def row_texts(self, row: int) -> tuple[int, int, list[int]]:
        """Return the numbers of a row's texts: question, context, pieces."""
        pieces = self._pieces[self.piece_places(row)].tolist()
        return int(self._questions[row]), int(self._contexts[row]), pieces

    def piece_places(self, row: int) -> slice:
        """Return which of all pieces of rows are those of a row."""
        return slice(int(self._row_ends[row - 1]) if row else 0, int(self._row_ends[row]))

    def is_answered(self, group: int) -> bool:
        """Return whether a row of the group holds an answer."""
        rows = self.rows(group)
        begin, end = self.piece_places(rows[0]).start, self.piece_places(rows[-1]).stop
        return bool((self.labels[begin:end] == 1).any())

    def example(
        self, group: int, row: int, *, other: bool = False, context: bool = True
    ) -> Example:
        """Return a row as it goes through the network.

        Args:
            group: The group's number.
            row: The row's number.
            other: Whether the question has errors; a twin's never has.
            context: Whether the words above the passage are shown.
        """
        question, above, pieces = self.row_texts(row)
        kind = int(self.kinds[row])
        if other and kind != TWIN:
            question = int(self._others[group])
        built: Input = sequence(
            self._text(question),
            self._text(above) if context else [],
            [self._text(piece) for piece in pieces],
            self.specials,
        )
        begin = self.piece_places(row).start
        end = begin + len(built.places)
        odds = self._teacher[begin:end].astype(np.float32)
        return Example(
            built.ids,
            built.places,
            self.labels[begin:end],
            [
                [
                    (int(start), int(stop))
                    for _, start, stop in self._spans[
                        self._span_starts[n] : self._span_starts[n + 1]
                    ]
                ]
                for n in range(begin, end)
            ],
            np.where(odds == UNKNOWN, np.nan, odds / TEACHER_STEPS).astype(np.float32),
            kind,
        )

    def _text(self, number: int) -> list[int]:
        begin = int(self._text_ends[number - 1]) if number else 0
        tokens: list[int] = self._tokens[begin : self._text_ends[number]].tolist()
        return tokens
