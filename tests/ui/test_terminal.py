"""What a person sees of `verbatim ask` and its like: piped, on narrow terminals, completed."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from typer.main import get_command

import index
from index import Corpus, document_names
from qa import LIMITS, Answer, Excerpt, ScoredSentence
from tests.ui.test_render import answer, read_passage
from ui.cli import answers as terminal_answers
from ui.cli import terminal
from ui.cli.commands import app

FRUIT = "Apples are red.\n\nPears are green.\n\nPlums are blue.\n\nFigs are brown.\n\nKiwis rot."
BASH = shutil.which("bash")


@pytest.fixture
def orchard(verbatim, tmp_path):
    (tmp_path / "orchard.txt").write_text(FRUIT)
    assert verbatim("index", tmp_path / "orchard.txt")[0] == 0
    return verbatim


def lines_of(out) -> list[str]:
    return [line.rstrip() for line in out.splitlines()]


def two_sentences(text, *, answering) -> Answer:
    """An answer whose passage has two sentences, of which one has a marked word."""
    first, second = (f"{part}." for part in text.removesuffix(".").split(". "))
    starts = (100, 100 + len(first) + 1)
    scored = []
    for number, (part, start) in enumerate(zip((first, second), starts, strict=True), 1):
        marked = Excerpt(part[:3], start, start + 3) if number == answering else None
        scored.append(
            ScoredSentence(
                number, part, start, start + len(part), 0.9, 0.9, marked, None, None, None
            )
        )
    marks = tuple(words for sentence in scored for words in sentence.marked)
    found = read_passage(text, confidence=0.97)
    return answer(replace(found, sentences=tuple(scored), highlights=marks))


@pytest.mark.parametrize("answering", [1, 2])
def test_piped_the_sentence_that_answers_is_marked_among_its_passage(capsys, answering):
    given = two_sentences("Apples rot. Pears ripen.", answering=answering)

    terminal_answers.show_answer(given)
    out = lines_of(capsys.readouterr().out)

    signs = [">" if number == answering else " " for number in (1, 2)]
    assert f"   {signs[0]} Apples rot." in out
    assert f"   {signs[1]} Pears ripen." in out
    assert given.passages[0].document.name in out[0]


def test_on_a_terminal_the_sentence_that_answers_is_bold_and_the_other_is_not():
    (passage,) = two_sentences("Apples rot. Pears ripen.", answering=2).passages

    shown = terminal_answers._marked(passage)

    styles = {shown.plain[span.start : span.end]: str(span.style) for span in shown.spans}
    assert styles == {"Apples rot.": "not bold", "Pea": terminal_answers._MARK}


def test_context_shows_so_many_sentences_on_each_side(orchard):
    shown = {}
    for number in (0, 1, 2, 100):
        out = orchard("ask", "plums", "-k", "1", "--context", number)[1]
        shown[number] = [line.strip() for line in lines_of(out)[1:] if line.strip()]

    assert shown[0] == ["> Plums are blue."]
    assert shown[1] == ["Pears are green.", "> Plums are blue.", "Figs are brown."]
    assert shown[2] == ["Apples are red.", *shown[1], "Kiwis rot."]
    assert shown[100] == shown[2]


@pytest.mark.parametrize("number", ["-1", "101", "two"])
def test_a_context_that_can_not_be_is_refused(orchard, number):
    code, out, err = orchard("ask", "plums", "--context", number)

    assert (code, out) == (2, "")
    assert "--context" in err


def test_the_most_context_is_that_of_the_limits():
    (limit,) = (limit for limit in LIMITS if limit.what == "Sentences around a passage")

    assert limit.most == terminal_answers.MOST_AROUND


def test_path_shows_where_the_file_is_also_as_json(orchard, tmp_path):
    path = str(tmp_path / "orchard.txt")

    assert f"   source: {path}" in lines_of(orchard("ask", "plums", "--path")[1])
    assert "source:" not in orchard("ask", "plums")[1]
    told = json.loads(orchard("ask", "plums", "-k", "1", "--path", "--context", "1", "--json")[1])
    (passage,) = told["passages"]
    assert passage["path"] == path
    before, after = (passage["surroundings"][side] for side in ("before", "after"))
    assert [part["text"] for part in (*before, *after)] == ["Pears are green.", "Figs are brown."]
    for part in (*before, *after):
        assert FRUIT[part["start"] : part["end"]] == part["text"]


def test_path_and_context_go_with_several_corpora_and_a_batch(orchard, tmp_path):
    (tmp_path / "other.txt").write_text("Rain falls. Plums fall. Snow falls.")
    orchard("index", tmp_path / "other.txt", "-c", tmp_path / "second")
    (tmp_path / "questions").write_text("plums fall\n\n")
    both = ("-c", tmp_path / "default", "-c", tmp_path / "second")

    out = orchard(
        "ask", "--batch", tmp_path / "questions", "--path", "--context", "1", "-k", "9", *both
    )[1]

    first, empty = map(json.loads, out.splitlines())
    assert empty["error"]
    paths = {passage["path"] for passage in first["passages"]}
    assert paths == {str(tmp_path / "orchard.txt"), str(tmp_path / "other.txt")}


def test_an_answer_that_is_too_weak_for_what_was_asked_is_not_said_to_be_none(capsys):
    weak = answer(read_passage("Pears are green.", "green", confidence=0.97), answered=False)

    terminal_answers.show_answer(weak, terminal_answers.Details(min_confidence=0.995))
    asked_for = capsys.readouterr().out
    terminal_answers.show_answer(weak)

    assert "97% likely to answer" in asked_for
    assert "don't seem to answer" not in asked_for
    assert "as likely to answer as you asked for (99.5%)" in asked_for
    assert "don't seem to answer" in capsys.readouterr().out


@pytest.mark.parametrize("width", [40, 60])
def test_the_list_of_documents_fits_a_narrow_terminal(monkeypatch, capsys, corpus, width):
    long = "quarterly_report_of_the_board_of_directors_2024_final_version_2.pdf"
    corpus.add_text("Pears are green.", name=long, title="The " + "very " * 20 + "long title")
    corpus.add_text("日本語のテキスト。", name="日本語の文書" * 6)
    monkeypatch.setattr(terminal, "console", Console(width=width, force_terminal=True))

    terminal.show_documents(corpus.documents())

    out = capsys.readouterr().out
    assert all(terminal.Text.from_ansi(line).cell_len <= width for line in out.splitlines())
    assert long in "".join(out.split())


@pytest.mark.parametrize("name", sorted(get_command(app).commands))
def test_the_help_of_every_command_has_an_example_that_is_a_command(verbatim, name):
    code, out, _ = verbatim(name, "-h")

    assert code == 0
    examples = [line.strip() for line in out.partition("Examples:")[2].splitlines()]
    assert any(example.startswith(f"verbatim {name}") for example in examples)


def test_options_of_the_examples_exist():
    for name, command in get_command(app).commands.items():
        known = {option for parameter in command.params for option in parameter.opts}
        known |= {
            option
            for sub in getattr(command, "commands", {}).values()
            for parameter in sub.params
            for option in parameter.opts
        }
        for example in (command.epilog or "").split("\n\n")[1:]:
            words = shlex.split(example.replace("\\[", "["))
            assert words[:2] == ["verbatim", name]
            assert {word for word in words if word.startswith("--")} <= known


# Completion


AS_VERBATIM = "import sys; sys.argv[0] = 'verbatim'; from ui.__main__ import main; main()"


def complete(words, corpus, shell="bash", **settings) -> list[str]:
    """What a shell is given for the last word, which may be begun."""
    environment = {
        **os.environ,
        "VERBATIM_CORPUS": str(corpus),
        "_VERBATIM_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": "\n".join(words),
        "COMP_CWORD": str(len(words) - 1),
        "_TYPER_COMPLETE_ARGS": " ".join(words),
        **settings,
    }
    done = subprocess.run(
        [sys.executable, "-c", AS_VERBATIM],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
        timeout=120,
    )
    assert done.stderr == ""
    return [line for line in done.stdout.splitlines() if line]


@pytest.fixture
def filed(tmp_path, encoder) -> Path:
    with Corpus(tmp_path / "filed", create=True, encoder=encoder) as corpus:
        corpus.add_text("One.", name="lease.pdf", title="The lease of 2024")
        corpus.add_text("Two.", name="Annual report.pdf", title="Report")
        corpus.add_text("Three.", name="a; touch $(pwned) `x` \\$(y).txt", title="An evil one")
        corpus.add_text("Four.", name="letter.txt", title="Letter")
    return tmp_path / "filed"


@pytest.mark.slow
def test_d_completes_names_of_documents_by_name_and_title(filed):
    ask = ["verbatim", "ask", "question", "-d"]

    assert sorted(complete([*ask, "le"], filed)) == ["lease.pdf", "letter.txt"]
    assert complete([*ask, "LEA"], filed) == ["lease.pdf"]
    assert complete([*ask, "the l"], filed) == ["lease.pdf"]
    assert complete([*ask, "Annual\\ re"], filed) == ["Annual\\ report.pdf"]
    assert complete(["verbatim", "about", "let"], filed) == ["letter.txt"]
    assert complete([*ask, "nothing"], filed) == []
    assert complete(["verbatim", "ask", "q", "-c", str(filed), "-d", "let"], "/no") == [
        "letter.txt"
    ]
    both = ["verbatim", "ask", "q", "-c", str(filed.parent / "none"), "-c", str(filed), "-d"]
    assert complete([*both, "let"], "/no") == ["filed/letter.txt"]
    assert complete([*both, "filed/lea"], "/no") == ["filed/lease.pdf"]
    assert complete([*both, "filed/id:3"], "/no") == ["filed/id:3"]


@pytest.mark.slow
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_names_that_a_shell_could_run_are_offered_by_their_id(filed, shell):
    offered = complete(
        ["verbatim", "remove", ""], filed, shell, _TYPER_COMPLETE_FISH_ACTION="get-args"
    )

    text = "\n".join(offered)
    assert "id:3" in text.replace("\\", "")
    assert "lease.pdf" in text
    assert not set("$`;") & set(text)
    assert "touch" not in text


@pytest.mark.slow
@pytest.mark.skipif(not BASH, reason="bash is needed")
def test_in_bash_what_is_completed_is_one_argument(filed, tmp_path):
    shim = tmp_path / "bin" / "verbatim"
    shim.parent.mkdir()
    (tmp_path / "run.py").write_text(AS_VERBATIM)
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{tmp_path / "run.py"}" "$@"\n')
    shim.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{shim.parent}:{os.environ['PATH']}",
        "VERBATIM_CORPUS": str(filed),
        "PYTHONPATH": str(Path(index.__file__).parent.parent),
    }
    script = """
    eval "$(_VERBATIM_COMPLETE=source_bash verbatim)"
    COMP_WORDS=(verbatim ask question -d Ann) COMP_CWORD=4
    _verbatim_completion verbatim
    eval "printf '%s\\n' ${COMPREPLY[0]}"
    """

    done = subprocess.run(
        [BASH, "--norc", "-c", script],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
        timeout=120,
    )

    assert done.stdout.splitlines() == ["Annual report.pdf"], done.stderr


def test_without_a_corpus_nothing_is_offered_and_none_is_made(tmp_path):
    assert document_names(tmp_path / "none") == []
    (tmp_path / "corpus.sqlite3").write_bytes(b"no database")
    assert document_names(tmp_path) == []
    assert [path.name for path in tmp_path.iterdir()] == ["corpus.sqlite3"]


def test_names_are_read_while_another_writes(corpus):
    corpus.add_text("One.", name="one.txt", title="One")
    with corpus._store.transaction():
        corpus._store.connection.execute("UPDATE document SET title = 'Two'")
        assert document_names(corpus.folder) == [(1, "one.txt", "One")]


# Ends that come early


WITH_TOY_MODEL = """
import sys
from tests.toy_encoder import ToyEncoder
import index.encoding.corpus_model
index.encoding.corpus_model.new_encoder = lambda *_: ToyEncoder()
from ui.__main__ import main
main()
"""


@pytest.mark.slow
@pytest.mark.skipif(not BASH, reason="bash is needed")
@pytest.mark.parametrize(
    "arguments", ["ask pears", "ask pears --json", "documents", "ask -h", "about lease.pdf"]
)
def test_a_pipe_that_closes_early_is_no_traceback(tmp_path, filed, arguments):
    (tmp_path / "run.py").write_text(WITH_TOY_MODEL)
    environment = {
        **os.environ,
        "VERBATIM_CORPUS": str(filed),
        "VERBATIM_READER": "none",
        "PYTHONPATH": str(Path(index.__file__).parent.parent),
    }
    script = f'"{sys.executable}" "{tmp_path / "run.py"}" {arguments} | head -0'

    done = subprocess.run(
        [BASH, "-c", script],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
        timeout=120,
    )

    assert done.stderr == ""
