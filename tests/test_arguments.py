"""A text where a list is meant, a document that several names fit: refused, with what to write."""

import re
from collections.abc import Mapping
from itertools import chain
from pathlib import Path

import numpy as np
import pytest

import index
from index import (
    AmbiguousDocument,
    BadSetting,
    Corpus,
    NamedText,
    RetrievalError,
    UnknownDocument,
)
from qa import (
    Exchange,
    JudgedQuestion,
    ask,
    ask_batch,
    evaluate,
    feedback_on,
    feedback_questions,
    load_models,
    open_corpus,
    overview,
    read_questions,
    retrieve,
    suggest,
    surroundings,
    verify,
)

NO_LISTS = ("notes.txt", b"notes.txt", Path("notes.txt"), 7, {"notes.txt": 1}, None)


@pytest.fixture
def fruit(corpus) -> Corpus:
    corpus.add_texts([NamedText("a", "Apples are red."), NamedText("b", "Pears are green.")])
    return corpus


def refusing(call, name: str) -> str:
    with pytest.raises(TypeError) as refused:
        call()
    assert str(refused.value).startswith(f"{name} must be a list, not a single ")
    return str(refused.value)


@pytest.mark.parametrize("given", NO_LISTS, ids=repr)
def test_what_is_no_list_is_refused_wherever_one_is_meant(fruit, given):
    before = fruit.documents()
    with fruit.snapshot() as state:
        if given is not None:
            refusing(lambda: state.search("x", limit=1, document_ids=given), "document_ids")
            refusing(lambda: retrieve("pears", corpus=fruit, documents=given), "documents")
            refusing(lambda: ask("pears", corpus=fruit, documents=given), "documents")
            refusing(lambda: ask_batch(["p"], corpus=fruit, documents=given), "documents")
            refusing(lambda: ask("pears", given, corpus=fruit), "history")
        refusing(lambda: state.find_documents(given), "documents")
        refusing(lambda: state.sentences(given), "ids")
    refusing(lambda: fruit.add(given), "paths")
    refusing(lambda: fruit.add_texts(given), "texts")
    refusing(lambda: fruit.remove(given), "documents")
    refusing(lambda: ask_batch(given, corpus=fruit), "questions")
    refusing(lambda: evaluate(given, fruit), "judged")
    refusing(lambda: feedback_questions(given), "feedback")
    refusing(lambda: suggest(given), "texts")

    assert fruit.documents() == before


def test_the_refusal_says_what_to_write(fruit):
    assert "write ['notes.txt']" in refusing(lambda: fruit.add("notes.txt"), "paths")
    assert "write [1]" in refusing(lambda: fruit.remove(1), "documents")


def test_a_folder_named_in_characters_is_never_read(fruit, tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "secret.txt").write_text("Nobody asked for this.")
    monkeypatch.chdir(tmp_path / "here")

    for given in (".", "notes.txt", ""):
        with pytest.raises(TypeError):
            fruit.add(given)
    for given in ([""], ["b", ""]):
        with pytest.raises(BadSetting, match="is empty"):
            fruit.add(given)

    assert [document.name for document in fruit.documents()] == ["a", "b"]


@pytest.mark.parametrize("kind", [list, tuple, set, frozenset, iter, dict.fromkeys])
def test_any_collection_or_generator_does_where_the_order_does_not_matter(fruit, kind):
    given = kind(["b"])
    if isinstance(given, Mapping):
        given = given.keys()

    answer = ask("fruit", corpus=fruit, documents=given)

    assert {passage.document.name for passage in answer.passages} == {"b"}
    assert answer.documents == 1
    assert len(ask_batch(["fruit", "pears"], corpus=fruit, documents=iter(["b"]))[1].passages) == 1


def test_a_set_is_refused_where_the_order_matters(fruit):
    for call in (
        lambda: ask("fruit", {"a", "b"}, corpus=fruit),
        lambda: ask_batch({"a", "b"}, corpus=fruit),
        lambda: fruit.add_texts({NamedText("c", "d")}),
    ):
        with pytest.raises(TypeError, match="order"):
            call()


