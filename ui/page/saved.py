"""Conversations as files to take away: what of them is saved, as Markdown and as JSON."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from qa import Answer, Passage
from ui.page.conversation import Held, Turn
from ui.page.markdown import count, md_text


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

    @property
    def lead(self) -> str:
        """What is said above the passages, in plain words; empty where nothing need be said."""
        if self.answer.message:
            return self.answer.message
        return "" if self.answer.answered else "The documents don't seem to answer this."

    @property
    def omission(self) -> str:
        """What is said of passages that are left out; empty if none are."""
        if not self.left_out:
            return ""
        return f"{count(self.left_out, 'weaker passage')} left out."


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
    """Return a conversation as JSON, with everything that is known of each passage."""
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


def as_markdown(held: Held, *, weaker: bool = False) -> str:
    """Return a conversation as Markdown: questions, quotations and where they stand.

    Nothing in a question or a document becomes markup, so no viewer runs or fetches anything.
    """
    title = [f"# {_quoted(held.title)}", ""] if held.title.strip() else []
    turns = saved(held, weaker=weaker)
    return "\n".join([*title, *(line for turn in turns for line in _lines(turn))])


def _lines(saved_turn: SavedTurn) -> list[str]:
    answer = saved_turn.answer
    lines = [f"## {_quoted(saved_turn.turn.question)}", ""]
    if answer.in_context or answer.limits:
        limits = "".join(f" · {_quoted(label)}" for label in answer.limits)
        lines += [f"Searched for: {_quoted(answer.query)}{limits}", ""]
    if saved_turn.lead:
        lines += [_quoted(saved_turn.lead), ""]
    if not answer.answered and answer.passages and not answer.message:
        lines += ["The closest passages:", ""]
    for passage in answer.passages:
        lines += [f"> {_quoted(line)}".rstrip() for line in passage.text.splitlines()]
        lines += [">", f"> {_cited(passage)}", ""]
    if saved_turn.omission:
        lines += [saved_turn.omission, ""]
    return lines


def _cited(passage: Passage) -> str:
    title, name = _quoted(passage.document.title), _quoted(passage.document.name)
    corpus = f"{_quoted(passage.corpus)}: " if passage.corpus else ""
    offsets = f"characters {passage.start}-{passage.end} of the text with SHA-256 {passage.sha256}"
    return f"{corpus}{title} ({name}), {passage.where}, {offsets}"


def _quoted(text: str) -> str:
    """Return Markdown that shows exactly this text, and is as readable as it can be unrendered.

    An exclamation mark stays one: it could begin a picture only before a bracket, and every bracket
    of the text is escaped, and none follows here.
    """
    return md_text(text).replace("&#33;", "!")
