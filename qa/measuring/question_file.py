"""A person's own judged questions, read from CSV or JSON Lines.

Each has a `question`, and an `answer` (words that the right sentence holds, as whole words) or a
`sentence` (the right sentence itself). Either may be a list in JSON Lines: any of them is right. A
question with neither is one that the documents don't answer.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index import BadQuestionFile, path_of
from qa.answers import Passage, ScoredSentence
from qa.measuring.answer_words import holds_words
from qa.measuring.evaluation import JudgedQuestion


def read_questions(path: Path | str) -> list[JudgedQuestion]:
    """Read a file of judged questions.

    Args:
        path: A file whose name ends in .csv, with a header line, or in .jsonl.

    Raises:
        BadQuestionFile: The file is missing, of another kind, or a line of it can't be read.
    """
    path = path_of(path, "path")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file) if path.suffix == ".csv" else _json_lines(path, file))
    except OSError as error:
        raise BadQuestionFile(f"{path} can't be read: {error.strerror}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadQuestionFile(f"{path} can't be read as UTF-8 text: {error}.") from error
    questions = []
    for number, row in enumerate(rows, 1):
        question = row.get("question") if isinstance(row, dict) else None
        if not isinstance(question, str) or not question.strip():
            raise BadQuestionFile(
                f"Entry {number} of {path} has no question. Each needs a `question`, and an "
                "`answer` or a `sentence` unless the documents don't answer it."
            )
        answers, sentences = _texts(row.get("answer")), _texts(row.get("sentence"))
        judge = _HoldsAnswer(answers, sentences) if answers or sentences else None
        questions.append(JudgedQuestion(question, judge, answers))
    if not questions:
        raise BadQuestionFile(f"{path} contains no questions.")
    return questions


@dataclass(frozen=True, slots=True)
class _HoldsAnswer:
    answers: tuple[str, ...]
    sentences: tuple[str, ...]

    def __call__(self, _: Passage, sentence: ScoredSentence) -> bool:
        text = sentence.text
        return _plain(text) in self.sentences or any(
            holds_words(text, answer) for answer in self.answers
        )


def _texts(value: object) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(_plain(text) for text in values if isinstance(text, str) and text.strip())


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _json_lines(path: Path, lines: Iterator[str]) -> Iterator[dict[str, object]]:
    if path.suffix != ".jsonl":
        raise BadQuestionFile(f"{path.name} is neither .csv nor .jsonl.")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield json.loads(line)
        except json.JSONDecodeError as error:
            raise BadQuestionFile(f"Line {number} of {path} is not JSON: {error.msg}.") from error