def test_a_part_of_the_wrong_kind_is_named(fruit, tmp_path):
    passage = retrieve("pears", corpus=fruit)[0]
    for call, words in (
        (lambda: fruit.add([3]), r"paths\[0\] is 3 \(int\); it must be str or Path or NamedFile"),
        (lambda: fruit.remove(["a", 1.5]), r"documents\[1\] is 1.5"),
        (lambda: fruit.remove([True]), r"documents\[0\] is True"),
        (lambda: fruit.add_texts(["a text"]), r"texts\[0\] is 'a text' \(str\); .* NamedText"),
        (lambda: fruit.add_texts([NamedText("n", b"bytes")]), "The text is b'bytes'"),
        (lambda: fruit.add_text(Path("notes.txt"), name="n"), "The text is "),
        (lambda: ask(["pears"], corpus=fruit), "question is "),
        (lambda: ask_batch(["pears", 3], corpus=fruit), r"questions\[1\] is 3"),
        (lambda: retrieve(3, corpus=fruit), "question is 3"),
        (lambda: retrieve("pears", "5", corpus=fruit), "k is '5'"),
        (lambda: retrieve("pears", 2.5, corpus=fruit), "k is 2.5"),
        (lambda: evaluate(["pears"], fruit), r"judged\[0\] is 'pears'"),
        (lambda: verify([passage], fruit), "passage is "),
        (lambda: feedback_on(passage, "up", key="1"), "answer is "),
        (lambda: open_corpus(b"folder"), "corpus is b'folder'"),
        (lambda: Corpus(3), "folder is 3"),
    ):
        with pytest.raises(TypeError, match=words):
            call()

    assert [document.name for document in fruit.documents()] == ["a", "b"]
    assert evaluate(iter([JudgedQuestion("pears")]), fruit).outcomes


def test_an_empty_path_is_not_the_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for call in (
        lambda: Corpus("", create=True),
        lambda: Corpus.exists(""),
        lambda: open_corpus(""),
        lambda: index.backup("", "copy"),
        lambda: index.restore("copy", ""),
        lambda: index.load(""),
        lambda: read_questions(""),
    ):
        with pytest.raises(BadSetting, match="is empty"):
            call()
    assert list(tmp_path.iterdir()) == []


def test_a_text_that_is_an_id_and_a_name_removes_neither(fruit):
    fruit.add_text("Plums are blue.", name="1", title="Plums")

    with pytest.raises(AmbiguousDocument) as refused:
        fruit.remove(["1"])

    assert "id:1 'Apples are red.' (a, 1 sentence, added " in str(refused.value)
    assert "id:3 'Plums' (1, 1 sentence, added " in str(refused.value)
    assert "Choose one by its id, such as id:1" in str(refused.value)
    assert len(fruit.documents()) == 3
    assert fruit.remove(["id:1"]) == [1]
    assert fruit.remove([3]) == [3]


def test_of_documents_of_one_name_or_title_none_is_taken_for_another(corpus, tmp_path):
    for number in range(12):
        path = tmp_path / str(number) / "README.md"
        path.parent.mkdir()
        path.write_text(f"# Project\n\nThis is project {number}.")
    corpus.add([tmp_path / str(number) for number in range(12)])

    for key in ("README.md", "Project"):
        for call in (
            lambda key=key: corpus.remove([key]),
            lambda key=key: retrieve("project", corpus=corpus, documents=[key]),
            lambda key=key: ask("project", corpus=corpus, documents=[key]),
        ):
            with pytest.raises(AmbiguousDocument, match="any of 12 documents") as refused:
                call()
            assert "and 2 more" in str(refused.value)
            assert str(tmp_path) not in str(refused.value), "the message is shown to others too"

    source = str(tmp_path / "7" / "README.md")
    found = retrieve("which project", 5, corpus, [source])
    assert len({passage.document.id for passage in found}) == 1
    assert ask("project", corpus=corpus, documents=[1, "id:1", source]).documents == 2
    with pytest.raises(UnknownDocument):
        corpus.remove(["id:99"])


WRONG = (
    None,
    True,
    7,
    2.5,
    b"bytes",
    Path("notes.txt"),
    ["a list"],
    {"a": "dict"},
    object(),
    np.int64(3),
    np.float32(0.5),
    np.array([1, 2]),
    np.str_("numpy"),
)


