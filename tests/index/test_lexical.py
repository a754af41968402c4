import json
import shutil
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tantivy import Index, SchemaBuilder

from index import LEXICAL, Corpus, CorpusLocked
from index.documents import Sentence
from index.search.entries import SENTENCE, WINDOW, entries
from index.search.local.lexical import LexicalIndex
from index.search.local.lexical_files import LexicalFiles
from index.store.files import file_sha256

TEXTS = (
    "Mr Guaido was recognised by the United States.",
    "Canada followed.",
    "The U.S. said no.",
    "Nothing else happened in the centre of town.",
    "Zebras graze.",
    "A second document about Canada.",
)


def sentence(number: int) -> Sentence:
    document = 1 if number < 6 else 2
    return Sentence(number, document, number, 0, 0, 1, TEXTS[number - 1])


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    made = LexicalIndex(tmp_path / "lexical", FileLock(tmp_path / "lock"))
    with made.writing() as writer:
        writer.add(entries([sentence(number) for number in range(1, 6)]))
        writer.add(entries([sentence(6)]))
        writer.commit("first")
    return made


def search(index: LexicalIndex, question: str) -> list[int]:
    searcher = index.searcher("first")
    assert searcher is not None
    return list(searcher.search(question, 10, SENTENCE))


def test_a_sentence_with_more_of_the_words_comes_first(index):
    assert search(index, "second document about Canada")[0] == 6


def test_in_a_large_index_words_that_most_sentences_hold_are_left_out(tmp_path, monkeypatch):
    names = ("amber", "beige", "coral", "denim", "ebony", "flax")
    made = LexicalIndex(tmp_path / "large", FileLock(tmp_path / "other-lock"))
    with made.writing() as writer:
        texts = [f"The colour is {name}." for name in names]
        found = [Sentence(n, n, 1, 0, 0, 1, text) for n, text in enumerate(texts, 1)]
        for one in found:
            writer.add(entries([one]))
        writer.commit("first")
    assert search(made, "Is the colour coral?") == [3, 1, 2, 4, 5, 6]

    monkeypatch.setattr("index.search.local.lexical._LARGE", 5)

    assert search(made, "Is the colour coral?") == [3]
    assert search(made, "What is the colour?") == [1, 2, 3, 4, 5, 6], "there are no others"


def test_in_a_large_index_the_rarest_words_are_looked_for_until_half_of_it_would_be(
    tmp_path, monkeypatch
):
    made = LexicalIndex(tmp_path / "large", FileLock(tmp_path / "other-lock"))
    texts = ["A red one."] * 2 + ["A green one."] * 3 + ["A blue one."] * 4 + ["None."]
    with made.writing() as writer:
        for number, text in enumerate(texts, 1):
            writer.add(entries([Sentence(number, number, 1, 0, 0, 1, text)]))
        writer.commit("first")
    assert sorted(search(made, "blue, green or red")) == [1, 2, 3, 4, 5, 6, 7, 8, 9]

    monkeypatch.setattr("index.search.local.lexical._LARGE", 5)

    assert sorted(search(made, "blue, green or red")) == [1, 2, 3, 4, 5]

    monkeypatch.setattr("index.search.local.lexical._MOST", 4)

    assert sorted(search(made, "blue, green or red")) == [1, 2]


def test_files_that_are_merged_while_the_list_of_them_is_written_are_no_failure(
    tmp_path, monkeypatch
):
    def meta(segment: str) -> str:
        return json.dumps({"segments": [{"segment_id": segment, "deletes": {"opstamp": 7}}]})

    for name in ("old.store", "old.7.del"):
        (tmp_path / name).write_text("old")
    (tmp_path / "meta.json").write_text(meta("old"))

    def merge_meanwhile(path) -> str:
        if (tmp_path / "old.7.del").exists():
            (tmp_path / "new.store").write_text("new")
            (tmp_path / "meta.json").write_text(meta("new"))
            (tmp_path / "old.7.del").unlink()
            (tmp_path / "old.store").unlink()
        return file_sha256(path)

    monkeypatch.setattr("index.search.local.lexical_files.file_sha256", merge_meanwhile)
    (tmp_path / ".managed.json").write_text("[]")
    LexicalFiles(tmp_path).record()

    assert list(json.loads((tmp_path / "sha256.json").read_text())) == ["new.store", "meta.json"]
    assert LexicalFiles(tmp_path).intact()


def test_a_file_that_is_missing_for_good_is_an_error_of_the_disk(tmp_path):
    (tmp_path / "meta.json").write_text('{"segments": [{"segment_id": "a", "deletes": null}]}')
    (tmp_path / "a.store").symlink_to(tmp_path / "gone")

    with pytest.raises(FileNotFoundError):
        LexicalFiles(tmp_path).record()


def test_what_is_removed_is_not_found(index):
    with index.writing() as writer:
        writer.remove([2])
        writer.commit("first")

    assert search(index, "Canada") == [6]


def test_uncommitted_changes_are_dropped(index):
    with index.writing() as writer:
        writer.clear()

    assert search(index, "Canada") == [2, 6]


def test_only_the_recorded_generations_are_covered(index):
    with index.writing() as writer:
        writer.commit("first", "second")
    assert index.searcher("first")
    assert index.searcher("second")
    assert index.searcher("third") is None


def test_a_damaged_index_is_replaced_by_an_empty_one(tmp_path, index):
    del index
    for file in (tmp_path / "lexical").iterdir():
        file.write_bytes(b"damaged")

    again = LexicalIndex(tmp_path / "lexical", FileLock(tmp_path / "lock"))

    assert again.searcher("first") is None


