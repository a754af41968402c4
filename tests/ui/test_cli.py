import json
import os
import re
import sqlite3
import sys
from contextlib import closing

import pytest

from index import Corpus
from qa import ask, feedback_on
from ui.cli.terminal import plain, shortened

FRUIT = "Apples are red. Pears are green."


def test_index_says_what_became_of_the_files(verbatim, tmp_path):
    (tmp_path / "bad.pdf").write_bytes(b"%PDF nothing")

    code, out, err = verbatim("index", tmp_path / "fruit.txt", tmp_path / "bad.pdf")

    assert code == 1
    assert "1 added, 1 failed (2 sentences)" in out
    assert "bad.pdf:" in err
    assert verbatim("index", tmp_path / "fruit.txt")[:2] == (0, "1 unchanged\n")


def test_index_counts_all_that_it_met_and_names_kinds_that_are_not_read(verbatim, tmp_path):
    folder = tmp_path / "all"
    (folder / ".git").mkdir(parents=True)
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(f"This is {name}.")
    for number in range(12):
        (folder / f"{number}.ppt").write_text("x")
    for name in ("1.xlsb", "2.xlsb", "3.XLSB", "LICENSE", "odd.\x1b[31m"):
        (folder / name).write_text("x")
    (folder / "round").symlink_to(folder)
    os.mkfifo(folder / "pipe.txt")

    code, out, err = verbatim("index", folder)

    assert (code, err) == (0, "")
    assert "2 added, 20 left out (2 sentences)" in out
    assert "Left out: 12 .ppt, 3 .xlsb, 1 " in out
    assert "have an unsupported format; 1 file or folder is hidden; 1 link leads" in out
    assert "1 is a pipe, socket or device." in out
    assert "\x1b" not in out
    told = json.loads(verbatim("index", folder, "--json")[1])
    assert len(told) == 22
    assert {item["cause"] for item in told} == {"", "format", "hidden", "link", "special"}


def test_index_of_files_that_are_not_read_alone_says_so_and_fails(verbatim, tmp_path):
    (tmp_path / "all").mkdir()
    (tmp_path / "all" / "a.ppt").write_text("x")

    code, out, _ = verbatim("index", tmp_path / "all")

    assert code == 1
    assert "No file of a supported format was found." in out
    assert "Left out: 1 .ppt has an unsupported format." in out


def test_of_a_long_name_beginning_and_end_are_shown():
    name = "Minutes " + "x" * 200 + " 2024.txt"

    assert shortened(name).startswith("Minutes ")
    assert shortened(name).endswith(" 2024.txt")
    assert len(shortened(name)) == 60


def test_index_of_a_missing_path_is_named_and_fails(verbatim, tmp_path):
    code, _, err = verbatim("index", tmp_path / "nothing.txt")

    assert code == 1
    assert "nothing.txt" in err
    assert "no file or folder" in err


def test_ask_shows_the_passage_and_its_place(indexed):
    code, out, _ = indexed("ask", "Which pears are green?", "-k", "1")

    assert code == 0
    assert out.splitlines()[0].startswith("1. ")
    assert "(fruit.txt), sentence 2" in out


def test_ask_prints_json_for_programs(indexed):
    code, out, _ = indexed("ask", "Which pears are green?", "--json")

    answer = json.loads(out)
    assert code == 0
    passage = answer["passages"][0]
    assert FRUIT[passage["start"] : passage["end"]] == passage["text"] == "Pears are green."


def test_what_a_library_prints_while_files_are_added_is_not_in_the_json(
    verbatim, tmp_path, monkeypatch
):
    add = Corpus.add

    def add_and_print(*arguments):
        sys.stdout.write("(raylet) A computer has left.\n")
        return add(*arguments)

    monkeypatch.setattr(Corpus, "add", add_and_print)
    _, out, err = verbatim("index", tmp_path / "fruit.txt", "--json")

    assert [outcome["status"] for outcome in json.loads(out)] == ["added"]
    assert "has left" in err


