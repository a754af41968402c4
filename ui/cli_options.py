"""Options that several commands take, and the corpus they name."""

from pathlib import Path
from typing import Annotated

import typer

from index import Corpus
from qa import open_corpus
from ui import terminal

CorpusOption = Annotated[
    Path | None,
    typer.Option("--corpus", "-c", help="Folder of the corpus.", show_default="your own"),
]
ReaderOption = Annotated[
    str | None,
    typer.Option(help="`none` ranks by the search alone: faster.", show_default="shipped"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
CHOICE_HELP = "A document's id, name or title; see `verbatim documents`."


def open_given(corpus: Path | None) -> Corpus:
    """Return the corpus that was named, or the default one."""
    with terminal.indexing_progress() as progress:  # seen only when the default corpus is made
        return open_corpus(corpus, progress)
