"""The command line: `verbatim index`, `ask`, `chat`, `mcp`, `documents`, `remove`, `verify`, ...

Exit codes: 0 done; 1 done, but nothing found, something wrong or a file failed; 2 the input can't
be used; 3 the corpus can't be used; 4 the model can't be loaded.
"""

import sys
from contextlib import redirect_stdout
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from index import DEFAULT_MODEL, BadSetting, Corpus, EngineName, Precision, backup, restore
from qa import (
    Answer,
    ReaderName,
    Settings,
    ask,
    ask_batch,
    evaluate,
    feedback_questions,
    overview,
    read_questions,
)
from ui.cli import answers as terminal_answers
from ui.cli import checking as cli_checking
from ui.cli import serving as cli_serving
from ui.cli import sources as cli_sources
from ui.cli import terminal
from ui.cli.batch import NO_QUESTION, question_lines
from ui.cli.options import (
    CorporaOption,
    CorpusOption,
    DocumentArgument,
    DocumentOption,
    DocumentsArgument,
    JsonOption,
    MinConfidenceOption,
    ReaderOption,
    examples,
    open_all,
    open_given,
    print_json,
)
from ui.cli.sources import offer_to_remove
from ui.cli.standing import ask_again
from ui.limits import LIMITS

app = typer.Typer(
    name="verbatim",
    help="Ask your own documents a question; get the passages that answer it, word for word.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)

NO_FEEDBACK = (
    "There is no feedback yet. Rate answers in the chat (verbatim chat) with the thumbs below "
    "them, then evaluate again."
)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"verbatim {version('verbatim-qa')}")  # noqa: T201 - a program may read it
        raise typer.Exit


