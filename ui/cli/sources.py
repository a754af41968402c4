"""The commands about folders that a corpus follows: `verbatim sources`, `sync` and `watch`."""

import sys
import threading
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

import index
from index import FileOutcome
from ui.cli import terminal
from ui.cli.following import Reporter
from ui.cli.options import (
    CorpusOption,
    JsonOption,
    examples,
    open_given,
    print_json,
    require_corpus,
)
from ui.cli.terminal import count

sources = typer.Typer(
    name="sources",
    invoke_without_command=True,
    no_args_is_help=False,
    epilog=examples(
        "verbatim sources",
        "verbatim sources add ~/Contracts",
        "verbatim sources forget ~/Contracts --remove",
    ),
)
_PathsArgument = Annotated[
    list[Path], typer.Argument(help="Files and folders.", show_default=False)
]


@sources.callback()
def list_(context: typer.Context, corpus: CorpusOption = None, as_json: JsonOption = False) -> None:
    """List the folders and files that the corpus follows, and when they were last read."""
    if context.invoked_subcommand:
        return
    require_corpus(corpus)
    followed = open_given(corpus).sources()
    if as_json:
        print_json([asdict(source) for source in followed])
    else:
        terminal.show_sources(followed)


@sources.command("add")
def add(paths: _PathsArgument, corpus: CorpusOption = None) -> None:
    """Follow folders and files; `verbatim sync` reads them."""
    followed = open_given(corpus).follow(paths)
    terminal.show_sources(followed)


@sources.command("forget")
def forget(
    paths: _PathsArgument,
    corpus: CorpusOption = None,
    remove: Annotated[
        bool, typer.Option("--remove", help="Remove their documents from the corpus too.")
    ] = False,
) -> None:
    """Stop following folders and files; nothing on the disk is deleted."""
    removed = open_given(corpus).forget(paths, remove=remove)
    kept = "" if remove else " Their documents stay in the corpus."
    gone = f" Removed {count(len(removed), 'document')}." if remove else ""
    terminal.console.print(f"No longer followed.{gone}{kept}", markup=False)


def sync(
    corpus: CorpusOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be done.")
    ] = False,
    ray: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="See `verbatim index`.", show_default=False),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Bring the corpus up to date with the folders you added.

    New files are added, changed ones read again, and documents of deleted ones removed; renamed
    files keep their documents. If a folder is missing or suddenly empty, all its documents stay:
    its drive may only be disconnected.
    """
    require_corpus(corpus)
    opened = open_given(corpus)
    if not opened.sources():
        terminal.show_sources([])
        raise typer.Exit(1)
    with terminal.indexing_progress() as progress, redirect_stdout(sys.stderr):
        synced = opened.sync(dry_run=dry_run, progress=progress, ray=ray)
    if as_json:
        print_json(asdict(synced))
    else:
        terminal.show_outcomes(synced.outcomes, synced.unchanged, only_expected=dry_run)
    if any(outcome.status == "failed" for outcome in synced.outcomes):
        raise typer.Exit(1)


def watch(corpus: CorpusOption = None) -> None:
    """Follow the folders you added, and bring the corpus up to date at each change."""
    require_corpus(corpus)
    opened = open_given(corpus)
    followed = opened.sources()
    terminal.show_sources(followed)
    if not followed:
        raise typer.Exit(1)
    reporter = Reporter()
    terminal.console.print("Following changes - press Ctrl-C to stop")
    try:
        index.watch(opened, threading.Event(), reporter.synced, reporter.notify)
    except KeyboardInterrupt:
        terminal.console.print("Stopped.")


def offer_to_remove(
    corpus: Path | None, outcomes: Sequence[FileOutcome], *, unasked: bool, silent: bool
) -> list[FileOutcome]:
    """Remove documents whose files have gone from a folder, if that is wanted.

    Args:
        corpus: The corpus.
        outcomes: What became of the files of the folder.
        unasked: Whether it is wanted in any case.
        silent: Whether nobody may be asked or told: the outcomes tell it.

    Returns:
        What became of them now.
    """
    gone = [one for one in outcomes if one.status == "gone" and one.document]
    if not gone:
        return list(outcomes)
    many = count(len(gone), "document")
    interactive = sys.stdin.isatty() and terminal.console.is_terminal and not silent
    if interactive and not unasked:
        terminal.show_moves(gone)
        unasked = typer.confirm(f"Remove {many} from the corpus?")
    if not unasked:
        if not silent and not interactive:
            terminal.console.print(
                f"The files of {many} have gone or are ignored by now. To remove what is left of "
                "them in the corpus: verbatim index --prune FOLDER"
            )
        return list(outcomes)
    open_given(corpus).remove([one.document.id for one in gone if one.document])
    return [replace(one, status="removed") if one in gone else one for one in outcomes]
