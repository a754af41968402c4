"""Options that several commands take, and the corpus they name."""

import json
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

import typer

from index import BadSetting, Corpus, CorpusNotFound
from qa import Settings, names_of, open_corpus
from ui.cli import terminal
from ui.cli.completion import complete_document

CHOICE_HELP = "A document's id, name or title; see `verbatim documents`. id:7 matches the id only."
CorpusOption = Annotated[
    Path | None,
    typer.Option("--corpus", "-c", help="Folder of the corpus.", show_default="your own"),
]
CorporaOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--corpus",
        "-c",
        help="Folder of the corpus; may be repeated, to ask several together.",
        show_default="your own",
    ),
]
ServedOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--corpus",
        "-c",
        help="Folder of the corpus; may be repeated, to serve several.",
        show_default="your own",
    ),
]
ReaderOption = Annotated[
    str | None,
    typer.Option(help="`none` ranks by the search alone, which is faster.", show_default="shipped"),
]
MinConfidenceOption = Annotated[
    float | None,
    typer.Option(
        "--min-confidence",
        min=0,
        max=1,
        help="Least confidence of an answer, 0 to 1. Higher: fewer wrong ones, and fewer in all.",
        show_default="0.24",
    ),
]
DocumentOption = Annotated[
    list[str] | None,
    typer.Option(
        "--document",
        "-d",
        help=f"Search only this document; may be repeated. {CHOICE_HELP} Of several corpora write "
        "CORPUS/NAME or CORPUS/id:7.",
        autocompletion=complete_document,
    ),
]
DocumentArgument = Annotated[
    str, typer.Argument(help=CHOICE_HELP, show_default=False, autocompletion=complete_document)
]
DocumentsArgument = Annotated[
    list[str],
    typer.Argument(help=CHOICE_HELP, show_default=False, autocompletion=complete_document),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
_LINE_ENDS = "\x85\u2028\u2029"


def examples(*lines: str) -> str:
    """Return examples of a command as typer shows them below its help, each on a line."""
    return "\n\n".join(("Examples:", *(line.replace("[", "\\[") for line in lines)))


def refuse_empty(arguments: Sequence[str]) -> None:
    """Refuse empty arguments of any command: a path of none would be the working folder.

    Raises:
        BadSetting: One is empty, as a variable in a script is that was never set.
    """
    for before, given in pairwise(["", *arguments]):
        option, equals, value = given.partition("=")
        if not given or (option.startswith("--") and equals and not value):
            name = option or (before if before.strip("-") and before.startswith("-") else "")
            raise BadSetting(
                f"{f'The value of {name}' if name else 'An argument'} is empty. Give a value, or "
                "leave it out; in a script, check that the variable is set."
            )


def require_corpus(corpus: Path | None) -> None:
    """Refuse a folder without a corpus before anything is served from it.

    Raises:
        CorpusNotFound: A folder was named, other than the default one, and there is none in it.
    """
    default = Settings.from_environment().corpus.resolve()
    named = corpus and corpus.expanduser().resolve()
    if named and named != default and not Corpus.exists(named):
        raise CorpusNotFound(
            f"There is no corpus in {named}. Make one with: verbatim index PATH --corpus {corpus}"
        )


def open_given(corpus: Path | None) -> Corpus:
    """Return the corpus that was named, or the default one."""
    with terminal.indexing_progress() as progress:  # seen only when the default corpus is made
        return open_corpus(corpus, progress)


def print_json(value: Any, indent: int | None = 2) -> None:  # noqa: ANN401 - whatever JSON can hold
    """Print a value as JSON, for programs."""
    unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    text = json.dumps(value, indent=indent, ensure_ascii=not unicode)
    for char in _LINE_ENDS:  # to some readers
        text = text.replace(char, f"\\u{ord(char):04x}")
    typer.echo(text.encode("utf-8", "backslashreplace").decode())  # half a surrogate pair, as JSON


def open_all(corpora: Sequence[Path]) -> Corpus | list[Corpus]:
    """Return the corpora that were named, one by itself, or the default one if none was.

    Raises:
        BadSetting: There are too many, or one is given twice.
    """
    if corpora:
        names_of(corpora)
    opened = [open_given(corpus) for corpus in corpora] or [open_given(None)]
    return opened if len(opened) > 1 else opened[0]
