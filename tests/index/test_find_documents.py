"""Documents that a search is limited to: found by an index, and searched with every word."""

import unicodedata

import pytest

from index import LEXICAL, UnknownDocument
from index.store.store import Store
from tests.index.searching import found

COMPOSED = "Herr Müller wohnt in Łódź. Cafés are open."
DECOMPOSED = unicodedata.normalize("NFD", COMPOSED)


def test_documents_are_found_without_reading_those_that_nobody_asked_for(corpus, monkeypatch):
    corpus.add_text("Apples are red.", name="a", title="On apples")
    corpus.add_text("Pears are green.", name="b", title="On pears")
    monkeypatch.setattr(Store, "documents", pytest.fail)
    asked = []
    with corpus.snapshot() as state:
        corpus._store.connection.set_trace_callback(asked.append)
        ids = state.find_documents([2, "1", "On apples", "b", "id:2"])
        corpus._store.connection.set_trace_callback(None)
        plans = [
            row[3]
            for statement in asked
            for row in corpus._store.connection.execute(f"EXPLAIN QUERY PLAN {statement}")
        ]

    assert ids == [2, 1]
    assert any("document_name" in step for step in plans)
    assert not [step for step in plans if step.startswith("SCAN document")]


def test_one_that_is_not_there_is_named_whatever_it_is(corpus):
    corpus.add_text("Apples are red.", name="a")
    with corpus.snapshot() as state:
        for wanted in (7, "b", "id:7", "01", "1 apple", "", "\0", "\udcff", 10**30, -1):
            with pytest.raises(UnknownDocument):
                state.find_documents([1, wanted])
        assert state.find_documents([]) == []


def test_a_name_is_found_however_its_accents_are_written(corpus):
    for name in ("Müller.txt", unicodedata.normalize("NFD", "Łódź é.txt")):
        corpus.add_text(f"A text called {name}.", name=name)

    with corpus.snapshot() as state:
        for form in ("NFC", "NFD"):
            names = [unicodedata.normalize(form, name) for name in ("Müller.txt", "Łódź é.txt")]
            assert state.find_documents(names) == [1, 2]


@pytest.mark.parametrize("stored", [COMPOSED, DECOMPOSED], ids=["composed", "decomposed"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_words_are_found_however_accents_are_written_and_the_text_stays_as_it_was(
    make_corpus, stored, form
):
    corpus = make_corpus()
    corpus.add_text(stored, name="a")
    first, second = stored.split(". ")

    for query, sentence in (("Müller", f"{first}."), ("muller", f"{first}."), ("café", second)):
        asked = unicodedata.normalize(form, query)
        assert found(corpus, asked, weights=LEXICAL) == [sentence]
    with corpus.snapshot() as state:
        assert state.text(1) == stored
        for sentence in state.sentences_of(1):
            assert stored[sentence.start : sentence.end] == sentence.text


def test_in_a_large_corpus_words_that_are_rare_elsewhere_hide_no_others_of_a_document(
    make_corpus, monkeypatch
):
    monkeypatch.setattr("index.search.local.lexical._LARGE", 5)
    corpus = make_corpus()
    corpus.add_text("Alpha is rare.", name="rare")
    corpus.add_text(" ".join(f"Beta is common {n}." for n in range(20)), name="common")
    corpus.add_text("Alpha is here too. Beta also.", name="both")

    for name, count in (("common", 10), ("both", 2), ("rare", 1)):
        with corpus.snapshot() as state:
            ids = state.find_documents([name])
        assert (
            len(found(corpus, "alpha beta", weights=LEXICAL, limit=10, document_ids=ids)) == count
        )


def test_a_word_that_only_removed_sentences_hold_hides_no_others(corpus, monkeypatch):
    monkeypatch.setattr("index.search.local.lexical._LARGE", 5)
    corpus.add_text("Alpha is rare.", name="rare")
    corpus.add_text(" ".join(f"Beta is common {n}." for n in range(20)), name="common")
    corpus.remove(["rare"])

    assert len(found(corpus, "alpha beta", weights=LEXICAL)) == 5
