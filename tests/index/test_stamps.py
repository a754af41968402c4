"""Whether a file is read again: told by the very bytes that its text was made from."""

import os

import pytest

from index import Corpus
from index.documents import Block, LoadedFile, Span
from index.loading.process import Parsed
from ui.cli.terminal import show_outcomes

OLD, NEW = "Apples are red. Pears are green.", "Apples are red. Pears are white."


def stored(corpus: Corpus) -> list[str]:
    with corpus.snapshot() as state:
        return [state.text(document.id) for document in state.documents()]


def halves(text: str, title: str, _: str) -> Parsed:
    """Cut a text of 32 characters into two that are no sentences."""
    file = LoadedFile(text, title, "text", blocks=(Block("paragraph", 0, 32),))
    return Parsed(file, [Span(0, 12, 0), Span(12, 32, 0)])


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "fruit.txt"
    path.write_text(OLD)
    return path


def test_a_save_while_a_file_is_read_that_is_undone_later_is_noticed(corpus, file, monkeypatch):
    from index.loading.process import parse_file

    def saved_meanwhile(path, **_):
        path.write_text(NEW)
        parsed = parse_file(path)
        path.write_text(OLD)
        return parsed

    with monkeypatch.context() as patch:
        patch.setattr("index.changing.reading.parse_file", saved_meanwhile)
        corpus.add([file])
    assert stored(corpus) == [NEW]

    assert corpus.add([file])[0].status == "updated"
    assert stored(corpus) == [OLD]
    assert corpus.add([file])[0].status == "unchanged"


def test_a_change_within_the_tick_of_a_clock_and_of_the_same_size_is_noticed(corpus, file):
    corpus.add([file])
    times = file.stat()
    file.write_text(NEW)
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert file.stat().st_size == times.st_size

    assert corpus.add([file])[0].status == "updated"
    assert stored(corpus) == [NEW]


def test_a_document_mended_from_its_file_is_not_taken_for_what_the_file_was(corpus, file):
    corpus.add([file])
    with corpus._store.transaction():
        corpus._store.connection.execute("UPDATE text_part SET text = 'lost'")
    file.write_text(NEW)
    assert corpus.repair() == []
    file.write_text(OLD)

    assert corpus.add([file])[0].status == "updated"
    assert stored(corpus) == [OLD]


def test_what_an_earlier_version_read_is_read_again_and_told(
    corpus, file, tmp_path, monkeypatch, capsys
):
    gone = tmp_path / "gone.txt"
    gone.write_text("Figs are sweet. Nuts are hard.")
    corpus.add([file, gone])
    corpus.add_text(OLD, name="memo")
    gone.unlink()
    monkeypatch.setattr("index.changing.reading._EXTRACTION", "later")
    monkeypatch.setattr("index.changing.reading.parse_text", halves)
    from index.loading.process import Parsed, parse_file

    def cut_anew(path, **_):
        parsed = parse_file(path)
        return Parsed(parsed.file, halves(parsed.file.text, "", "").spans, parsed.sha256)

    monkeypatch.setattr("index.changing.reading.parse_file", cut_anew)
    outcomes = [*corpus.add([file]), corpus.add_text(OLD, name="memo")]
    show_outcomes(outcomes)

    assert [outcome.status for outcome in outcomes] == ["updated", "updated"]
    assert "2 documents: read again, for this version" in " ".join(capsys.readouterr().out.split())
    with corpus.snapshot() as state:
        texts = {
            document.name: [sentence.text for sentence in state.sentences_of(document.id)]
            for document in state.documents()
        }
    assert texts["fruit.txt"] == texts["memo"] == [OLD[:12], OLD[12:]]
    assert texts["gone.txt"] == ["Figs are sweet.", "Nuts are hard."], "what is gone stays"
    again = [*corpus.add([file]), corpus.add_text(OLD, name="memo")]
    assert [(outcome.status, outcome.reason) for outcome in again] == [("unchanged", "")] * 2
    assert corpus.check() == []


def test_a_new_version_that_makes_the_same_of_a_file_changes_nothing(
    corpus, file, encoder, monkeypatch
):
    corpus.add([file])
    before, encoded = corpus.documents(), list(encoder.encoded)
    monkeypatch.setattr("index.changing.reading._EXTRACTION", "later")

    (outcome,) = corpus.add([file])

    assert (outcome.status, outcome.reason[:10]) == ("unchanged", "read again")
    assert corpus.documents() == before
    assert encoder.encoded == encoded


def test_texts_kept_by_the_first_version_are_not_taken_for_changed(corpus, monkeypatch):
    monkeypatch.setattr("index.changing.reading._EXTRACTION", "1")
    outcome = corpus.add_text(OLD, name="memo")
    with corpus._store.transaction():
        corpus._store.set_stamp("memo", f"text:{outcome.document.sha256}")

    again = corpus.add_text(OLD, name="memo")

    assert (again.status, again.reason) == ("unchanged", "")
