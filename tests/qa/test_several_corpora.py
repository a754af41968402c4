"""Corpora that are asked together: one answer, each passage with the corpus that it is from."""

import pytest

from index import AmbiguousDocument, BadSetting, Corpus, UnknownDocument
from qa import Filter, ask, ask_batch, check, names_of, retrieve, verify


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
    with pytest.raises(BadSetting, match="give 1 to 20"):
        retrieve("cat", corpus=[])
    (passage,) = retrieve("cat", 1, two[1], reader="none")
    assert passage.corpus == ""
    with pytest.raises(BadSetting, match="those given are work/notes, home/notes"):
        verify(passage, two)


def sources(passages) -> set[tuple[str, str]]:
    return {(passage.corpus, passage.document.name) for passage in passages}


def test_documents_are_chosen_in_several_by_their_name_or_with_their_corpus(two):
    for chosen, expected in (
        (["flat"], {("home/notes", "flat")}),
        (["office", "fruit"], {("work/notes", "office"), ("home/notes", "fruit")}),
        (["home/notes/fruit"], {("home/notes", "fruit")}),
        (["home/notes/id:1", "home/notes/2"], {("home/notes", "flat"), ("home/notes", "fruit")}),
        (["work/notes/1", "work/notes/office", "office"], {("work/notes", "office")}),
    ):
        asked = {"corpus": two, "documents": chosen, "reader": "none"}
        answer = ask("printer cat apples", **asked)
        assert sources(answer.passages) == expected
        assert answer.documents == len(expected)
        assert sources(retrieve("printer cat apples", **asked)) == expected
        assert ask_batch(["printer cat apples"], **asked) == [answer]
    (apples,) = check("Apples are red.", corpus=two, documents=["fruit"], reader="none").sentences
    assert sources(apples.passages) == {("home/notes", "fruit")}
    assert ask("cat", corpus=two, documents=[]).passages == ()
    assert ask("Which documents are there?", corpus=two, documents=["flat"]).documents == 1
    called = {"Büro": two[0], "zu Hause": two[1]}
    found = retrieve("cat", 5, called, ["zu Hause/flat"], reader="none")
    assert sources(found) == {("zu Hause", "flat")}


def test_an_id_is_of_no_corpus_by_itself_and_is_refused_with_what_to_write(two):
    for key, written in ((1, "id:1"), ("1", "1"), ("id:2", "id:2"), ("2024", "2024")):
        with pytest.raises(BadSetting, match=f"'work/notes/{written}'.*are work/notes, home/note"):
            ask("cat", corpus=two, documents=[key])
    assert ask("cat", corpus=[two[1]], documents=[1], reader="none").documents == 1


def test_what_no_corpus_has_or_several_have_is_said_and_nothing_is_searched_instead(two):
    two[0].add_text("Apples are green.", name="fruit", title="Fruit of the office")
    for key in ("nope", "work/notes/flat", "home/flat", "work/notes/id:9", "", "/", "\udcff"):
        with pytest.raises(UnknownDocument, match="None of the corpora work/notes, home/notes"):
            retrieve("cat", corpus=two, documents=["office", key])
    with pytest.raises(AmbiguousDocument) as refused:
        ask("apples", corpus=two, documents=["fruit"])
    for told in (
        "'fruit' may be any of 2 documents",
        "work/notes/id:2 'Fruit of the office'; home/notes/id:2 'Fruit'",
        "such as 'work/notes/id:2'",
    ):
        assert told in str(refused.value)
    with pytest.raises(TypeError, match="documents must be a list"):
        ask("apples", corpus=two, documents="fruit")
    with pytest.raises(TypeError, match=r"documents\[0\]"):
        ask("apples", corpus=two, documents=[None])


def test_a_document_whose_name_begins_as_a_corpus_is_called_is_found_or_asked_back_for(two):
    two[0].add_text("Apples are sour.", name="home/notes/fruit", title="Sour")
    with pytest.raises(AmbiguousDocument, match="work/notes/id:2 'Sour'; home/notes/id:2"):
        retrieve("apples", corpus=two, documents=["home/notes/fruit"])
    (sour,) = retrieve("apples", corpus=two, documents=["work/notes/home/notes/fruit"])
    assert sour.text == "Apples are sour."


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