def test_what_a_killed_writer_left_behind_is_not_in_the_way(tmp_path, index):
    folder = tmp_path / "lexical"
    segments = {path.name.partition(".")[0] for path in folder.glob("*.term")}
    for name in segments:
        for stamp in range(200):
            (folder / f"{name}.{stamp}.del").touch(exist_ok=True)

    with index.writing() as writer:
        writer.remove([1])
        writer.commit("next")

    assert index.searcher("next").count == 5


def test_an_index_that_a_writer_is_at_work_on_is_taken_as_it_is(tmp_path, index):
    with index.writing() as writer:
        writer.commit("first")
    (tmp_path / "lexical" / "sha256.json").unlink()

    with FileLock(tmp_path / "lock"):
        opened = LexicalIndex(tmp_path / "lexical", FileLock(tmp_path / "lock"))

    assert opened.searcher("first")


def made_by_an_earlier_version(folder: Path, tokenizer: str = "english") -> None:
    """Make an index without words as they are written; at first tantivy stemmed them itself."""
    folder.mkdir()
    builder = SchemaBuilder().add_integer_field("id", indexed=True, fast=True)
    builder = builder.add_integer_field("document", indexed=True)
    builder = builder.add_text_field("covers", True, tokenizer_name="raw", index_option="basic")
    for field in (SENTENCE, WINDOW):
        builder = builder.add_text_field(field, tokenizer_name=tokenizer, index_option="freq")
    writer = Index(builder.build(), path=str(folder)).writer()
    writer.commit()
    writer.wait_merging_threads()
    LexicalFiles(folder).record()


@pytest.mark.parametrize("tokenizer", ["english", "whitespace"])
def test_an_index_of_an_earlier_version_is_made_anew_and_that_is_said(
    tmp_path, make_encoder, caplog, tokenizer
):
    with Corpus(tmp_path, create=True, encoder=make_encoder()) as corpus:
        corpus.add_text("Die Häuser stehen am Fluss, und sie sind alt.", name="a")
    shutil.rmtree(tmp_path / "lexical")
    made_by_an_earlier_version(tmp_path / "lexical", tokenizer)

    for times in (1, 0):
        caplog.clear()
        with Corpus(tmp_path, encoder=make_encoder()) as corpus:
            with corpus.snapshot() as state:
                assert state.search("Haus", limit=1, weights=LEXICAL)
            assert corpus.check() == []
        assert caplog.text.count("An earlier version made the index of words") == times


def test_an_index_that_an_earlier_version_is_writing_to_is_left_to_it(tmp_path, monkeypatch):
    monkeypatch.setattr("index.search.local.lexical_files._PATIENCE", 0.1)
    made_by_an_earlier_version(tmp_path / "lexical")

    with (
        FileLock(tmp_path / "lock"),
        pytest.raises(CorpusLocked, match="earlier version of Verbatim is writing"),
    ):
        LexicalIndex(tmp_path / "lexical", FileLock(tmp_path / "lock"))

    assert LexicalIndex(tmp_path / "lexical", FileLock(tmp_path / "lock")).searcher("x") is None


FOLDER = {
    "a.txt": "The houses near the river were built by the council in 1912.",
    "b.txt": "Die Häuser am Fluss wurden von der Stadt gebaut, und sie sind sehr alt.",
    "c.txt": "Las organizaciones de la ciudad construyeron los puentes hace muchos años.",
    "d.txt": "市议会于去年在河边建造了这些房屋，并且修复了桥梁。",
    "e.txt": "市議会は去年、川のそばに図書館を建てました。",
    "f.txt": "Совет города построил эти библиотеки у реки много лет назад.",
    "g.txt": "Belediye nehir kıyısındaki kütüphaneleri geçen yıl inşa etti.",
}


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("house", "a.txt"),
        ("Haus", "b.txt"),
        ("Stadthaus oder Haus", "b.txt"),
        ("organizacion", "c.txt"),
        ("puente", "c.txt"),
        ("桥梁在哪里", "d.txt"),
        ("図書館はどこですか", "e.txt"),
        ("библиотека", "f.txt"),
        ("KÜTÜPHANE", "g.txt"),
        ("１９１２", "a.txt"),
    ],
)
def test_in_a_folder_of_many_languages_each_is_found_without_a_setting(
    tmp_path, make_encoder, question, name
):
    folder = tmp_path / "documents"
    folder.mkdir()
    for file, text in FOLDER.items():
        (folder / file).write_text(text, encoding="utf-8")
    with Corpus(tmp_path / "corpus", create=True, encoder=make_encoder()) as corpus:
        corpus.add([folder])
        with corpus.snapshot() as state:
            hits = state.search(question, limit=1, weights=LEXICAL)
            found = state.sentences([hit.sentence_id for hit in hits])
            assert [state.document(s.document_id).name for s in found.values()] == [name]


def test_what_holds_the_code_of_the_question_just_so_comes_first(corpus):
    corpus.add_text(
        "Part R123 of 78 fits part 78. Part R123-78 fits the pump of the long grey machine there. "
        "Parts 78 and R123 fit.",
        name="parts",
    )
    with corpus.snapshot() as state:
        (hit,) = state.search("part R123-78", limit=1, weights=LEXICAL)
        assert "R123-78" in state.sentences([hit.sentence_id])[hit.sentence_id].text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text())
def test_any_text_is_a_legal_question(index, question):
    question = question.encode("utf-8", "replace").decode()

    assert set(search(index, question)) <= set(range(1, 7))