def test_about_shows_what_a_document_is_about_and_where(indexed):
    code, out, _ = indexed("about", "fruit.txt", "--json")
    first = json.loads(out)[0]

    assert code == 0
    assert FRUIT[first["start"] : first["end"]] == first["text"]
    assert "Apples are red." in indexed("about", "fruit.txt")[1]
    code, _, err = indexed("about", "nothing.txt")
    assert code == 2
    assert "nothing.txt" in err


def test_ask_goes_on_from_earlier_questions(indexed):
    told = json.loads(indexed("ask", "What colour are they?", "--after", "Apples", "--json")[1])

    assert told["question"] == "What colour are they?"
    assert "pples" in told["query"]


def test_ask_can_be_kept_to_a_document(indexed):
    assert indexed("ask", "pears", "-d", "fruit.txt")[0] == 0
    code, _, err = indexed("ask", "pears", "-d", "other")
    assert code == 2
    assert "`verbatim documents` lists those that are there." in err


def test_ask_can_be_kept_to_documents_of_several_corpora(indexed, tmp_path):
    (tmp_path / "more.txt").write_text("Plums are blue.")
    indexed("index", tmp_path / "more.txt", "-c", tmp_path / "more")
    both = ("-c", tmp_path / "default", "-c", tmp_path / "more", "--json")

    for document in ("fruit.txt", "default/fruit.txt", "default/id:1"):
        told = json.loads(indexed("ask", "plums pears", "-d", document, *both)[1])
        assert {passage["corpus"] for passage in told["passages"]} == {"default"}
    code, _, err = indexed("ask", "plums", "-d", "id:1", *both)
    assert (code, "'default/id:1'" in err) == (2, True)


def test_a_file_that_is_not_kept_is_said_to_be_and_how_to_keep_it(indexed, tmp_path):
    indexed("index", tmp_path / "fruit.txt", "--no-originals")
    code, _, err = indexed("original", "fruit.txt", tmp_path / "copy.txt")

    assert code == 2
    assert "verbatim index PATH --originals" in err
    indexed("index", tmp_path / "fruit.txt", "--originals")
    assert indexed("original", "fruit.txt", tmp_path / "copy.txt")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["ask", "  "], 2, "question is empty"),
        (["ask", "x", "-k", "0"], 2, "k is 0"),
        (["ask", "x", "--corpus", "none"], 3, "verbatim index PATH"),
        (["chat", "--corpus", "none"], 3, "verbatim index PATH --corpus none"),
        (["mcp", "--corpus", "none"], 3, "verbatim index PATH --corpus none"),
        (["eval", "none.csv"], 2, "none.csv"),
        (["eval"], 2, "either a FILE of judged questions or --from-feedback"),
        (["eval", "none.csv", "--from-feedback"], 2, "either a FILE"),
        (["remove", "none", "--yes"], 2, "no document 'none'"),
        (["frobnicate"], 2, "No such command"),
    ],
)
def test_an_error_says_what_to_do_and_has_its_exit_code(indexed, arguments, code, message):
    ended, out, err = indexed(*arguments)

    assert (ended, out) == (code, "")
    assert message in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "arguments",
    [
        ["index", ""],
        ["index", "{}/fruit.txt", ""],
        ["index", "{}/fruit.txt", "--corpus", ""],
        ["index", "{}/fruit.txt", "--corpus="],
        ["index", "{}/fruit.txt", "-c", ""],
        ["index", "{}/fruit.txt", "--model", ""],
        ["index", "{}/fruit.txt", "--ray", ""],
        ["ask", ""],
        ["ask", "pears", "-d", ""],
        ["ask", "pears", "--reader="],
        ["ask", "--batch", ""],
        ["documents", "-c", ""],
        ["remove", "fruit.txt", "", "--yes"],
        ["backup", ""],
        ["restore", "", "-c", "x"],
        ["chat", "--corpus", ""],
        [""],
    ],
)
def test_an_empty_argument_is_refused_before_anything_is_done(
    indexed, tmp_path, monkeypatch, arguments
):
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "secret.txt").write_text("Nobody asked for this.")
    monkeypatch.chdir(tmp_path / "here")
    before = indexed("documents")[1]

    code, out, err = indexed(*(argument.format(tmp_path) for argument in arguments))

    assert (code, out) == (2, "")
    assert "is empty" in err
    assert [path.name for path in (tmp_path / "here").iterdir()] == ["secret.txt"]
    assert indexed("documents")[1] == before


