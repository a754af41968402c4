"""Feedback in the corpus's database: one row an answer, beside the documents and apart from them.

No index is made from it, so its writes change no generation and take no lock but SQLite's own.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import Any

from index.database import Database
from index.errors import CorpusError
from index.feedback import Feedback, ShownPassage, check_key, checked


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