def calls(fruit):
    """Each public function of questions, with one argument left open."""
    passage = retrieve("pears", corpus=fruit)[0]
    answer = ask("pears", corpus=fruit)
    for name in ("k", "documents", "mode", "reader", "where", "min_confidence", "corpus"):
        for function in (ask, retrieve):
            yield (
                f"{function.__name__} {name}",
                lambda value, function=function, name=name: function(
                    "pears", **{"corpus": fruit, name: value}
                ),
            )
        yield (
            f"ask_batch {name}",
            lambda value, name=name: ask_batch(["pears"], **{"corpus": fruit, name: value}),
        )
    yield "ask question", lambda value: ask(value, corpus=fruit)
    yield "ask history", lambda value: ask("pears", value, corpus=fruit)
    yield "ask history of", lambda value: ask("and pears?", [value], corpus=fruit)
    yield "ask as_typed", lambda value: ask("pears", corpus=fruit, as_typed=value)
    yield "exchange", lambda value: ask("and it?", [Exchange(value, "x", "y")], corpus=fruit)
    yield "exchange answer", lambda value: ask("and it?", [Exchange("x", value)], corpus=fruit)
    yield "exchange title", lambda value: ask("and it?", [Exchange("x", "y", value)], corpus=fruit)
    yield "retrieve question", lambda value: retrieve(value, corpus=fruit)
    yield "ask_batch questions", lambda value: ask_batch(value, corpus=fruit)
    yield "overview", lambda value: overview(value, fruit)
    yield "overview corpus", lambda value: overview("a", value)
    yield "open_corpus", open_corpus
    yield "verify", lambda value: verify(value, fruit)
    yield "verify corpus", lambda value: verify(passage, value)
    yield "surroundings", lambda value: surroundings(value, 1, fruit)
    yield "surroundings sentences", lambda value: surroundings(passage, value, fruit)
    yield "surroundings corpus", lambda value: surroundings(passage, 1, value)
    yield "suggest", suggest
    yield "suggest texts", lambda value: suggest([value])
    yield "suggest known", lambda value: suggest(["A text."], known=value)
    yield "suggest count", lambda value: suggest(["A text."], count=value)
    yield "feedback_on", lambda value: feedback_on(value, "up", key="k")
    yield (
        "feedback_on verdict",
        lambda value: fruit.add_feedback(feedback_on(answer, value, key="k")),
    )
    yield "feedback_on key", lambda value: fruit.add_feedback(feedback_on(answer, "up", key=value))
    yield (
        "feedback_on asked",
        lambda value: fruit.add_feedback(feedback_on(answer, "up", key="k", asked=value)),
    )
    yield "add_feedback", fruit.add_feedback
    yield "evaluate", lambda value: evaluate(value, fruit)
    yield "read_questions", read_questions
    yield "load_models", load_models


def calls_of_index(fruit):
    """Each public function of documents and searches, with one argument left open."""
    yield "corpus folder", Corpus
    yield "corpus add", fruit.add
    yield "corpus add one", lambda value: fruit.add([value])
    yield "corpus remove", fruit.remove
    yield "corpus add_text", lambda value: fruit.add_text(value, name="n")
    yield "corpus add_text name", lambda value: fruit.add_text("text", name=value)
    yield "corpus add_text title", lambda value: fruit.add_text("text", name="n", title=value)
    yield "filter", lambda value: index.Filter(types=value)
    yield "filter after", lambda value: index.Filter(after=value)
    yield "index.load", index.load
    yield "index.backup", lambda value: index.backup(value, "copy")
    yield "index.page_picture", lambda value: index.page_picture(fruit, value, 1)
    with fruit.snapshot() as state:
        yield "search", lambda value: state.search(value, limit=1)
        yield "search limit", lambda value: state.search("pears", limit=value)
        yield "find_documents", state.find_documents
        yield "sentences", state.sentences
        yield "document", state.document
        yield "text", state.text


def test_no_wrong_type_ends_in_an_error_of_somebody_else(fruit, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    strange = []
    for name, call in chain(calls(fruit), calls_of_index(fruit)):
        for value in WRONG:
            try:
                call(value)
            except RetrievalError:
                pass
            except TypeError as error:
                if not re.search(r"must be|is no |is \S.* \(\w+\);", str(error)):
                    strange.append(f"{name} {value!r}: {error}")
            except Exception as error:  # noqa: BLE001 - any other is what is looked for
                strange.append(f"{name} {value!r}: {type(error).__name__}: {error}")

    assert not strange, "\n".join(strange)


def test_the_refusal_says_how_to_make_what_is_wanted_of_what_was_given(fruit):
    for call, words in (
        (lambda: ask(b"pears", corpus=fruit), r"decode\("),
        (lambda: ask(Path("pears"), corpus=fruit), r"write str\(\.\.\.\)"),
        (lambda: ask("pears", corpus=fruit, documents=[Path("a")]), r"write str\(\.\.\.\)"),
        (lambda: ask("pears", k=np.int64(3), corpus=fruit), r"int\(\.\.\.\)"),
        (lambda: retrieve("pears", True, fruit), r"k is True \(bool\); it must be int"),
        (lambda: retrieve("pears", 3.0, fruit), r"k is 3\.0 \(float\); it must be int"),
        (lambda: retrieve("pears", corpus=fruit, documents="a"), r"write \['a'\]"),
        (lambda: retrieve("pears", corpus=7), "corpus is 7"),
        (lambda: retrieve("pears", corpus=b"folder"), "corpus is b'folder'"),
    ):
        with pytest.raises(TypeError, match=words):
            call()