def test_a_name_that_several_documents_have_is_answered_with_their_ids(indexed, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "fruit.txt").write_text("Plums are blue.")
    indexed("index", tmp_path / "other")

    for command in (["remove", "fruit.txt", "--yes"], ["ask", "plums", "-d", "fruit.txt"]):
        code, _, err = indexed(*command)
        assert code == 2
        assert "id:1 " in err
        assert "id:2 " in err

    assert indexed("ask", "plums", "-d", "id:2")[0] == 0
    assert indexed("remove", "id:2", "--yes")[0] == 0
    assert len(json.loads(indexed("documents", "--json")[1])) == 1


def test_another_model_is_refused_with_the_way_out(indexed, tmp_path):
    code, _, err = indexed("index", tmp_path / "fruit.txt", "--model", "other/model")

    assert code == 3
    assert "--corpus OTHER_FOLDER --model other/model" in err.replace("\n", " ")


def test_documents_are_listed_and_removed(indexed):
    code, out, _ = indexed("documents")
    assert code == 0
    assert "fruit.txt" in out
    (listed,) = json.loads(indexed("documents", "--json")[1])
    assert (listed["sentences"], listed["lang"]) == (2, "en")

    assert indexed("remove", "fruit.txt", "--yes")[0] == 0
    assert "corpus is empty" in indexed("documents")[1]
    assert indexed("ask", "pears")[0] == 1


def test_verify_passes_a_sound_corpus_and_fails_a_damaged_one(indexed, tmp_path):
    assert indexed("verify")[:2] == (
        0,
        "Sound: 1 document, 2 sentences.\nSearched with FAISS, exact, and tantivy.\n"
        "Encoded by toy in fp32; languages: en.\n",
    )

    with sqlite3.connect(tmp_path / "default" / "corpus.sqlite3") as database:
        database.execute("UPDATE text_part SET text = 'Apples are tan. Pears are green.'")
    code, out, _ = indexed("verify", "--json")
    assert code == 1
    assert json.loads(out)[0]["part"] == "document"


def test_eval_reports_figures_and_failures(indexed, tmp_path):
    (tmp_path / "q.csv").write_text(
        "question,answer\nWhich pears are green?,green\nWhich apples?,blue\nWho is king?,\n"
    )

    code, out, _ = indexed("eval", tmp_path / "q.csv")
    assert code == 0
    assert "0.500" in out
    assert "Which apples?" in out
    assert "not judged" in out, "the search alone refuses nothing"
    assert json.loads(indexed("eval", tmp_path / "q.csv", "--json")[1])["p_at_1"] == 0.5


def test_eval_measures_on_the_feedback_that_was_given(indexed, tmp_path):
    with Corpus(tmp_path / "default") as corpus:
        for key, question, verdict in [
            ("1", "Which pears are green?", "up"),
            ("2", "Which apples?", "down"),
            ("3", "half a pair \ud83d apples", "down"),
        ]:
            corpus.add_feedback(feedback_on(ask(question, corpus=corpus), verdict, key=key))

    code, out, _ = indexed("eval", "--from-feedback")
    assert code == 0
    assert "sentences you rejected" in out
    assert re.search(r"Which apples\? .* you rejected the first .* Apples are red\.", out)
    assert "Which pears" not in out

    code, out, _ = indexed("eval", "--from-feedback", "--json")
    report = json.loads(out)
    assert code == 0
    assert (report["questions"], report["p_at_1"]) == (1, 1)
    assert (report["rejected"], report["rejected_first"]) == (2, 1)
    assert report["outcomes"][2]["question"] == "half a pair \ud83d apples"