@app.callback()
def _options_of_all(
    shown: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Take what stands before a command."""


@app.command(
    "index",
    epilog=examples(
        "verbatim index ~/Documents",
        "verbatim index report.pdf notes.docx --corpus ~/project",
        "verbatim index ~/Documents --prune",
    ),
)
def index_(
    paths: Annotated[
        list[Path], typer.Argument(help="Files and folders to add.", show_default=False)
    ],
    corpus: CorpusOption = None,
    model: Annotated[
        str | None,
        typer.Option(help="Model name or folder, for a new corpus.", show_default="bundled"),
    ] = None,
    precision: Annotated[
        str | None,
        typer.Option(help="int8 or fp32, for a new corpus.", show_default="int8 if available"),
    ] = None,
    engine: Annotated[
        str | None,
        typer.Option(
            help="`milvus` to search a new corpus on a Milvus server.", show_default="faiss"
        ),
    ] = None,
    milvus_uri: Annotated[
        str | None,
        typer.Option(
            help="URI of that server, also after a move: http://HOST:PORT", show_default=False
        ),
    ] = None,
    ray: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Encode on a Ray cluster: auto, HOST:PORT, ray://HOST:PORT, or local.",
            show_default=False,
        ),
    ] = None,
    originals: Annotated[
        bool | None,
        typer.Option(
            "--originals/--no-originals",
            help="Keep the original files too; --no-originals deletes those kept so far.",
            show_default="keep them",
        ),
    ] = None,
    prune: Annotated[
        bool,
        typer.Option(
            "--prune", help="Remove documents whose files have gone from a folder, without asking."
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Add files and folders to the corpus, and remember them for `verbatim sync`.

    Unchanged files are skipped. In folders, hidden files are left out, and so are files that a
    .gitignore or .verbatimignore excludes and files that programs install or generate
    (node_modules, virtual environments, caches, minified and lock files), unless you name them.
    """
    settings = Settings.from_environment()
    folder = corpus or settings.corpus
    wanted = model or (None if Corpus.exists(folder) else settings.model)
    opened = Corpus(
        folder,
        create=True,
        model=wanted,
        precision=cast("Precision | None", precision),
        engine=cast("EngineName | None", engine),
        milvus_uri=milvus_uri,
    )
    with opened, terminal.indexing_progress() as progress, redirect_stdout(sys.stderr):
        if originals is not None:
            opened.keep_originals(originals)
        outcomes = opened.add(paths, progress, ray)  # Ray tells of its computers by `print`
    outcomes = offer_to_remove(corpus, outcomes, unasked=prune, silent=as_json)
    if as_json:
        print_json([asdict(outcome) for outcome in outcomes])
    else:
        terminal.show_outcomes(outcomes)
    statuses = {outcome.status for outcome in outcomes}
    if "failed" in statuses or statuses <= {"skipped"}:
        raise typer.Exit(1)


@app.command(
    "ask",
    epilog=examples(
        'verbatim ask "Who signed the lease?"',
        'verbatim ask "How long is the notice period?" -d lease.pdf --context 2 --path',
        "verbatim ask '\"force majeure\" -draft in:contracts/ type:pdf after:2024'",
        'verbatim ask "When does it end?" --after "Who signed the lease?"',
        "verbatim ask --batch questions.txt > answers.jsonl",
    ),
)
def ask_(
    question: Annotated[
        str | None,
        typer.Argument(
            help='Your question, in quotes. It may limit the search: \'"exact words" +word -word '
            "in:folder/ file:*.pdf type:docx after:2024-01 before:2024-06 lang:de'.",
            show_default=False,
        ),
    ] = None,
    after: Annotated[
        list[str] | None,
        typer.Option(
            help="A question asked before this one; may be repeated, oldest first.",
            show_default=False,
        ),
    ] = None,
    batch: Annotated[
        typer.FileBinaryRead | None,
        typer.Option(
            help="Ask each line of a file (- for standard input); print one line of JSON for each.",
            show_default=False,
        ),
    ] = None,
    k: Annotated[int, typer.Option("-k", help="How many passages to show.")] = 5,
    corpus: CorporaOption = None,
    document: DocumentOption = None,
    context: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=terminal_answers.MOST_AROUND,
            help="How many sentences to show before and after each passage.",
            show_default="the next one, if the text goes on",
        ),
    ] = None,
    path: Annotated[
        bool, typer.Option("--path", help="Show the full path of each passage's file.")
    ] = False,
    reader: ReaderOption = None,
    min_confidence: MinConfidenceOption = None,
    watch: Annotated[
        bool,
        typer.Option(
            "--watch", help="Ask again when documents change; show the old and the new answer."
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show the passages that answer a question best."""
    if (question is None) == (batch is None):
        raise BadSetting("Give either a QUESTION or --batch FILE with a question on each line.")
    settings: dict[str, Any] = {
        "k": k,
        "corpus": open_all(corpus or ()),
        "documents": document or None,
        "reader": _reader(reader),
        "min_confidence": min_confidence,
    }
    details = terminal_answers.details(settings, context, path=path)
    if batch is not None:
        if watch:
            raise BadSetting("--watch goes with one QUESTION, not with --batch.")
        if after:
            raise BadSetting("--after goes with a QUESTION: those of --batch don't lean on others.")
        lines = question_lines(batch.read())
        answers = ask_batch([line for line in lines if line], **settings)
        given = iter(answers)
        for line in lines:
            print_json(
                terminal_answers.as_json_of(next(given), details) if line else NO_QUESTION,
                indent=None,
            )
    else:
        history: list[Answer] = []
        for earlier in after or ():  # their answers may name what the question leans on
            history.append(ask(earlier, history, **settings))
        if watch:
            opened = settings["corpus"]
            ask_again(
                opened if isinstance(opened, list) else [opened],
                lambda: ask(question or "", history, **settings),
                lambda answer: terminal_answers.print_answer(
                    answer, details, as_json=as_json, indent=None
                ),
                silent=as_json,
            )
            return
        answers = [ask(question or "", history, **settings)]
        terminal_answers.print_answer(answers[0], details, as_json=as_json)
    if not all(answer.answered for answer in answers):
        raise typer.Exit(1)


@app.command(epilog=examples("verbatim about report.pdf", "verbatim about id:7 --json"))
def about(
    document: DocumentArgument,
    corpus: CorpusOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what a document is about, in its own sentences."""
    passages = overview(document, open_given(corpus))
    if as_json:
        print_json([passage.as_dict() for passage in passages])
    else:
        terminal_answers.show_passages(passages)
    if not passages:
        raise typer.Exit(1)


app.command(
    epilog=examples(
        "verbatim chat --open",
        "verbatim chat --corpus ~/project --port 8000 --watch",
        "verbatim chat --host 0.0.0.0 --name docs.example.org --token-file token "
        "--tls-certificate cert.pem --tls-key key.pem",
    )
)(cli_serving.chat)
app.command(epilog=examples("verbatim mcp --corpus ~/project"))(cli_serving.mcp)
app.command(
    epilog=examples(
        "verbatim check draft.md",
        "verbatim check draft.docx --html report.html",
        "verbatim check - --json < draft.txt",
    )
)(cli_checking.check)
app.command(epilog=examples("verbatim skill > SKILL.md"))(cli_checking.skill)
app.command(epilog=examples("verbatim sync --dry-run", "verbatim sync"))(cli_sources.sync)
app.command(epilog=examples("verbatim watch"))(cli_sources.watch)
app.add_typer(cli_sources.sources)


@app.command("limits", epilog=examples("verbatim limits"))
def limits_(as_json: JsonOption = False) -> None:
    """Show the limits on files, documents, questions and requests."""
    if as_json:
        print_json([asdict(limit) for limit in LIMITS])
    else:
        terminal.show_limits(LIMITS)


@app.command(epilog=examples("verbatim documents", "verbatim documents --json | jq .[].title"))
def documents(corpus: CorpusOption = None, as_json: JsonOption = False) -> None:
    """List the documents of the corpus."""
    listed = open_given(corpus).documents()
    if as_json:  # the language under its name in REST and MCP
        rows = [asdict(document) for document in listed]
        for facts in rows:
            facts["lang"] = facts.pop("language")
        print_json(rows)
    else:
        terminal.show_documents(listed)


@app.command(epilog=examples("verbatim remove old-report.pdf", "verbatim remove id:7 id:8 --yes"))
def remove(
    document: DocumentsArgument,
    corpus: CorpusOption = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask for confirmation.")] = False,
) -> None:
    """Remove documents from the corpus; the files stay where they are."""
    opened = open_given(corpus)
    with opened.snapshot() as state:
        ids = state.find_documents(document)
        titles = [terminal.plain(state.document(number).title) for number in ids]
    if not yes:
        typer.confirm(f"Remove {', '.join(titles)} from the corpus?", abort=True)
    opened.remove(ids)
    terminal.console.print(f"Removed {', '.join(titles)}.", markup=False)


@app.command(
    epilog=examples(
        "verbatim original report.pdf", "verbatim original report.pdf ~/Desktop/copy.pdf"
    )
)
def original(
    document: DocumentArgument,
    target: Annotated[
        Path, typer.Argument(help="File to create, or a folder.", show_default="here")
    ] = Path(),
    corpus: CorpusOption = None,
) -> None:
    """Write the original file of a document, as it was when it was added."""
    written = open_given(corpus).original(document, target)
    terminal.console.print(f"Written: {terminal.plain(str(written))}", markup=False)


@app.command(
    "reencode",
    epilog=examples("verbatim reencode", "verbatim reencode --model all-MiniLM-L6-v2"),
)
def reencode_(
    corpus: CorpusOption = None,
    model: Annotated[
        str, typer.Option(help="A model's name or folder, as for `verbatim index`.")
    ] = DEFAULT_MODEL,
    precision: Annotated[
        str | None, typer.Option(help="int8 or fp32.", show_default="int8 where there is one")
    ] = None,
) -> None:
    """Move the corpus to another model; if interrupted, it resumes the next time."""
    opened = open_given(corpus)
    wanted = cast("Precision | None", precision)
    with terminal.indexing_progress() as progress:
        opened.reencode(model, wanted, progress, estimate=terminal.say_how_long)
    terminal.console.print(
        f"The corpus is searched with {opened.model} in {opened.precision} now.", markup=False
    )


@app.command(epilog=examples("verbatim verify", "verbatim verify --repair"))
def verify(
    corpus: CorpusOption = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="Rebuild what is damaged from texts and files.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Check the whole corpus: texts, offsets, vectors and indexes against each other."""
    opened = open_given(corpus)
    problems = opened.check()
    if repair and problems:
        if not as_json:
            terminal.show_problems(problems, opened.documents())
        with terminal.indexing_progress() as progress:
            problems = opened.repair(progress)
    if as_json:
        print_json([asdict(problem) for problem in problems])
    else:
        terminal.show_problems(problems, opened.documents(), left=repair)
        if not problems:
            terminal.console.print(f"Searched with {opened.describe_engine()}.", markup=False)
            terminal.show_model(opened)
            terminal.suggest_model(opened)
    if problems:
        raise typer.Exit(1)


@app.command("backup", epilog=examples("verbatim backup ~/corpus-2026-01.backup"))
def backup_(
    file: Annotated[Path, typer.Argument(help="File to create.", show_default=False)],
    corpus: CorpusOption = None,
) -> None:
    """Copy the corpus to one file, even while it is in use."""
    size = backup(corpus or Settings.from_environment().corpus, file)
    terminal.console.print(f"Wrote {file}, {size / 1e6:,.1f} MB.", markup=False)


@app.command(
    "restore", epilog=examples("verbatim restore ~/corpus-2026-01.backup --corpus ~/restored")
)
def restore_(
    file: Annotated[
        Path, typer.Argument(help="A file that `verbatim backup` wrote.", show_default=False)
    ],
    corpus: CorpusOption = None,
) -> None:
    """Restore a corpus from a backup; an existing corpus is not overwritten."""
    folder = corpus or Settings.from_environment().corpus
    restore(file, folder)
    with Corpus(folder) as opened:
        terminal.show_problems(opened.check(), opened.documents())


@app.command(
    "eval",
    epilog=examples("verbatim eval questions.csv", "verbatim eval --from-feedback --json"),
)
def eval_(
    file: Annotated[
        Path | None,
        typer.Argument(
            help="CSV or JSONL with `question`, and `answer` or `sentence`.", show_default=False
        ),
    ] = None,
    from_feedback: Annotated[
        bool, typer.Option("--from-feedback", help="Use the verdicts stored in the corpus.")
    ] = False,
    corpus: CorpusOption = None,
    reader: ReaderOption = None,
    min_confidence: MinConfidenceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Evaluate on your own judged questions, or on your verdicts on answers."""
    if (file is not None) == from_feedback:
        raise BadSetting("Give either a FILE of judged questions or --from-feedback.")
    judged = read_questions(file) if file else feedback_questions(open_given(corpus).feedback())
    report = evaluate(
        judged, open_given(corpus), reader=_reader(reader), min_confidence=min_confidence
    )
    if as_json:
        print_json(asdict(report))
    elif judged:
        terminal.show_report(report)
    else:
        terminal.console.print(NO_FEEDBACK)
    if not judged:
        raise typer.Exit(1)


def _reader(name: str | None) -> ReaderName | None:
    return cast("ReaderName | None", name)  # `retrieve` refuses any other
