"""Corpora that are asked together: one answer, each passage with the corpus that it is from."""

import pytest

from index import BadSetting, Corpus
from qa import Filter, ask, ask_batch, names_of, retrieve, verify


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
    assert answer.passages[0].corpus == "home/notes"
    assert {passage.corpus for passage in answer.passages} == {"work/notes", "home/notes"}
    assert answer.documents == 3
    for passage in answer.passages:
        assert verify(passage, two)
    passages = retrieve("Where is the printer of the office?", 1, two, reader=reader)
    assert [passage.corpus for passage in passages] == ["work/notes"]


def test_folders_serve_as_well_as_open_corpora_and_a_batch_as_well_as_a_question(two):
    folders = [corpus.folder for corpus in two]
    (cat, office) = ask_batch(["cat sofa", "office floor"], corpus=two, reader="none")

    assert cat.passages[0].corpus == "home/notes"
    assert office.passages[0].corpus == "work/notes"
    with pytest.raises(BadSetting, match="given twice"):
        ask("cat", corpus=[folders[0], str(folders[0])])


def test_a_question_is_limited_in_each_of_them(two):
    found = retrieve("printer file:office", 5, two, reader="none")
    assert {passage.corpus for passage in found} == {"work/notes"}
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
    with pytest.raises(BadSetting, match="those given are work/notes, home/notes"):
        verify(passage, two)


def test_corpora_are_called_as_their_owner_calls_them(two):
    called = {"Büro": two[0], "zu Hause": two[1]}
    answer = ask("Where does the cat sleep?", corpus=called, reader="none")

    assert answer.passages[0].corpus == "zu Hause"
    assert verify(answer.passages[0], called)
    (only,) = retrieve("cat", 1, {"Büro": two[0]}, ["office"], reader="none")
    assert only.corpus == "Büro", "one that has a name says it, and documents can be chosen in it"
    with pytest.raises(BadSetting, match="name of a corpus is empty"):
        ask("cat", corpus={" ": two[0]})
    with pytest.raises(TypeError, match="corpus"):
        ask("cat", corpus={"Büro": 7})


@pytest.mark.parametrize(
    ("folders", "names"),
    [
        (["/a/work", "/a/home"], ["work", "home"]),
        (["/a/notes", "/b/notes", "/b/more"], ["a/notes", "b/notes", "more"]),
        (["/b/notes", "/a/notes"], ["b/notes", "a/notes"]),
        (["/a/x/notes", "/b/x/notes"], ["a/…/notes", "b/…/notes"]),
        (["/a/x/notes", "/b/x/notes", "/a/y/notes"], ["notes", "notes (2)", "notes (3)"]),
        (["/", "/notes\u202e\n\udcff"], ["/", "notes\ufffd\ufffd\ufffd"]),
    ],
)
def test_folders_of_one_name_are_told_apart_whatever_their_order(folders, names):
    assert names_of(folders) == names


def test_what_is_this_about_means_no_document_of_the_same_number_in_another_corpus(two):
    first = ask("Where does the cat sleep?", corpus=two, reader="none")
    assert first.passages[0].document.name == "flat"

    about = ask("What is this document about?", [first], corpus=two, reader="none")
    assert about.kind == "overview"
    assert {passage.document.name for passage in about.passages} == {"flat"}
