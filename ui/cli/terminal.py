"""Answers, documents and reports as a person reads them in a terminal."""

import io
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import get_args

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

import index
from index import Status
from qa import Outcome, Report

console = Console()
errors = Console(stderr=True)

_WORDS = {"skipped": "left out"}
_MOVES: tuple[Status, ...] = ("renamed", "removed", "gone")  # that are told one by one
_CAUSES: dict[index.Cause, tuple[str, str]] = {
    "hidden": ("file or folder is hidden", "files and folders are hidden"),
    "ignored": ("file or folder is in an ignore file", "files and folders are in ignore files"),
    "installed": ("is what programs install", "are what programs install (node_modules, …)"),
    "link": ("link leads to a folder or to nothing", "links lead to folders or to nothing"),
    "removed": ("was removed from the corpus by hand", "were removed from the corpus by hand"),
    "special": ("is a pipe, socket or device", "are pipes, sockets or devices"),
}
_LONGEST_NAME = 60  # characters that are shown of a path or a name
_MOST_MOVES = 100  # documents renamed or removed that are told one by one
_MOST_KINDS = 12  # by their number; a home folder may hold a hundred
_TABLE = 72  # columns that the table of documents needs for its titles to be read
_UNBROKEN = 1_000_000  # columns: wider than anything that is printed
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}  # control, direction, unassigned: never sent to a terminal


def plain(text: str) -> str:
    """Return a document's text on one line, without what could steer the terminal."""
    shown = (
        char if char == "\u200d" or unicodedata.category(char) not in _UNSEEN else " "
        for char in text
    )
    return " ".join("".join(shown).split())


def told(error: index.RetrievalError) -> str:
    """Return an error's message, with the command that helps in a terminal."""
    match error:
        case index.UnknownDocument():
            return f"{error} `verbatim documents` lists those that are there."
        case index.OriginalNotKept():
            return f"{error} To keep those of a path again: verbatim index PATH --originals"
        case _:
            return str(error)


def shortened(name: str, most: int = _LONGEST_NAME) -> str:
    """Return a path or name as `plain` does; of a long one the beginning and the end."""
    name = plain(name)
    end = 2 * most // 3  # what tells files apart is mostly at the end
    return name if len(name) <= most else f"{name[: most - end - 1]}…{name[-end:]}"


