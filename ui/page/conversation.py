"""Conversations: their turns, as they are kept in the browser, and as files to take away."""

import json
import secrets
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from index import Verdict
from qa import Answer
from ui.limits import CONVERSATIONS, TURNS
from ui.page.markdown import md_text, render_answer

MOST_TURNS = TURNS.most
_MOST_CONVERSATIONS = CONVERSATIONS.most
_SEARCHING = "Searching…"


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what was shown for it.

    Attributes:
        question: The question as it was asked.
        answer: What was found; None while searching, or if the search failed.
        failure: Markdown that is shown instead of an answer.
        key: Name of this answer, under which a verdict on it is stored.
        asked: When, ISO 8601 in UTC.
        verdict: The person's thumb on the answer, if there is one.
        others: Documents that were not searched because the question was limited to some.
    """

    question: str
    answer: Answer | None = None
    failure: str = ""
    key: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    asked: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    verdict: Verdict | None = None
    others: int = 0

    def reply(self, *, last: bool) -> str:
        """Return what the chat shows below the question, as Markdown; see `render_answer`."""
        if self.answer is not None:
            return render_answer(self.answer, last=last, others=self.others)
        return self.failure or _SEARCHING


_TURNS = TypeAdapter(tuple[Turn, ...])


def to_browser(turns: Sequence[Turn]) -> str:
    """Return answered turns as the browser keeps them: JSON. Failures are left out."""
    return _TURNS.dump_json(tuple(turn for turn in turns if turn.answer)).decode()


def from_browser(kept: object) -> list[Turn]:
    """Return the turns that a browser kept; none if it holds anything but turns."""
    try:
        turns = _TURNS.validate_json(kept if isinstance(kept, str) else "")
    except ValidationError:
        return []
    return [turn for turn in turns if turn.answer][-MOST_TURNS:]


def as_json(turns: Sequence[Turn]) -> str:
    """Return a conversation as JSON, with everything that is known of each passage."""
    kept = [
        {"question": turn.question, "asked": turn.asked, "answer": turn.answer.as_dict()}
        for turn in turns
        if turn.answer
    ]
    return json.dumps(kept, indent=2, ensure_ascii=False)


def as_markdown(turns: Sequence[Turn]) -> str:
    """Return a conversation as Markdown: questions, quotations and where they stand.

    Nothing in a question or a document becomes markup, so no viewer runs or fetches anything.
    """
    return "\n".join(line for turn in turns if turn.answer for line in _lines(turn, turn.answer))


def _lines(turn: Turn, answer: Answer) -> list[str]:
    lines = [f"## {_quoted(turn.question)}", ""]
    if answer.in_context:
        lines += [f"Searched for: {_quoted(answer.query)}", ""]
    if answer.message:
        lines += [_quoted(answer.message), ""]
    elif not answer.answered:
        lines += ["The documents don't seem to answer this. The closest passages:", ""]
    for passage in answer.passages:
        title, name = _quoted(passage.document.title), _quoted(passage.document.name)
        lines += [f"> {_quoted(line)}".rstrip() for line in passage.text.splitlines()]
        offsets = (
            f"characters {passage.start}-{passage.end} of the text with SHA-256 {passage.sha256}"
        )
        lines += [">", f"> {title} ({name}), {passage.where}, {offsets}", ""]
    return lines


def _quoted(text: str) -> str:
    """Return Markdown that shows exactly this text, and is as readable as it can be unrendered.

    An exclamation mark stays one: it could begin a picture only before a bracket, and every bracket
    of the text is escaped, and none follows here.
    """
    return md_text(text).replace("&#33;", "!")


class Conversations:
    """The newest conversations by a name nobody can guess, to be downloaded while they are open."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, tuple[Turn, ...]] = OrderedDict()
        self._lock = threading.Lock()  # guards `_held`: events run in threads

    def put(self, name: str, turns: Sequence[Turn]) -> str:
        """Keep a conversation under its name, or a new one, and return the name."""
        name = name or secrets.token_urlsafe(16)
        with self._lock:
            self._held[name] = tuple(turns)
            self._held.move_to_end(name)
            while len(self._held) > _MOST_CONVERSATIONS:
                self._held.popitem(last=False)
        return name

    def get(self, name: str) -> tuple[Turn, ...] | None:
        """Return a conversation, or None if there is none of that name."""
        with self._lock:
            return self._held.get(name)


class LastActions:
    """Which open pages were cleared after they were asked: that answer is not shown any more."""

    def __init__(self) -> None:
        self._clearings: OrderedDict[str, int] = OrderedDict()  # how often, by page
        self._lock = threading.Lock()  # guards `_clearings`: events run in threads

    def asked(self, page: str | None) -> int:
        """Return what `is_last` wants to know of a question that is asked now."""
        with self._lock:
            return self._clearings.get(page or "", 0)

    def cleared(self, page: str | None) -> None:
        """Take note that a page was cleared."""
        with self._lock:
            self._clearings[page or ""] = self._clearings.pop(page or "", 0) + 1
            while len(self._clearings) > _MOST_CONVERSATIONS:
                self._clearings.popitem(last=False)

    def is_last(self, page: str | None, asked: int) -> bool:
        """Return whether the page wasn't cleared after that question."""
        with self._lock:
            return self._clearings.get(page or "", 0) == asked


def feedback_values(turns: Sequence[Turn]) -> list[Any]:
    """Return the thumbs as Gradio's Chatbot names them, one for each answer."""
    names = {"up": "Like", "down": "Dislike", None: None}
    return [names[turn.verdict] for turn in turns]
