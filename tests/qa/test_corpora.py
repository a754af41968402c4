"""Corpora that are opened once and shared: what is given is open, and what was there."""

import shutil

import pytest

from index import Corpus, CorpusNotFound
from qa import open_corpus
from qa.corpora import close_corpora


@pytest.fixture(autouse=True)
def none_open():
    yield
    close_corpora()


@pytest.fixture
def folder(tmp_path, encoder):
    with Corpus(tmp_path / "corpus", create=True, encoder=encoder) as corpus:
        corpus.add_text("Apples are red.", name="a")
    # The toy can't be loaded by name; what is tried here needs no model
    return tmp_path / "corpus"


def test_a_corpus_that_was_closed_is_opened_again(folder):
    with open_corpus(folder) as first:
        assert [document.name for document in first.documents()] == ["a"]

    again = open_corpus(folder)

    assert [document.name for document in again.documents()] == ["a"]
    assert open_corpus(folder) is again


def test_a_corpus_that_was_moved_away_is_not_given_out_and_another_in_its_place_is(folder, encoder):
    open_corpus(folder)
    shutil.move(folder, folder.with_name("moved"))
    with pytest.raises(CorpusNotFound):
        open_corpus(folder)
    with Corpus(folder, create=True, encoder=encoder) as other:
        other.add_text("Pears are green.", name="b")

    assert [document.name for document in open_corpus(folder).documents()] == ["b"]


def test_a_default_corpus_that_could_not_be_filled_is_not_kept_open(tmp_path, monkeypatch):
    opened = []

    def fail(corpus: Corpus, *_: object, **__: object) -> None:
        opened.append(corpus)
        raise BrokenPipeError

    with monkeypatch.context() as patch:
        patch.setattr(Corpus, "add", fail)
        with pytest.raises(BrokenPipeError):
            open_corpus()

    assert not opened[0].usable
