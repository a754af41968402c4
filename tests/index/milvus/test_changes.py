"""Changes of a collection: cut short, one after another, or by another process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from index import NamedText
from index.search.milvus import milvus_engine as engine
from index.store.store import Store
from tests.index.milvus.state import meta, rows
from tests.index.searching import TEXT, found


@pytest.mark.parametrize("instant", ["rows", "marker", "commit"])
@pytest.mark.parametrize("change", ["add", "remove"])
def test_a_crash_between_milvus_and_the_truth_leaves_the_old_state(
    make, monkeypatch, instant, change
):
    corpus = make()
    corpus.add_text(TEXT, name="a")
    before = found(corpus, "apples")

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    def alter() -> object:
        return corpus.remove(["a"]) if change == "remove" else corpus.add_text("Bees.", name="a")

    with monkeypatch.context() as patch:
        if instant == "rows":
            patch.setattr(engine.MilvusWriter, "_mark", crash)
        elif instant == "marker":
            patch.setattr(engine, "set_outdated", crash)
        else:
            commit = engine.MilvusWriter.commit
            patch.setattr(engine.MilvusWriter, "commit", lambda *a: crash(commit(*a)))
        with pytest.raises(KeyboardInterrupt):
            alter()

    assert found(corpus, "apples") == before
    alter()
    assert found(corpus, "bees apples") == (["Bees."] if change == "add" else [])
    assert corpus.check() == []


def test_removed_rows_stay_for_those_who_still_read_and_go_with_a_later_change(make, monkeypatch):
    corpus = make()
    corpus.add_text(TEXT, name="a")
    corpus.add_text("Apples are blue.", name="a")
    assert rows(corpus) == 4
    corpus.add_text("Zebras graze.", name="b")
    assert rows(corpus) == 5
    monkeypatch.setattr(engine, "_KEPT", 0.0)
    corpus.add_text("Bees hum.", name="c")

    assert rows(corpus) == 3
    assert meta(corpus, "milvus_outdated") == "[]"
    assert corpus.check() == []


def test_what_is_missing_from_the_collection_is_named_and_mended(make):
    corpus = make()
    corpus.add_text(TEXT, name="a")
    corpus._engine._server.delete(meta(corpus, "milvus_collection"), "id == 2")

    with Store(corpus.folder).snapshot():
        assert [part for part, _ in corpus._engine.problems(None)] == ["milvus"]
    assert corpus.check() == [], "as with tantivy, looking mends what can be made again"
    assert len(found(corpus, "apples pears cellars")) == 3


def test_many_changes_in_a_short_time_find_what_is_there(make, monkeypatch):
    monkeypatch.setattr(engine, "_MOST_RANGES", 40)
    corpus = make()
    for number in range(2):
        names = (f"{n}{kind}" for n in range(60) for kind in ("same", "new"))
        corpus.add_texts(
            NamedText(name, f"Fruit {number if name.endswith('new') else ''} of {name}.")
            for name in names
        )

    assert len(found(corpus, "fruit 0")) == 5
    assert all(text.startswith("Fruit 1") for text in found(corpus, "fruit 1"))
    assert rows(corpus) == 120 + 40
    assert corpus.check() == []


def test_another_process_adds_and_this_one_finds(make, milvus, tmp_path):
    corpus = make()
    corpus.add_text(TEXT, name="a")
    code = (
        "import sys; sys.path.insert(0, sys.argv[2])\n"
        "from toy_encoder import ToyEncoder\nfrom index import Corpus\n"
        "with Corpus(sys.argv[1], encoder=ToyEncoder()) as corpus:\n"
        "    corpus.add_text('Apples are blue.', name='a')\n"
    )
    tests = Path(__file__).parents[2]
    subprocess.run(
        [sys.executable, "-c", code, corpus.folder, tests],
        check=True,
        timeout=60,
        cwd=tests.parent,
        env={**os.environ, "PYTHONPATH": str(tests.parent)},
    )

    assert found(corpus, "apples") == ["Apples are blue."]
    assert corpus.check() == []
