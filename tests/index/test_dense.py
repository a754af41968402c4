"""The saved vector index, and the one in memory, while others search and change the corpus."""

import threading
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

from index import DENSE, Corpus
from index.store.files import file_sha256
from tests.index.searching import TEXT, found


def test_an_index_that_looked_while_a_change_began_follows_it(tmp_path, encoder, monkeypatch):
    with (
        Corpus(tmp_path, create=True, encoder=encoder) as writer,
        Corpus(tmp_path, encoder=encoder) as reader,
    ):
        writer.add_text("Apples are red. Pears are green.", name="a")
        found(reader, "apples")
        writer.add_text("Trains are fast. Ships are slow.", name="b")
        with monkeypatch.context() as patch:
            reserve = writer._store.reserve_sentence_ids

            def look_between(count: int) -> int:
                first = reserve(count)
                found(reader, "apples")
                return first

            patch.setattr(writer._store, "reserve_sentence_ids", look_between)
            writer.add_text("Apples are blue. Pears are brown.", name="a")
        writer.add_text("Nuts are hard. Plums are soft.", name="c")

        assert found(reader, "apples blue", weights=DENSE)[0] == "Apples are blue."
        assert "Apples are red." not in found(reader, "apples red", weights=DENSE)
        assert reader.check() == []


def test_questions_go_on_while_the_checksum_of_the_index_is_worked_out(corpus, monkeypatch):
    corpus.add_text(TEXT, name="a")
    ended = []

    def ask_meanwhile(path: Path) -> str:
        thread = threading.Thread(target=found, args=(corpus, "apples"))
        thread.start()
        thread.join(60)
        ended.append(not thread.is_alive())
        return file_sha256(path)

    monkeypatch.setattr("index.search.local.dense.file_sha256", ask_meanwhile)
    corpus.add_text("Trains are fast.", name="b")

    assert ended == [True]


def test_threads_save_the_index_one_after_the_other(corpus, monkeypatch):
    corpus.add_text(TEXT, name="a")
    dense, steps = corpus._engine._dense(), []
    (corpus.folder / "dense.json").unlink()

    with ThreadPoolExecutor(1) as pool:

        def save_meanwhile(path: Path) -> str:
            steps.append("begins")
            if len(steps) == 1:
                wait([pool.submit(dense.save)], timeout=1)
            steps.append("ends")
            return file_sha256(path)

        monkeypatch.setattr("index.search.local.dense.file_sha256", save_meanwhile)
        dense.save()

    assert steps == ["begins", "ends"], "the other one found nothing left to be saved"
