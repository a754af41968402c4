"""Conversations as files to take away: what of them is saved, as Markdown and as JSON."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from qa import Answer, Passage
from ui.page.conversation import Held, Turn
from ui.page.markdown import place_of
from ui.page.md_text import md_text
from ui.translation.catalogue import ENGLISH, Words

_LONGEST_TIME = 40  # characters: ISO 8601 with microseconds has 32


@dataclass(frozen=True, slots=True)
class SavedTurn:
    """A question with what is saved of its answer.

    Attributes:
        turn: The question, and all that was found.
        answer: The answer with those passages that are saved.
        left_out: How many weaker ones are not.
    """

    turn: Turn
    answer: Answer
    left_out: int

    def lead(self, words: Words) -> str:
        """Return what is said above the passages, in plain words; empty where nothing need be."""
        if self.answer.message:
            return words.sentence(self.answer.message)
        if self.answer.answered:
            return ""
        return words.text("The documents don't seem to answer this.")

    def asked(self, words: Words) -> str:
        """Return when it was asked; what the browser kept, if that is no time."""
        try:
            asked = datetime.fromisoformat(self.turn.asked)
            return words.time(asked if asked.tzinfo else asked.replace(tzinfo=UTC))
        except (ValueError, OverflowError):  # the latter in the first and the last year there is
            return self.turn.asked[:_LONGEST_TIME]

    def omission(self, words: Words) -> str:
        """Return what is said of passages that are left out; empty if none are."""
        if not self.left_out:
            return ""
        return words.count(
            "{number} weaker passage left out.",
            "{number} weaker passages left out.",
            self.left_out,
        )


def saved(held: Held, *, weaker: bool) -> Iterator[SavedTurn]:
    """Return what is saved of a conversation.

    Args:
        held: The conversation; questions whose search failed are left out.
        weaker: Whether passages are saved too that the page folds away, or shows as the closest
            where nothing answers.
    """
    for turn in held.turns:
        if turn.answer is None:
            continue
        everything = turn.answer.passages
        on_top = everything if turn.answer.kind == "overview" else turn.answer.answering
        passages = everything if weaker else on_top
        answer = replace(turn.answer, passages=passages)
        yield SavedTurn(turn, answer, len(everything) - len(passages))


def as_json(held: Held, *, weaker: bool = False) -> str:
    """Return a conversation as JSON, with everything that is known of each passage.

    It is for programs: its messages are as Python gives them, in English.
    """
    kept = [
        {
            "question": each.turn.question,
            "asked": each.turn.asked,
            "answer": each.answer.as_dict(),
            "weaker_passages_left_out": each.left_out,
        }
        for each in saved(held, weaker=weaker)
    ]
    return json.dumps(kept, indent=2, ensure_ascii=False)


def as_markdown(held: Held, *, weaker: bool = False, words: Words = ENGLISH) -> str:
    """Return a conversation as Markdown: questions, quotations and where they stand.

    Nothing in a question or a document becomes markup, so no viewer runs or fetches anything.
    """
    title = [f"# {_quoted(held.title)}", ""] if held.title.strip() else []
    turns = saved(held, weaker=weaker)
    return "\n".join([*title, *(line for turn in turns for line in _lines(turn, words))])


def _lines(saved_turn: SavedTurn, words: Words) -> list[str]:
    answer = saved_turn.answer
    lines = [f"## {_quoted(saved_turn.turn.question)}", ""]
    if answer.in_context or answer.limits:
        limits = "".join(f" · {_quoted(label)}" for label in answer.limits)
        searched = words.text("Searched for: {query}", query=_quoted(answer.query))
        lines += [f"{searched}{limits}", ""]
    if lead := saved_turn.lead(words):
        lines += [_quoted(lead), ""]
    if not answer.answered and answer.passages and not answer.message:
        lines += [words.text("The closest passages:"), ""]
    for passage in answer.passages:
        lines += [f"> {_quoted(line)}".rstrip() for line in passage.text.splitlines()]
        lines += [">", f"> {_cited(passage, words)}", ""]
    if omission := saved_turn.omission(words):
        lines += [omission, ""]
    return lines


def _cited(passage: Passage, words: Words) -> str:
    title, name = _quoted(passage.document.title), _quoted(passage.document.name)
    corpus = f"{_quoted(passage.corpus)}: " if passage.corpus else ""
    offsets = words.text(
        "characters {start}-{end} of the text with SHA-256 {sha256}",
        start=str(passage.start),
        end=str(passage.end),
        sha256=passage.sha256,
    )
    return f"{corpus}{title} ({name}), {place_of(passage, words)}, {offsets}"


def _quoted(text: str) -> str:
    """Return Markdown that shows exactly this text, and is as readable as it can be unrendered.

    An exclamation mark stays one: it could begin a picture only before a bracket, and every bracket
    of the text is escaped, and none follows here.
    """
    return md_text(text).replace("&#33;", "!")
