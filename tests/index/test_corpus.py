import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from index import Corpus, CorpusError
from index.errors import (
    CorpusClosed,
    CorpusDamaged,
    CorpusLocked,
    CorpusNotFound,
    ModelMismatch,
    SchemaTooNew,
    UnknownDocument,
)
from tests.index.searching import TEXT, found


def test_a_corpus_reopened_answers_as_before(tmp_path, encoder):
    with Corpus(tmp_path, create=True, encoder=encoder) as corpus:
        corpus.add_text(TEXT, name="a")
        before = found(corpus, "green pears")
    with Corpus(tmp_path, encoder=encoder) as again:
        assert found(again, "green pears") == before
        assert before[0] == "Pears are green."


@pytest.mark.parametrize("lost", ["dense.faiss", "dense.json", "lexical"])
@pytest.mark.parametrize("damage", ["removed", "truncated", "overwritten"])
def test_derived_indexes_are_made_again_from_the_truth(tmp_path, encoder, lost, damage):
    with Corpus(tmp_path, create=True, encoder=encoder) as corpus:
        corpus.add_text(TEXT, name="a")
        before = found(corpus, "cold cellars")
    path = tmp_path / lost
    files = [file for file in path.rglob("*") if file.is_file()] if path.is_dir() else [path]
    if damage == "removed":
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for file in files:
        if damage == "truncated":
            file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
        elif damage == "overwritten":
            file.write_bytes(bytes(file.stat().st_size))

    with Corpus(tmp_path, encoder=encoder) as again:
        assert found(again, "cold cellars") == before
        assert again.check() == []


def test_an_index_left_over_from_another_state_is_brought_up_to_date(tmp_path, encoder):
    with Corpus(tmp_path / "c", create=True, encoder=encoder) as corpus:
        corpus.add_text(TEXT, name="a")
        for name in ("dense.faiss", "dense.json"):
            shutil.copy(corpus.folder / name, tmp_path / name)
        shutil.copytree(corpus.folder / "lexical", tmp_path / "lexical")
        corpus.add_text("Zebras graze.", name="b")
        corpus.remove(["a"])
    for name in ("dense.faiss", "dense.json"):
        shutil.copy(tmp_path / name, tmp_path / "c" / name)
    shutil.rmtree(tmp_path / "c" / "lexical")
    shutil.copytree(tmp_path / "lexical", tmp_path / "c" / "lexical")

    with Corpus(tmp_path / "c", encoder=encoder) as again:
        assert found(again, "zebras apples") == ["Zebras graze."]
        assert again.check() == []


def test_removed_documents_are_not_found_and_their_vectors_go(corpus):
    corpus.add_text(TEXT, name="a")
    corpus.add_text("Zebras graze.", name="b")

    assert corpus.remove(["a"]) == [1]

    assert found(corpus, "apples pears") == ["Zebras graze."]
    with sqlite3.connect(corpus.folder / "corpus.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM vector").fetchone() == (1,)
    with pytest.raises(UnknownDocument, match="'a'"):
        corpus.remove(["b", "a"])
    assert [document.name for document in corpus.documents()] == ["b"]


def test_a_corpus_remembers_its_model_and_says_what_to_do_about_another(tmp_path, make_encoder):
    Corpus(tmp_path, create=True, encoder=make_encoder("first")).close()

    with pytest.raises(ModelMismatch, match=r"first.*--model second"):
        Corpus(tmp_path, encoder=make_encoder("second"))
    with pytest.raises(ModelMismatch, match="another-model"):
        Corpus(tmp_path, model="another-model")


def test_a_model_that_changed_under_its_name_is_noticed(tmp_path, make_encoder):
    with Corpus(tmp_path, create=True, encoder=make_encoder("same")) as corpus:
        corpus.add_text(TEXT, name="a")
    changed = make_encoder("same", salt="other weights")

    with Corpus(tmp_path, encoder=changed) as corpus, pytest.raises(ModelMismatch, match="changed"):
        found(corpus, "apples")
    with (
        Corpus(tmp_path, encoder=make_encoder("same", dimension=32)) as corpus,
        pytest.raises(ModelMismatch, match="changed"),
    ):
        corpus.add_text("More.", name="b")