def test_eval_of_feedback_found_wrong_alone_shows_no_figure_that_was_not_judged(indexed, tmp_path):
    with Corpus(tmp_path / "default") as corpus:
        corpus.add_feedback(feedback_on(ask("Which apples?", corpus=corpus), "down", key="1"))

    out = indexed("eval", "--from-feedback")[1]

    assert "0.000" not in out
    assert "not judged" in out
    assert "1.000" in out


def test_eval_without_feedback_says_how_it_is_given(indexed):
    code, out, _ = indexed("eval", "--from-feedback")
    assert code == 1
    assert "thumbs below them" in out

    code, out, _ = indexed("eval", "--from-feedback", "--json")
    assert code == 1
    assert json.loads(out)["questions"] == 0


def test_the_default_corpus_begins_with_the_seed_article(verbatim, tmp_path):
    code, out, _ = verbatim("ask", "Which countries recognised Mr Guaido?", "--json")

    assert code == 0
    assert "Canada, Colombia, Argentina" in out
    assert Corpus.exists(tmp_path / "default")


def test_text_from_documents_can_not_steer_the_terminal():
    assert plain("a\x1b[31mb\x9bc\u202ed\u2066e\x07\n f") == "a [31mb c d e f"


def test_markup_in_documents_is_shown_as_text(verbatim, tmp_path):
    text = "The [red]colour[/red] of [link=x]pears[/link] is [bold]green."
    (tmp_path / "markup.txt").write_text(text)
    verbatim("index", tmp_path / "markup.txt")

    out = verbatim("ask", "pears green")[1]

    assert text in out


def test_a_damaged_corpus_is_named_mended_from_its_file_and_sound_again(indexed, tmp_path):
    with closing(sqlite3.connect(tmp_path / "default" / "corpus.sqlite3")) as database:
        database.execute("UPDATE text_part SET text = 'Apples are tan. Pears are green.'")
        database.commit()

    code, out, _ = indexed("verify", "--repair")

    assert code == 0
    assert "its text is not the one that was stored" in out
    assert out.endswith(
        "Sound: 1 document, 2 sentences.\nSearched with FAISS, exact, and tantivy.\n"
        "Encoded by toy in fp32; languages: en.\n"
    )


def test_a_corpus_is_copied_and_restored_elsewhere(indexed, tmp_path):
    file, folder = tmp_path / "copy", tmp_path / "again"

    assert indexed("backup", file)[0] == 0
    assert indexed("restore", file, "-c", folder)[:2] == (
        0,
        "Sound: 1 document, 2 sentences.\n",
    )
    assert indexed("ask", "Which pears are green?", "-c", folder)[0] == 0
    code, _, err = indexed("restore", file, "-c", folder)
    assert (code, "already exists" in err) == (2, True)


def test_a_corpus_on_a_milvus_server_needs_to_be_told_so_once(verbatim, tmp_path, milvus):
    where = ("--engine", "milvus", "--milvus-uri", milvus.uri)

    assert verbatim("index", tmp_path / "fruit.txt", *where)[0] == 0
    code, out, _ = verbatim("ask", "green pears", "--json")

    assert code == 0
    assert json.loads(out)["passages"][0]["text"] == "Pears are green."
    assert verbatim("verify")[0] == 0


def test_a_milvus_server_that_is_not_there_says_what_to_do(verbatim, tmp_path):
    code, out, err = verbatim(
        "index", tmp_path / "fruit.txt", "--engine", "milvus", "--milvus-uri", "http://127.0.0.1:9"
    )

    assert (code, out) == (3, "")
    assert "http://127.0.0.1:9 can't be reached" in err
    assert "Traceback" not in err
