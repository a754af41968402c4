"""Answers as a person reads them in a terminal, and as they go to a file or another program."""

from collections.abc import Sequence

from rich.console import Group
from rich.text import Text

from qa import Answer, Passage
from ui.cli.terminal import console, plain

_NOTHING = "Nothing was found. Add documents with: verbatim index PATH"
_UNANSWERED = "The documents don't seem to answer this. The closest passages:"


def show_answer(answer: Answer) -> None:
    """Print the passages, best first, each with its context and its place.

    On a terminal what was found is bold and the words that answer are marked. Elsewhere, and where
    the terminal has no styles, it is the line that begins with `>`, and the words stand on a line
    of their own.
    """
    if answer.limits:
        limits = " ".join(answer.limits)
        console.print(plain(f"Searched for: {answer.query} · {limits}"), markup=False)
    if answer.message:
        console.print(plain(answer.message), markup=False)
    if not answer.passages:
        if not answer.message:
            console.print(_NOTHING)
        return
    if not answer.answered:
        console.print(_UNANSWERED, style="bold")
    show_passages(answer.passages)


def show_passages(passages: Sequence[Passage]) -> None:
    """Print passages in their order; see `show_answer`."""
    styled = console.is_terminal and console.color_system is not None
    for rank, passage in enumerate(passages, 1):
        if styled:
            _show_styled(rank, passage)
        else:
            _show_plain(rank, passage)


def location(passage: Passage) -> str:
    """Return where a passage stands, in words: `Report (report.pdf), sentences 9-10, page 3`."""
    sure = "" if passage.confidence is None else f", {passage.confidence:.0%} likely to answer"
    others = "; ".join(
        f"{plain(other.document.title)}, sentence {other.number}" for other in passage.also
    )
    same = f" (the same in {others})" if others else ""
    title, name = plain(passage.document.title), plain(passage.document.name)
    document = title if name == title else f"{title} ({name})"
    of_corpus = f"{plain(passage.corpus)}: " if passage.corpus else ""
    return f"{of_corpus}{document}, {passage.where}{sure}{same}"


def _show_styled(rank: int, passage: Passage) -> None:
    text = Text()
    text.append(f"{rank}. ", style="bold cyan")
    if passage.before:
        text.append(plain(passage.before.text) + " ", style="dim")
    text.append_text(_marked(passage))
    if passage.after:
        text.append(" " + plain(passage.after.text), style="dim")
    console.print(Group(text, Text(f"   {location(passage)}", style="cyan")), "")


def _marked(passage: Passage) -> Text:
    """Return the passage with the words that answer marked, at their own place only."""
    text = Text(plain(passage.text), style="bold")
    for highlight in passage.highlights:
        before = passage.text[: highlight.start - passage.start]
        start = len(plain(before + "x")) - 1  # where the next character stands once it is plain
        # Underlined too, for terminals without colours and for NO_COLOR
        style = "underline black on yellow"
        text.stylize(style, start, start + len(plain(highlight.text)))
    return text


def _show_plain(rank: int, passage: Passage) -> None:
    lines = [f"{rank}. {location(passage)}"]
    if passage.before:
        lines.append(f"     {plain(passage.before.text)}")
    lines.append(f"   > {plain(passage.text)}")
    if passage.after:
        lines.append(f"     {plain(passage.after.text)}")
    if passage.highlights:
        words = " | ".join(plain(highlight.text) for highlight in passage.highlights)
        lines.append(f"   answer: {words}")
    for line in (*lines, ""):
        console.print(line, markup=False, highlight=False, emoji=False)
