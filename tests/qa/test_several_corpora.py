"""Corpora that are asked together: one answer, each passage with the corpus that it is from."""

import pytest

from index import BadSetting, Corpus
from qa import Filter, ask, ask_batch, retrieve, verify


@pytest.fixture
def two(tmp_path, encoder):
    with (
        Corpus(tmp_path / "work" / "notes", create=True, encoder=encoder) as work,
        Corpus(tmp_path / "home" / "notes", create=True, encoder=encoder) as home,
    ):
        work.add_text("The printer of the office is on the third floor.", name="office")
        home.add_text("The cat sleeps on the sofa. The printer is broken.", name="flat")
        home.add_text("Apples are red.", name="fruit")
        yield [work, home]


@pytest.mark.parametrize("reader", ["none", "shipped"])
def test_the_best_passages_of_all_come_first_and_say_where_they_are_from(two, reader):
    answer = ask("Where does the cat sleep?", corpus=two, reader=reader)

    assert answer.passages[0].text.startswith("The cat sleeps on the sofa.")
    assert answer.passages[0].corpus == "notes (2)"
    assert {passage.corpus for passage in answer.passages} == {"notes", "notes (2)"}
    assert answer.documents == 3
    for passage in answer.passages:
        assert verify(passage, two)
    passages = retrieve("Where is the printer of the office?", 1, two, reader=reader)
    assert [passage.corpus for passage in passages] == ["notes"]


def test_folders_serve_as_well_as_open_corpora_and_a_batch_as_well_as_a_question(two):
    folders = [corpus.folder for corpus in two]
    (cat, office) = ask_batch(["cat sofa", "office floor"], corpus=two, reader="none")

    assert cat.passages[0].corpus == "notes (2)"
    assert office.passages[0].corpus == "notes"
    with pytest.raises(BadSetting, match="given twice"):
        ask("cat", corpus=[folders[0], str(folders[0])])


def test_a_question_is_limited_in_each_of_them(two):
    found = retrieve("printer file:office", 5, two, reader="none")
    assert {passage.corpus for passage in found} == {"notes"}
    where = Filter(phrases=["printer"], without=["broken"])
    assert len(retrieve("printer", 5, two, reader="none", where=where)) == 1
    nothing = ask('"no such words"', corpus=two, reader="none")
    assert (nothing.kind, nothing.passages) == ("none", ())
    assert "no such words" in nothing.message


def test_what_can_not_be_asked_of_several_is_refused(two):
    with pytest.raises(BadSetting, match="Documents are chosen in one corpus"):
        ask("cat", corpus=two, documents=[1])
    with pytest.raises(BadSetting, match="give 1 to 20"):
        retrieve("cat", corpus=[])
    (passage,) = retrieve("cat", 1, two[1], reader="none")
    assert passage.corpus == ""
    with pytest.raises(BadSetting, match="those given are notes, notes"):
        verify(passage, two)