def count(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural where it has to be."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def prepare() -> None:
    """Let any text be printed wherever standard output and standard error go.

    What the encoding there lacks is written as an escape, and what isn't shown on a terminal is not
    broken into lines: it is for a program, a file or a pager.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    for each in (console, errors):
        if not each.is_terminal:
            each.width = _UNBROKEN


def show_documents(documents: Sequence[index.Document]) -> None:
    """Print a table of documents."""
    if not documents:
        console.print("The corpus is empty. Add documents with: verbatim index PATH")
        return
    if console.width < _TABLE:
        for document in documents:
            title, name = plain(document.title), plain(document.name)
            about = (
                f"{document.format}, {document.language}, {count(document.sentences, 'sentence')}"
            )
            console.print(Text(f"{document.id}. {title} ({name}): {about}{_lacks(document)}"))
        return
    table = Table("id", "title", "file", "format", "language", "sentences", "pages", "added")
    for document in documents:
        table.add_row(
            str(document.id),
            Text(f"{plain(document.title)}{_lacks(document)}"),
            Text(plain(document.name)),
            document.format,
            document.language,
            f"{document.sentences:,}",
            str(len(document.page_starts) or ""),
            document.added[:10],
        )
    console.print(table)


def _lacks(document: index.Document) -> str:
    """Return what of the file isn't in the text or may be wrong there, in brackets."""
    lacks = f" [without {plain(', '.join(document.left_out))}]" if document.left_out else ""
    return f"{lacks} [{_from_pictures(document)}]" if document.pictured else lacks


def _from_pictures(document: index.Document) -> str:
    which = "a picture" if len(document.pictured) == 1 else "pictures"
    return f"{count(len(document.pictured), 'page')} read from {which}"


def show_limits(limits: Sequence[index.Limit]) -> None:
    """Print how much is taken at most, and what becomes of more."""
    table = Table("what", "limit", "beyond it")
    for limit in limits:
        table.add_row(limit.what, limit.amount, limit.beyond)
    console.print(table)
    console.print(
        "There is no limit on the files of a folder, nor on the documents added in a terminal: "
        "a corpus of ten million sentences was tested."
    )


def show_problems(
    problems: Sequence[index.Problem],
    documents: Sequence[index.Document],
    *,
    left: bool = False,
) -> None:
    """Print what is wrong with a corpus, and what to do; or that it is sound.

    Args:
        problems: What is wrong.
        documents: The corpus's documents.
        left: Whether that is what a repair left.
    """
    for problem in problems:
        console.print(Text(plain(f"{problem.part}: {problem.message}")))
    if not problems:
        sentences = sum(document.sentences for document in documents)
        console.print(
            f"Sound: {count(len(documents), 'document')}, {count(sentences, 'sentence')}."
        )
    elif left:
        console.print("These problems remain: add the documents again, or restore a backup.")


def say_how_long(seconds: float) -> None:
    """Print how long it takes to move a corpus to another model, if that is long."""
    minutes = round(seconds / 60)
    if not minutes:
        return
    errors.print(
        f"Encoding takes about {count(minutes, 'minute')}. The corpus can be searched meanwhile; "
        "Ctrl-C stops, and what is done is kept for the next time.",
        markup=False,
    )


def show_model(corpus: index.Corpus) -> None:
    """Print what encodes a corpus's sentences, and the languages of its documents."""
    languages = Counter(document.language for document in corpus.documents())
    named = ", ".join(language for language, _ in languages.most_common())
    console.print(
        f"Encoded by {corpus.model} in {corpus.precision}; languages: {named or 'none'}.",
        markup=False,
    )


def suggest_model(corpus: index.Corpus, *, once: bool = False) -> None:
    """Print, of a corpus of the model for English that was the default, what another would gain.

    Args:
        corpus: The corpus.
        once: Only if it was never said of this corpus.
    """
    outdated = corpus.model == index.MINILM != index.DEFAULT_MODEL
    if outdated and not (once and not corpus.first_time("that another model would gain")):
        errors.print(
            f"It is searched with {index.MINILM}, which reads English. {index.DEFAULT_MODEL} reads "
            "some 100 languages and finds the right sentence more often: verbatim reencode",
            markup=False,
        )


@contextmanager
def indexing_progress() -> Iterator[Callable[[index.Progress], None]]:
    """Give what shows a bar for files, one for sentences being encoded, one for their vectors."""
    bars = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[name]}"),
        console=errors,
        transient=True,
        disable=not errors.is_terminal,
    )
    tasks = {
        "reading": bars.add_task("Reading files", total=None, name="", visible=False),
        "encoding": bars.add_task("Encoding sentences", total=None, name="", visible=False),
        "arranging": bars.add_task("Building the vector index", total=None, name="", visible=False),
    }

    def show(step: index.Progress) -> None:
        task, name = tasks[step.stage], plain(step.name)
        bars.update(task, completed=step.done, total=step.total, name=name, visible=True)

    with bars:
        yield show


def show_outcomes(
    outcomes: Sequence[index.FileOutcome], unchanged: int = 0, *, only_expected: bool = False
) -> None:
    """Print how many files had which outcome, and by name which could not be read, and why.

    Args:
        outcomes: What became of each.
        unchanged: How many more are as they were.
        only_expected: Whether nothing was done yet.
    """
    counts = Counter[str](outcome.status for outcome in outcomes)
    counts["unchanged"] += unchanged
    show_moves(outcomes)
    new = [outcome.document for outcome in outcomes if outcome.status in ("added", "updated")]
    sentences = sum(document.sentences for document in new if document)
    parts = [
        f"{counts[status]:,} {_WORDS.get(status, status)}"
        for status in get_args(Status)
        if counts[status]
    ]
    if not {status for status in counts if counts[status]} - {"skipped"}:
        console.print("No file of a supported format was found.")
    if parts:
        console.print("Would be: " * only_expected + ", ".join(parts), end="")
        console.print(f" ({sentences:,} sentences)" if new else "")
    again = Counter(o.reason for o in outcomes if o.reason and o.status in ("updated", "unchanged"))
    for reason, number in again.items():
        console.print(f"{count(number, 'document')}: {reason}.", markup=False)
    left_out = "; ".join(_left_out(outcomes))
    if left_out:
        console.print(f"Left out: {left_out}.", markup=False)
    for document in new:
        if document and document.left_out:
            lacks = plain(", ".join(document.left_out))
            console.print(Text(f"{plain(document.name)}: not in its text: {lacks}."))
        if document and document.pictured:
            read = f"{_from_pictures(document)}: check numbers and names"
            console.print(Text(f"{plain(document.name)}: {read}."))
    failed = [outcome for outcome in outcomes if outcome.status == "failed"]
    for outcome in failed:
        name = Text(shortened(outcome.source), style="bold red")
        errors.print(name.append(f": {plain(outcome.reason)}", style="not bold"))


