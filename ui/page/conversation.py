"""Conversations: their turns, as the browser keeps them, and as the server holds them."""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from index import Verdict
from qa import Answer
from ui.limits import CONVERSATIONS, NAME, TURNS
from ui.page.markdown import render_answer
from ui.page.scope import Scope
from ui.translation.catalogue import ENGLISH, Words

MOST_TURNS = TURNS.most
_MOST_CONVERSATIONS = CONVERSATIONS.most
_BELL = '<button class="bell"></button>'  # ui/page/standing.js says what it is for


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
        scope: What it was limited to.
    """

    question: str
    answer: Answer | None = None
    failure: str = ""
    key: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    asked: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    verdict: Verdict | None = None
    others: int = 0
    scope: Scope = field(default_factory=Scope)

    def reply(self, *, last: bool, words: Words = ENGLISH) -> str:
        """Return what the chat shows below the question, as Markdown; see `render_answer`."""
        if self.answer is not None:
            shown = render_answer(self.answer, last=last, others=self.others, words=words)
            return shown if self.answer.kind == "greeting" else f"{shown}\n\n{_BELL}"
        return self.failure or words.text("Searching…")


@dataclass(frozen=True, slots=True)
class Held:
    """A conversation as a page shows it.

    Attributes:
        turns: Its questions with their answers, in their order.
        title: What the person calls it; empty where they have given it no name.
    """

    turns: Annotated[tuple[Turn, ...], Field(max_length=MOST_TURNS)] = ()
    title: Annotated[str, Field(max_length=NAME.most)] = ""


_TURN = TypeAdapter(Turn)
_TURNS = TypeAdapter(tuple[Turn, ...])
_HELD = TypeAdapter(Held)


def to_browser(held: Held, last: int, words: Words = ENGLISH) -> list[dict[str, Any]]:
    """Return what the browser keeps of a conversation: answered turns. Failures are left out.

    Args:
        held: The conversation.
        last: How many turns are given as a whole, the last ones: those before are known there.
        words: The texts of the language in which `told` gives the message of an answer; as it is
            kept, it is in English.
    """
    turns = [turn for turn in held.turns if turn.answer]
    return [
        {
            "key": turn.key,
            "question": turn.question,
            "verdict": turn.verdict,
            "data": _TURN.dump_json(turn).decode() if place <= last else None,
            "told": words.sentence(turn.answer.message) if turn.answer and place <= last else "",
        }
        for turn, place in zip(turns, range(len(turns), 0, -1), strict=True)
    ]


def from_browser(handed: bytes) -> Held:
    """Return the conversation that a browser kept, for its page or to be taken away.

    Raises:
        ValidationError: It isn't one.
    """
    held = _HELD.validate_json(handed)
    return replace(held, turns=tuple(turn for turn in held.turns if turn.answer))


def from_earlier_browser(kept: object) -> tuple[Turn, ...]:
    """Return the one conversation that a browser kept before it kept several; empty if none."""
    try:
        turns = _TURNS.validate_json(kept if isinstance(kept, str) else "")
    except ValidationError:
        return ()
    return tuple(turn for turn in turns if turn.answer)[-MOST_TURNS:]


class Conversations:
    """The newest conversations by names nobody can guess, while pages show or save them."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, Held] = OrderedDict()
        self._lock = threading.Lock()  # guards `_held`: events run in threads

    def put(self, name: str, held: Held) -> None:
        """Keep a conversation under its name."""
        with self._lock:
            self._held[name] = held
            self._held.move_to_end(name)
            while len(self._held) > _MOST_CONVERSATIONS:
                self._held.popitem(last=False)

    def get(self, name: str) -> Held | None:
        """Return a conversation, or None if there is none of that name."""
        with self._lock:
            return self._held.get(name)


def feedback_values(turns: Sequence[Turn]) -> list[Any]:
    """Return the thumbs as Gradio's Chatbot names them, one for each answer."""
    names = {"up": "Like", "down": "Dislike", None: None}
    return [names[turn.verdict] for turn in turns]