def test_a_folder_without_a_corpus_says_how_to_make_one(tmp_path):
    with pytest.raises(CorpusNotFound, match="verbatim index PATH"):
        Corpus(tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists(), "looking makes no folder"


def test_a_damaged_database_is_named(tmp_path):
    (tmp_path / "corpus.sqlite3").write_bytes(b"no database at all" * 100)

    with pytest.raises(CorpusDamaged, match=r"corpus\.sqlite3"):
        Corpus(tmp_path)


def test_a_corpus_of_a_later_version_is_refused_and_left_alone(tmp_path, encoder):
    Corpus(tmp_path, create=True, encoder=encoder).close()
    with sqlite3.connect(tmp_path / "corpus.sqlite3") as database:
        database.execute("PRAGMA user_version = 99")

    with pytest.raises(SchemaTooNew, match="Upgrade"):
        Corpus(tmp_path, encoder=encoder)


def test_another_process_that_writes_is_reported(corpus, monkeypatch):
    corpus.add_text(TEXT, name="a")
    monkeypatch.setattr("index.changing.write_lock._TIMEOUT", 0.1)
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, filelock\n"
            "with filelock.FileLock(sys.argv[1]):\n    print('held', flush=True)\n    input()",
            str(corpus.folder / "write.lock"),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(CorpusLocked, match="Another process"):
            corpus.add_text("More.", name="b")
        assert found(corpus, "apples")[0] == "Apples are red.", "reading goes on"
    finally:
        holder.communicate("\n", timeout=60)
    assert corpus.add_text("More.", name="b").status == "added"


def test_a_snapshot_does_not_change_while_documents_do(corpus):
    corpus.add_text(TEXT, name="a")
    with corpus.snapshot() as state:
        before = state.search("apples pears", limit=3)

        def change() -> None:
            corpus.add_text("Apples are blue.", name="a")
            corpus.add_text("Pears are grey.", name="b")

        writer = threading.Thread(target=change)
        writer.start()
        writer.join()

        assert state.search("apples pears", limit=3) == before
        assert [document.name for document in state.documents()] == ["a"]
        assert len(state.sentences([hit.sentence_id for hit in before])) == 3
    assert sorted(found(corpus, "apples pears")) == ["Apples are blue.", "Pears are grey."]


def test_a_crash_between_the_indexes_and_the_truth_leaves_the_old_state(corpus, monkeypatch):
    corpus.add_text(TEXT, name="a")

    def fail(*_: object) -> None:
        raise OSError("power lost")

    with monkeypatch.context() as patch:
        patch.setattr("index.search.local.lexical.LexicalWriter.commit", fail)
        with pytest.raises(CorpusError, match="power lost"):
            corpus.add_text("Apples are blue.", name="a")

    assert found(corpus, "apples")[0] == "Apples are red."
    assert corpus.check() == []
    corpus.add_text("Apples are blue.", name="a")
    assert found(corpus, "apples") == ["Apples are blue."]


def test_check_names_what_is_wrong(corpus):
    corpus.add_text(TEXT, name="a")
    with sqlite3.connect(corpus.folder / "corpus.sqlite3") as database:
        database.execute("UPDATE text_part SET text = replace(text, 'red', 'tan')")
        database.execute("UPDATE sentence SET start_at = start_at + 1 WHERE number = 2")
        database.execute(
            "UPDATE vector SET embedding = ? WHERE id = 1", (np.ones(64, "<f4").tobytes(),)
        )

    parts = {(problem.part, problem.message.split(": ")[-1][:12]) for problem in corpus.check()}

    assert ("document", "its text is ") in parts
    assert ("vectors", "the vector o") in parts


def test_a_text_needs_a_name(corpus):
    outcome = corpus.add_text("Words.", name=" ")

    assert outcome.status == "failed"
    assert "name" in outcome.reason


def test_the_folder_of_a_corpus_has_to_be_a_folder(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CorpusError, match="can't be used"):
        Corpus(tmp_path / "file", create=True)


def test_closing_waits_for_those_at_work_and_turns_others_away(tmp_path, encoder):
    for pause in (0, 0.001, 0.003):
        corpus = Corpus(tmp_path / str(pause), create=True, encoder=encoder)
        corpus.add_text(TEXT, name="a")
        ended = []

        def work(corpus: Corpus = corpus, ended: list = ended) -> None:
            try:
                while True:
                    found(corpus, "apples")
            except CorpusClosed as error:
                ended.append(str(error))

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        time.sleep(pause)
        corpus.close()
        for thread in threads:
            thread.join()

        assert ended == [f"The corpus in {corpus.folder} has been closed."] * 4
        with pytest.raises(CorpusClosed):
            corpus.documents()


def test_a_snapshot_inside_a_snapshot_is_of_the_same_state_and_mends_nothing(
    corpus, tmp_path, encoder, monkeypatch
):
    corpus.add_text(TEXT, name="a")
    with Corpus(tmp_path / "corpus", encoder=encoder) as other, corpus.snapshot():
        for text in ("Trains are fast.", "Trains are slow.", "Ships are slow."):
            other.add_text(text, name="b")
        monkeypatch.setattr("index.search.local.local_engine.LocalWriter.rebuild", pytest.fail)

        assert found(corpus, "trains") == found(corpus, "ships")
        assert "Trains are slow." not in found(corpus, "trains")


def test_a_sound_corpus_is_found_sound_while_others_change_it(tmp_path, encoder, monkeypatch):
    with (
        Corpus(tmp_path, create=True, encoder=encoder) as corpus,
        Corpus(tmp_path, encoder=encoder) as other,
    ):
        corpus.add_text(TEXT, name="a")

        def change(*_: object) -> list[str]:
            for number in range(3):
                other.add_text(f"Trains are fast, said {number}.", name=f"b{number}")
            other.remove(["a"])
            return []

        monkeypatch.setattr("index.changing.check._database_errors", change)

        assert corpus.check() == []