def show_moves(outcomes: Sequence[index.FileOutcome]) -> None:
    """Print which documents were renamed or removed, or might be removed for their files' sake."""
    moves = [outcome for outcome in outcomes if outcome.status in _MOVES]
    for outcome in moves[:_MOST_MOVES]:
        line = Text(f"{outcome.status}: ", style="bold")
        why = plain(f"{outcome.source} ({outcome.reason.removesuffix('.')})")
        console.print(line.append(why, style="not bold"))
    if len(moves) > _MOST_MOVES:
        console.print(f"and {len(moves) - _MOST_MOVES:,} more; all of them with: --json")


def show_sources(sources: Sequence[index.FollowedSource]) -> None:
    """Print what a corpus follows."""
    if not sources:
        console.print("No folder is followed. Follow one with: verbatim index FOLDER")
        return
    for source in sources:
        lost = "" if Path(source.path).exists() else " (not there now)"
        read = f"read {source.read[:16].replace('T', ' ')} UTC" if source.read else "not read yet"
        documents = count(source.documents, "document")
        console.print(Text(f"{plain(source.path)}: {documents}, {read}{lost}"))


def _left_out(outcomes: Sequence[index.FileOutcome]) -> Iterator[str]:
    """Yield what wasn't taken for a document, in words: files by kind, the rest by cause."""
    causes = Counter(outcome.cause for outcome in outcomes)
    kinds = Counter(
        plain(Path(outcome.source).suffix.lower()) or "without a suffix"
        for outcome in outcomes
        if outcome.cause == "format"
    )
    if kinds:
        shown = [f"{number:,} {kind}" for kind, number in kinds.most_common(_MOST_KINDS)]
        others = kinds.total() - sum(number for _, number in kinds.most_common(_MOST_KINDS))
        shown += [f"{others:,} more"] if others else []
        verb = "has" if kinds.total() == 1 else "have"
        yield f"{', '.join(shown)} {verb} an unsupported format"
    for cause, (one, several) in _CAUSES.items():
        if causes[cause]:
            yield f"{causes[cause]:,} {one if causes[cause] == 1 else several}"


def _figure(value: float | None) -> str:
    return "not judged" if value is None else f"{value:.3f}"


def _rank(outcome: Outcome) -> str:
    if outcome.answerable:
        return str(outcome.rank or "not in the top 20")
    return "no answer" if outcome.answerable is False else "unknown: you rejected the first"


def show_report(report: Report) -> None:
    """Print the figures and the questions that failed."""
    table = Table("questions", "P@1", "R@5", "R@20", "MRR@10", "span F1", "answered")
    figures = (report.p_at_1, report.r_at_5, report.r_at_20, report.mrr_at_10)
    shown = (*figures, report.span_f1, report.answered)
    table.add_row(
        str(report.questions), *(_figure(figure if report.questions else None) for figure in shown)
    )
    console.print(table)
    if report.unanswerable:
        refused = Table("unanswerable questions", "refused", "rightly refused", "AUROC")
        refusals = (report.abstention_recall, report.abstention_precision, report.auroc)
        refused.add_row(str(report.unanswerable), *map(_figure, refusals))
        console.print(refused)
    if report.rejected:
        rejected = Table("sentences you rejected", "share still ranked first")
        rejected.add_row(str(report.rejected), _figure(report.rejected_first))
        console.print(rejected)
    sure = report.calibration_error
    console.print(
        f"Half of the questions took {1000 * report.seconds_p50:.0f} ms or less, 95 % "
        f"{1000 * report.seconds_p95:.0f} ms."
        + (f" Expected calibration error: {sure:.3f}." if sure is not None else "")
    )
    if report.failures:
        failures = Table("question", "rank of the answer", "ranked first instead", "confidence")
        for outcome in report.failures:
            failures.add_row(
                Text(plain(outcome.question)),
                _rank(outcome),
                Text(plain(outcome.first)),
                "" if outcome.confidence is None else f"{outcome.confidence:.2f}",
            )
        console.print(failures)
