"""`verbatim check` and `verbatim skill`: what is used before a text is handed over."""

import codecs
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, cast

import typer
from rich.progress import track

from index import BadSetting, DraftSentence, draft_of, read_draft
from qa import CheckedSentence, CheckedText, ReaderName, checked_sentences, checked_text
from ui.cli.check_report import as_html
from ui.cli.options import (
    CHOICE_HELP,
    CorpusOption,
    JsonOption,
    ReaderOption,
    open_given,
    print_json,
)
from ui.cli.terminal import console, errors, plain

SKILL = Path(__file__).parents[1] / "skill" / "SKILL.md"
_STANDARD_INPUT = Path("-")
_VERDICTS = {
    "supported": ("supported", "green"),
    "differs": ("differs", "red"),
    "nothing": ("nothing in your documents", "yellow"),
}
_SIDES = {"figure": "figures", "name": "names", "negation": "negation"}


def check(
    draft: Annotated[
        Path,
        typer.Argument(help="File to check, of any format that is read; - for standard input."),
    ],
    corpus: CorpusOption = None,
    document: Annotated[
        list[str] | None,
        typer.Option(
            "--document",
            "-d",
            help=f"Check against this document only; may be repeated. {CHOICE_HELP}",
        ),
    ] = None,
    reader: ReaderOption = None,
    html: Annotated[
        Path | None,
        typer.Option(help="Write the report to this .html file too, as one page."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check a text: for each sentence the passage that supports it, or that nothing does.

    Headings, questions, code and fragments are skipped and counted. Exit code 0 if all that was
    checked is supported, 1 if a sentence differs or nothing supports it.
    """
    if html is not None:
        _ensure_is_for_a_report(html, draft)
    sentences = _sentences(draft)
    found = checked_text(
        _with_progress(
            checked_sentences(
                sentences,
                corpus=open_given(corpus),
                documents=document or None,
                reader=cast("ReaderName | None", reader),
            ),
            len(sentences),
        )
    )
    name = "Standard input" if draft == _STANDARD_INPUT else draft.name
    if html is not None:
        html.write_text(as_html(name, found), encoding="utf-8", errors="replace")
    if as_json:
        print_json(found.as_dict())
    else:
        _show(found)
        if html is not None:
            console.print(f"Written: {plain(str(html))}", markup=False)
    if not found.supported:
        raise typer.Exit(1)


def _ensure_is_for_a_report(html: Path, draft: Path) -> None:
    """Refuse, before the text is checked, a file that can't be written or is a person's own."""
    if html.is_dir():
        raise BadSetting(f"{html} is a folder. Name a file for the report, such as report.html.")
    if html.suffix.lower() not in (".html", ".htm"):
        raise BadSetting(f"{html}: the report is a web page. Give it a name that ends in .html.")
    if not html.absolute().parent.is_dir():
        raise BadSetting(f"There is no folder {html.parent} for the report. Make it first.")
    if html.exists() and draft.exists() and html.samefile(draft):
        raise BadSetting(f"{html} is the text itself. Name another file for the report.")


def skill(
    path: Annotated[
        bool, typer.Option("--path", help="Print where the file is, rather than the file.")
    ] = False,
) -> None:
    """Print SKILL.md, which teaches agents to search, quote, verify and check with Verbatim."""
    typer.echo(str(SKILL) if path else SKILL.read_text(encoding="utf-8").rstrip())


def _sentences(draft: Path) -> list[DraftSentence]:
    if draft != _STANDARD_INPUT:
        return read_draft(draft)
    data = sys.stdin.buffer.read()
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadSetting(
            "Standard input is not UTF-8. Save the text as a file and check that."
        ) from error
    return draft_of(text, "Standard input")


def _with_progress(found: Iterable[CheckedSentence], total: int) -> Iterable[CheckedSentence]:
    return track(
        found,
        "Checking sentences",
        total=total,
        console=errors,
        transient=True,
        disable=not errors.is_terminal,
    )


def _show(found: CheckedText) -> None:
    """Print each sentence that was checked with its verdict, and how many there are of each."""
    for sentence in found.sentences:
        if sentence.verdict != "skipped":
            _show_sentence(sentence)
    counts = found.counts
    checked = counts["supported"] + counts["differs"] + counts["nothing"]
    if checked:
        _line(
            f"{_count(checked, 'sentence')} checked: {counts['supported']:,} supported, "
            f"{counts['differs']:,} differ, {counts['nothing']:,} with nothing in your documents.",
            "bold",
        )
    else:
        _line("There is no sentence to be checked in this text.", "bold")
    if found.skipped:
        each = ", ".join(_count(number, reason) for reason, number in found.skipped.items())
        _line(f"Not checked: {each}.")


def _show_sentence(sentence: CheckedSentence) -> None:
    word, colour = _VERDICTS[sentence.verdict]
    _line(f"{sentence.number}. {plain(sentence.text)}")
    _line(f"   {word}", f"bold {colour}")
    for difference in sentence.differences:
        there = " | ".join(plain(words.text) for words in difference.found) or "says no such thing"
        _line(f"   {_SIDES[difference.kind]}: your text: {plain(difference.claimed.text)}")
        _line(f"   {' ' * len(_SIDES[difference.kind])}  document: {there}")
    for passage in sentence.passages:
        nearest = "nearest: " if sentence.verdict == "nothing" else ""
        title, name = plain(passage.document.title), plain(passage.document.name)
        document = title if name == title else f"{title} ({name})"
        _line(f"   > {plain(passage.text)}")
        _line(f"     {nearest}{document}, {passage.where}", "cyan")
    _line("")


def _line(text: str, style: str = "") -> None:
    console.print(text, style=style or None, markup=False, highlight=False, emoji=False)


def _count(number: int, noun: str) -> str:
    if noun == "code":
        return f"{number:,} of code"
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
