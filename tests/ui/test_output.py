import io
import json
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace

import pytest

from index import MINILM, Corpus
from qa import Excerpt
from tests.toy_encoder import ToyEncoder
from tests.ui.test_render import read_passage
from ui.cli import answers as terminal_answers
from ui.cli import terminal

pytestmark = pytest.mark.slow


def test_what_is_not_shown_on_a_terminal_says_which_sentence_is_meant_and_breaks_no_line(
    verbatim, tmp_path, monkeypatch
):
    monkeypatch.setenv("COLUMNS", "40")
    long = "Pears are green, " * 20 + "sweet."
    (tmp_path / "long.txt").write_text(f"Apples rot.\n\n{long}\n\nPlums fall.")
    verbatim("index", tmp_path / "long.txt")
    out = verbatim("ask", "Which pears are green?", "-k", "1")[1]

    assert "     Apples rot.\n" in out
    assert f"   > {long}\n" in out
    assert "     Plums fall.\n" in out
    assert "\x1b" not in out


def marked(text, *answers) -> list[str]:
    """What the terminal marks in a passage whose answers stand at these offsets."""
    found = replace(
        read_passage(text),
        highlights=tuple(
            Excerpt(text[start:end], 100 + start, 100 + end) for start, end in answers
        ),
    )
    shown = terminal_answers._marked(found)
    return [(span.start, shown.plain[span.start : span.end]) for span in shown.spans]


def test_only_the_answer_is_marked_on_a_terminal_not_what_reads_the_same():
    assert marked("In 1995 and 2005 some 5 of 55 left.", (22, 23)) == [(22, "5")]
    assert marked(" In\n\n 1995  some\t5 of\x1b[31m 5.", (17, 18)) == [(13, "5")]
    assert marked("5 and 5", (0, 1), (6, 7)) == [(0, "5"), (6, "5")]


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "cp437"])
@pytest.mark.parametrize(
    "arguments", [["ask", "pears"], ["ask", "pears", "--json"], ["documents"], ["verify"], ["-h"]]
)
def test_every_output_can_be_written_in_every_encoding(
    verbatim, tmp_path, monkeypatch, encoding, arguments
):
    text = "Pears “are” green and 日本 \U0001f600."
    (tmp_path / "œuvre 日本.txt").write_text(text, encoding="utf-8")
    assert verbatim("index", tmp_path / "œuvre 日本.txt")[0] == 0
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding=encoding, write_through=True)
    monkeypatch.setattr("sys.stdout", stream)
    code = verbatim(*arguments)[0]

    shown = written.getvalue().decode(encoding)
    assert code == 0
    assert shown
    if "--json" in arguments:
        assert "日本 \U0001f600" in json.loads(shown)["passages"][0]["text"]
    elif "ask" in arguments:
        assert r"\u65e5\u672c \U0001f600" in shown


def test_on_a_narrow_terminal_documents_are_lines(indexed, monkeypatch):
    monkeypatch.setattr("ui.cli.terminal._UNBROKEN", 40)

    out = indexed("documents")[1]

    assert " ".join(out.split()).endswith("(fruit.txt): text, en, 2 sentences")


def run_in_process(*arguments, **options) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "ui", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **options,
    )


def test_an_output_that_is_closed_early_is_no_traceback():
    process = run_in_process("limits")
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()

    assert process.wait(60) == 1
    assert err == b""


LOADING = """
import sys, time
from ui.__main__ import main

class Slow:
    def find_spec(self, name, *_):
        if name == "typer":
            print("loading", flush=True)
            time.sleep(60)

sys.meta_path.insert(0, Slow())
main()
"""


def test_ctrl_c_is_no_traceback_even_while_the_program_is_loaded():
    process = subprocess.Popen(
        [sys.executable, "-c", LOADING],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    )
    assert process.stdout.readline() == b"loading\n"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)

    assert (process.returncode, err) == (130, b"Interrupted.\n")


@pytest.mark.parametrize("model", [MINILM, "another"])
def test_a_better_model_is_suggested_at_one_start_and_then_by_verify_alone(tmp_path, capsys, model):
    said = []
    for once in (True, True, False):
        with Corpus(tmp_path, create=True, encoder=ToyEncoder(model, salt=model)) as corpus:
            terminal.suggest_model(corpus, once=once)
            said.append("verbatim reencode" in " ".join(capsys.readouterr().err.split()))

    assert said == [model == MINILM, False, model == MINILM]


def test_a_better_model_is_not_suggested_where_nothing_can_be_done_about_it(
    tmp_path, capsys, monkeypatch
):
    with Corpus(tmp_path, create=True, encoder=ToyEncoder(MINILM)) as corpus:
        monkeypatch.setattr(corpus._store, "barred", tmp_path)
        terminal.suggest_model(corpus, once=True)
        assert capsys.readouterr().err == ""
        monkeypatch.undo()
        other = sqlite3.connect(tmp_path / "corpus.sqlite3")
        with closing(other):
            other.execute("BEGIN IMMEDIATE")
            corpus._store.connection.execute("PRAGMA busy_timeout = 1")
            terminal.suggest_model(corpus, once=True)
            assert capsys.readouterr().err == ""
        terminal.suggest_model(corpus, once=True)
        assert "verbatim reencode" in " ".join(capsys.readouterr().err.split())
