"""Answers as a person reads them in a terminal, and as they go to a file or another program."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import pairwise
from typing import Any

from rich.console import Group
from rich.text import Text

from qa import (
    Answer,
    Excerpt,
    Passage,
    ScoredSentence,
    Settings,
    Surroundings,
    surroundings,
)
from ui.cli.options import print_json
from ui.cli.terminal import console, plain

_NOTHING = "Nothing was found. Add documents with: verbatim index PATH"
MOST_AROUND = 100  # sentences on each side of a passage; see `qa.limits`
_UNANSWERED = "The documents don't seem to answer this. The closest passages:"
_MARK = "underline black on yellow"  # underlined too, for terminals without colours and NO_COLOR


@dataclass(frozen=True, slots=True)
class Details:
    """What is shown beside passages.

    Attributes:
        surroundings: Finds what stands around a passage; None to show the passage's own neighbours.
        path: Whether to show where the document's file is; it needs `surroundings`.
        context: Whether to show the sentences that `surroundings` finds.
        min_confidence: The least confidence of an answer that was asked for; None if none was.
    """

    surroundings: Callable[[Passage], Surroundings] | None = None
    path: bool = False
    context: bool = False
    min_confidence: float | None = None

    def of(self, passage: Passage) -> Surroundings:
        """Return what is shown around a passage."""
        own = Surroundings(_given(passage.before), _given(passage.after), "")
        around = self.surroundings(passage) if self.surroundings else own
        return around if self.context else Surroundings(own.before, own.after, around.source)


def details(settings: Mapping[str, Any], context: int | None, *, path: bool) -> Details:
    """Return what `verbatim ask` shows beside passages.

    Args:
        settings: Those of `qa.ask`.
        context: How many sentences on each side; None for the passage's own neighbours.
        path: Whether to show where the file is.
    """
    least = settings["min_confidence"]
    wanted = path or context is not None
    around = partial(surroundings, sentences=context or 0, corpus=settings["corpus"])
    return Details(
        around if wanted else None,
        path=path,
        context=context is not None,
        min_confidence=Settings.from_environment().min_confidence if least is None else least,
    )


def _given(excerpt: Excerpt | None) -> tuple[Excerpt, ...]:
    return (excerpt,) if excerpt else ()


_USUAL = Details()


def print_answer(
    answer: Answer, details: Details, *, as_json: bool, indent: int | None = 2
) -> None:
    """Print an answer for a person, or as JSON."""
    if as_json:
        print_json(as_json_of(answer, details), indent)
    else:
        show_answer(answer, details)


def as_json_of(answer: Answer, details: Details) -> dict[str, Any]:
    """Return an answer for JSON, its passages with what was asked for beside them."""
    value = answer.as_dict()
    if details.surroundings:
        for passage, facts in zip(answer.passages, value["passages"], strict=True):
            around = details.of(passage)
            if details.path:
                facts["path"] = around.source
            if details.context:
                facts["surroundings"] = {
                    "before": [asdict(excerpt) for excerpt in around.before],
                    "after": [asdict(excerpt) for excerpt in around.after],
                }
    return value


def show_answer(answer: Answer, details: Details = _USUAL) -> None:
    """Print the passages, best first, each with its context and its place.

    On a terminal what was found is bold and the words that answer are marked. Elsewhere, and where
    the terminal has no styles, each sentence is a line, that of a sentence that answers begins with
    `>`, and the words stand on a line of their own.
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
        console.print(_unanswered(answer, details.min_confidence), style="bold")
    show_passages(answer.passages, details)


def _unanswered(answer: Answer, min_confidence: float | None) -> str:
    """Say that nothing answers, so that it fits the figure that stands beside the first passage."""
    if min_confidence is None or answer.confidence is None:
        return _UNANSWERED
    return (
        f"No passage is as likely to answer as you asked for ({100 * min_confidence:.4g}%). "
        "The closest passages:"
    )


def show_passages(passages: Sequence[Passage], details: Details = _USUAL) -> None:
    """Print passages in their order; see `show_answer`."""
    styled = console.is_terminal and console.color_system is not None
    for rank, passage in enumerate(passages, 1):
        around = details.of(passage)
        source = f"source: {plain(around.source) or 'removed'}" if details.path else ""
        if styled:
            _show_styled(rank, passage, around, source)
        else:
            _show_plain(rank, passage, around, source)


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


def _show_styled(rank: int, passage: Passage, around: Surroundings, source: str) -> None:
    text = Text()
    text.append(f"{rank}. ", style="bold cyan")
    for excerpt in around.before:
        text.append(plain(excerpt.text) + " ", style="dim")
    text.append_text(_marked(passage))
    for excerpt in around.after:
        text.append(" " + plain(excerpt.text), style="dim")
    below = [Text(f"   {line}", style="cyan") for line in (location(passage), source) if line]
    console.print(Group(text, *below), "")


def _marked(passage: Passage) -> Text:
    """Return the passage, sentences that answer bold, the words marked at their own place only."""
    text = Text(plain(passage.text), style="bold")
    answering = _answering(passage)
    beside = [sentence for sentence in passage.sentences if sentence not in answering]
    styles: list[tuple[ScoredSentence | Excerpt, str]]
    styles = [(sentence, "not bold") for sentence in beside]
    styles += [(highlight, _MARK) for highlight in passage.highlights]
    for piece, style in styles:
        before = passage.text[: piece.start - passage.start]
        start = len(plain(before + "x")) - 1  # where the next character stands once it is plain
        text.stylize(style, start, start + len(plain(piece.text)))
    return text


def _show_plain(rank: int, passage: Passage, around: Surroundings, source: str) -> None:
    lines = [f"{rank}. {location(passage)}"]
    lines += [f"   {source}"] if source else []
    lines += [f"     {plain(excerpt.text)}" for excerpt in around.before]
    answering = _answering(passage)
    for sentence, text in _sentences(passage):
        sign = ">" if sentence is None or sentence in answering else " "
        lines.append(f"   {sign} {plain(text)}")
    lines += [f"     {plain(excerpt.text)}" for excerpt in around.after]
    if passage.highlights:
        words = " | ".join(plain(highlight.text) for highlight in passage.highlights)
        lines.append(f"   answer: {words}")
    for line in (*lines, ""):
        console.print(line, markup=False, highlight=False, emoji=False)


def _answering(passage: Passage) -> list[ScoredSentence]:
    """Return the sentences in which words are marked; where none is, the one found first."""
    marked = [sentence for sentence in passage.sentences if sentence.marked]
    return marked or list(passage.sentences and (passage.best,))


def _sentences(passage: Passage) -> list[tuple[ScoredSentence | None, str]]:
    """Return a passage's sentences with their text, and with what stands behind them in it."""
    if not passage.sentences:
        return [(None, passage.text)]
    starts = [sentence.start - passage.start for sentence in passage.sentences]
    pieces = pairwise([0, *starts[1:], len(passage.text)])
    return [
        (sentence, passage.text[start:end])
        for sentence, (start, end) in zip(passage.sentences, pieces, strict=True)
    ]
