"""What a person thought of an answer: a verdict, with what was asked and what was shown.

One row an answer, beside the documents and apart from them: no index is made from it, so its writes
change no generation and take no lock but SQLite's own.
"""

import json
import math
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal, get_args

from index.arguments import of_kind
from index.errors import BadSetting, CorpusError
from index.limits import FEEDBACK_KEY, FEEDBACK_PASSAGES, FEEDBACK_TEXT
from index.store.database import Database

Verdict = Literal["up", "down"]

LONGEST_KEY = FEEDBACK_KEY.most
LONGEST_TEXT = FEEDBACK_TEXT.most
MOST_PASSAGES = FEEDBACK_PASSAGES.most
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """A passage as it was shown. It stays as it was, whatever becomes of the document.

    Attributes:
        document: Name of the document it stood in.
        sha256: SHA-256 of that document's text in UTF-8.
        start: Offset of its first character.
        end: Offset after its last character.
        sentence: Text of its best sentence.
        text: Its own text.
        score: What it was ranked by; higher is better.
        confidence: Probability that it answers; None if no reader looked at it.
    """

    document: str
    sha256: str
    start: int
    end: int
    sentence: str
    text: str
    score: float
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Feedback:
    """A person's verdict on an answer.

    Attributes:
        key: Name of the answer, chosen by the caller. An answer has one verdict at most.
        asked: When the question was asked, ISO 8601 in UTC.
        question: The person's words.
        query: What was searched for.
        verdict: `up` or `down`.
        confidence: That of the first passage; None without the reader, or if nothing was found.
        passages: What was shown, best first.
        id: Number of the feedback in its corpus; None before it is stored.
    """

    key: str
    asked: str
    question: str
    query: str
    verdict: Verdict
    confidence: float | None
    passages: tuple[ShownPassage, ...]
    id: int | None = None


def checked(feedback: Feedback) -> Feedback:
    """Return the feedback with its time in UTC.

    Raises:
        BadSetting: A part of it is unknown, out of range or too long.
    """
    of_kind(feedback, "feedback", Feedback)
    for name in ("key", "asked", "question", "query"):
        of_kind(getattr(feedback, name), name, str)
    check_key(feedback.key)
    if not isinstance(feedback.verdict, str) or feedback.verdict not in get_args(Verdict):
        raise BadSetting(f"verdict is {feedback.verdict!r}; it must be up or down.")
    for name in ("question", "query"):
        text = getattr(feedback, name)
        if not text.strip():
            raise BadSetting(f"{name} is empty; feedback is on an answer to a question.")
        _check_length(name, text)
    _check_share("confidence", feedback.confidence)
    if len(feedback.passages) > MOST_PASSAGES:
        raise BadSetting(
            f"Feedback holds up to {MOST_PASSAGES} passages, not {len(feedback.passages)}."
        )
    for passage in feedback.passages:
        _check_passage(passage)
    return replace(feedback, asked=_in_utc(feedback.asked), passages=tuple(feedback.passages))


def check_key(key: str) -> None:
    """Raise `BadSetting` unless this can be an answer's key."""
    if not 1 <= len(of_kind(key, "key", str)) <= LONGEST_KEY or not key.isprintable():
        raise BadSetting(f"An answer's key must be 1 to {LONGEST_KEY} printable characters.")


def _check_passage(passage: ShownPassage) -> None:
    for name in ("document", "sentence", "text"):
        _check_length(f"A passage's {name}", getattr(passage, name))
    if not _SHA256.fullmatch(passage.sha256):
        raise BadSetting("A passage's sha256 must be 64 hexadecimal digits.")
    if not 0 <= passage.start <= passage.end:
        raise BadSetting(f"A passage can't go from {passage.start} to {passage.end}.")
    if not math.isfinite(passage.score):
        raise BadSetting(f"A passage's score is {passage.score}; it must be a number.")
    _check_share("A passage's confidence", passage.confidence)


def _check_length(name: str, text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise BadSetting(f"{name} is {len(text):,} characters long; {LONGEST_TEXT:,} are kept.")


def _check_share(name: str, value: float | None) -> None:
    if value is not None and not 0 <= value <= 1:
        raise BadSetting(f"{name} is {value}; it must be from 0 to 1.")


def _in_utc(moment: str) -> str:
    try:
        parsed = datetime.fromisoformat(moment)
    except ValueError as error:
        raise BadSetting(f"asked is {moment[:50]!r}; it must be a time in ISO 8601.") from error
    if parsed.tzinfo is None:
        raise BadSetting(f"asked is {moment!r}; it must give its time zone, as in +00:00.")
    try:
        return parsed.astimezone(UTC).isoformat()
    except OverflowError as error:  # in the first or last hours of the calendar
        raise BadSetting(f"asked is {moment!r}, which is out of range in UTC.") from error


class FeedbackTable:
    """The feedback of a corpus."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, feedback: Feedback) -> Feedback:
        """Store feedback, in place of the one of the same key, and return it as stored.

        Raises:
            BadSetting: A part of it is unknown, out of range or too long.
        """
        feedback = checked(feedback)
        values = (
            feedback.key,
            feedback.asked,
            _bytes(feedback.question),
            _bytes(feedback.query),
            feedback.verdict,
            feedback.confidence,
            _bytes(json.dumps([asdict(item) for item in feedback.passages], ensure_ascii=False)),
        )
        with self._writing():
            row = self._database.connection.execute(
                """INSERT INTO feedback
                     (answer_key, asked, question, query, verdict, confidence, passages)
                   VALUES (?, ?, CAST(? AS TEXT), CAST(? AS TEXT), ?, ?, CAST(? AS TEXT))
                   ON CONFLICT (answer_key) DO UPDATE SET
                     asked = excluded.asked, question = excluded.question,
                     query = excluded.query, verdict = excluded.verdict,
                     confidence = excluded.confidence, passages = excluded.passages
                   RETURNING id""",
                values,
            ).fetchone()
        return replace(feedback, id=row[0])

    def all(self) -> list[Feedback]:
        """Return all feedback, the oldest first."""
        rows = self._database.connection.execute(
            """SELECT answer_key, asked, CAST(question AS BLOB), CAST(query AS BLOB), verdict,
                      confidence, CAST(passages AS BLOB), id
               FROM feedback ORDER BY asked, id"""
        )
        return [_feedback(row) for row in rows]

    def withdraw(self, key: str) -> bool:
        """Delete the feedback of this key, and return whether there was any.

        Raises:
            BadSetting: It can't be a key.
        """
        check_key(key)
        with self._writing():
            deleted = self._database.connection.execute(
                "DELETE FROM feedback WHERE answer_key = ?", (key,)
            )
        return deleted.rowcount == 1

    def clear(self) -> int:
        """Delete all feedback, and return how much there was."""
        with self._writing():
            return self._database.connection.execute("DELETE FROM feedback").rowcount

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            with self._database.transaction():
                yield
        except sqlite3.OperationalError as error:
            raise CorpusError(
                f"The feedback in {self._database.path} can't be changed ({error}). Try again "
                "once nothing else writes to the corpus."
            ) from error


# Texts go in and out as bytes, because Python's own conversion refuses half of a surrogate pair,
# and a person's question, or a file's name, may hold one.


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _text(stored: bytes) -> str:
    return stored.decode("utf-8", "surrogatepass")


def _feedback(row: Sequence[Any]) -> Feedback:
    key, asked, question, query, verdict, confidence, passages, number = row
    shown = tuple(ShownPassage(**item) for item in json.loads(_text(passages)))
    return Feedback(
        key, asked, _text(question), _text(query), verdict, confidence, shown, id=number
    )
