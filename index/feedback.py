"""What a person thought of an answer: a verdict, with what was asked and what was shown."""

import math
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal, get_args

from index.errors import BadSetting
from index.limits import FEEDBACK_KEY, FEEDBACK_PASSAGES, FEEDBACK_TEXT

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
    check_key(feedback.key)
    if feedback.verdict not in get_args(Verdict):
        raise BadSetting(f"verdict is {feedback.verdict!r}; it has to be up or down.")
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
    if not 1 <= len(key) <= LONGEST_KEY or not key.isprintable():
        raise BadSetting(f"An answer's key has to be 1 to {LONGEST_KEY} printable characters.")


def _check_passage(passage: ShownPassage) -> None:
    for name in ("document", "sentence", "text"):
        _check_length(f"A passage's {name}", getattr(passage, name))
    if not _SHA256.fullmatch(passage.sha256):
        raise BadSetting("A passage's sha256 has to be 64 hexadecimal digits.")
    if not 0 <= passage.start <= passage.end:
        raise BadSetting(f"A passage can't go from {passage.start} to {passage.end}.")
    if not math.isfinite(passage.score):
        raise BadSetting(f"A passage's score is {passage.score}; it has to be a number.")
    _check_share("A passage's confidence", passage.confidence)


def _check_length(name: str, text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise BadSetting(f"{name} is {len(text):,} characters long; {LONGEST_TEXT:,} are kept.")


def _check_share(name: str, value: float | None) -> None:
    if value is not None and not 0 <= value <= 1:
        raise BadSetting(f"{name} is {value}; it has to be from 0 to 1.")


def _in_utc(moment: str) -> str:
    try:
        parsed = datetime.fromisoformat(moment)
    except ValueError as error:
        raise BadSetting(f"asked is {moment[:50]!r}; it has to be a time in ISO 8601.") from error
    if parsed.tzinfo is None:
        raise BadSetting(f"asked is {moment!r}; it has to tell its time zone, as in +00:00.")
    try:
        return parsed.astimezone(UTC).isoformat()
    except OverflowError as error:  # in the first or last hours of the calendar
        raise BadSetting(f"asked is {moment!r}, a time that UTC doesn't have.") from error
