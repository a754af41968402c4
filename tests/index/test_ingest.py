import os
from pathlib import Path

import pytest

from index import Corpus, NamedText, Progress

FIRST = "Apples are red. Pears are green.\n\nThe cellar is cold."
CHANGED = "Apples are red. Pears are yellow.\n\nThe cellar is cold."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "files"
    (made / "deep" / "er").mkdir(parents=True)
    (made / "fruit.txt").write_text(FIRST)
    (made / "deep" / "er" / "notes.md").write_text("# Notes\n\nBread *rises* overnight.")
    (made / ".hidden.txt").write_text("Nobody should find this.")
    (made / "picture.heic").write_bytes(b"\0\0\0\x18ftypheic")
    return made


def statuses(outcomes) -> dict[str, str]:
    """Return what became of files by name; not of what is no document, see test_gathering."""
    return {
        Path(outcome.source).name: outcome.status
        for outcome in outcomes
        if outcome.status != "skipped"
    }


def texts(corpus: Corpus) -> list[str]:
    with corpus.snapshot() as state:
        return [s.text for d in state.documents() for s in state.sentences_of(d.id)]


def test_a_folder_is_read_with_its_subfolders(corpus, folder):
    outcomes = corpus.add([folder])

    assert statuses(outcomes) == {"fruit.txt": "added", "notes.md": "added"}
    assert sorted(texts(corpus)) == [
        "Apples are red.",
        "Bread rises overnight.",
        "Notes",
        "Pears are green.",
        "The cellar is cold.",
    ]


def test_adding_the_same_thing_twice_changes_nothing(corpus, folder, encoder):
    corpus.add([folder])
    before, encoded = corpus.documents(), list(encoder.encoded)

    outcomes = corpus.add([folder, folder / "fruit.txt"])

    assert statuses(outcomes) == {"fruit.txt": "unchanged", "notes.md": "unchanged"}
    assert [outcome.document for outcome in outcomes if outcome.document] == before
    assert corpus.documents() == before
    assert encoder.encoded == encoded


def test_only_the_changed_sentences_are_encoded_again(corpus, folder, encoder):
    corpus.add([folder])
    encoder.encoded.clear()
    (folder / "fruit.txt").write_text(CHANGED)

    outcomes = corpus.add([folder])

    assert statuses(outcomes)["fruit.txt"] == "updated"
    assert encoder.encoded == ["Pears are yellow."]
    assert "Pears are green." not in texts(corpus)
    assert corpus.check() == []


def test_a_file_saved_anew_with_the_same_text_is_unchanged(corpus, folder):
    corpus.add([folder])
    (folder / "fruit.txt").write_bytes(FIRST.replace("\n", "\r\n").encode())

    assert statuses(corpus.add([folder]))["fruit.txt"] == "unchanged"


def test_two_files_of_the_same_text_are_two_documents_that_share_vectors(corpus, tmp_path, encoder):
    for name in ("one.txt", "two.txt"):
        (tmp_path / name).write_text(FIRST)

    corpus.add([tmp_path / "one.txt", tmp_path / "two.txt"])

    assert [document.name for document in corpus.documents()] == ["one.txt", "two.txt"]
    assert len(encoder.encoded) == 3
    with corpus.snapshot() as state:
        hits = state.search("Pears are green", limit=2)
        sentences = state.sentences([hit.sentence_id for hit in hits]).values()
        assert {sentence.document_id for sentence in sentences} == {1, 2}
    corpus.remove(["one.txt"])
    assert corpus.check() == []
    assert texts(corpus) == ["Apples are red.", "Pears are green.", "The cellar is cold."]


def test_one_bad_file_does_not_stop_the_rest_and_is_named_with_the_reason(corpus, folder):
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 and nothing more")
    (folder / "empty.txt").write_text(" \n ")

    outcomes = {Path(o.source).name: o for o in corpus.add([folder, folder / "missing.txt"])}

    assert outcomes["fruit.txt"].status == "added"
    for name in ("broken.pdf", "empty.txt", "missing.txt"):
        assert outcomes[name].status == "failed"
        assert name in outcomes[name].reason
    assert {document.name for document in corpus.documents()} == {"fruit.txt", "notes.md"}


def test_a_file_that_became_unreadable_keeps_its_last_good_text(corpus, folder):
    corpus.add([folder])
    (folder / "fruit.txt").write_text("")

    assert statuses(corpus.add([folder]))["fruit.txt"] == "failed"
    assert "Apples are red." in texts(corpus)


def test_a_file_of_unknown_format_named_on_its_own_is_an_error_of_that_file(corpus, folder):
    (outcome,) = corpus.add([folder / "picture.heic"])

    assert outcome.status == "failed"
    assert "PDF" in outcome.reason, "the message lists what can be read"


def test_progress_counts_files_and_sentences(corpus, folder):
    steps: list[Progress] = []

    corpus.add([folder], steps.append)

    assert [(s.done, s.total) for s in steps if s.stage == "reading"] == [(0, 2), (1, 2), (2, 2)]
    assert [(s.done, s.total) for s in steps if s.stage == "encoding"][-1] == (5, 5)


def test_batches_leave_out_and_repeat_nothing(corpus, tmp_path, monkeypatch):
    monkeypatch.setattr("index.changing.ingest._BATCH", 3)
    for number in range(10):
        (tmp_path / f"{number}.txt").write_text(f"Number {number} here. And more of {number}.")

    outcomes = corpus.add([tmp_path / f"{number}.txt" for number in range(10)])

    assert [outcome.status for outcome in outcomes] == ["added"] * 10
    assert len(texts(corpus)) == 20
    assert corpus.check() == []


def test_an_encoder_elsewhere_gets_a_batch_while_the_one_before_it_is_stored(
    tmp_path, make_encoder
):
    began, stored = [], []

    class Elsewhere(make_encoder):
        sentences_at_once = 6

        def begin(self, texts):
            began.append(texts)
            stored.append(len(corpus.documents()))
            return lambda progress: self.encode_documents(texts, progress)

    for number in range(10):
        (tmp_path / f"{number}.txt").write_text(f"Number {number} here. And so on.")
    encoder = Elsewhere()
    with Corpus(tmp_path / "c", create=True, encoder=encoder) as corpus:
        corpus.add([tmp_path / f"{number}.txt" for number in range(10)])

        assert [len(texts) for texts in began] == [4, 3, 3, 1], "`And so on.` is sent once"
        assert stored == [0, 0, 3, 6], "there is always one batch on its way"
        assert sorted(encoder.encoded) == sorted({*encoder.encoded})
        assert len(texts(corpus)) == 20
        assert corpus.check() == []


def test_a_text_added_under_a_name_is_replaced_under_that_name(corpus):
    assert corpus.add_text("Old words.", name="memo").status == "added"
    assert corpus.add_text("Old words.", name="memo").status == "unchanged"
    assert corpus.add_text("New words.", name="memo").status == "updated"
    assert texts(corpus) == ["New words."]


def test_any_unicode_text_can_be_added(corpus):
    hostile = "A\0b \ud800 c\u202e d\U0001f600. Second one.\u2028Third."

    outcome = corpus.add_text(hostile, name="odd")

    assert outcome.status == "added"
    assert corpus.check() == []


def test_of_texts_of_one_name_added_together_the_last_one_stays(corpus):
    stored = corpus.add_text("Old text.", name="b").document
    outcomes = corpus.add_texts(
        [
            NamedText("a", "First text."),
            NamedText("a", "Second text."),
            NamedText("b", "New text."),
            NamedText("b", "Old text."),
        ]
    )

    assert [outcome.status for outcome in outcomes] == ["added", "updated", "updated", "updated"]
    assert sorted(texts(corpus)) == ["Old text.", "Second text."]
    assert stored.id == outcomes[-1].document.id
    assert corpus.check() == []


def test_a_name_that_is_no_utf_8_is_written_out(corpus, folder):
    path = folder / os.fsdecode(b"caf\xe9.txt")
    try:
        path.write_text("Coffee is hot.")
    except OSError:
        pytest.skip("This file system keeps to UTF-8")

    outcomes = corpus.add([folder])

    assert statuses(outcomes)["caf\\udce9.txt"] == "added"
    assert {*statuses(outcomes).values()} == {"added"}
    assert corpus.add([path])[0].status == "unchanged"
    half = corpus.add_text("Tea is hot.", name="tea \ud83c", title="Tea \ud83c").document
    assert (half.name, half.title) == ("tea \\ud83c", "Tea ?")


def test_a_file_that_cannot_be_looked_at_does_not_stop_the_rest(corpus, folder, monkeypatch):
    stat = Path.stat

    def denied(path: Path, **settings) -> os.stat_result:
        if path.name == "notes.md":
            raise PermissionError(13, "Permission denied", str(path))
        return stat(path, **settings)

    monkeypatch.setattr(Path, "stat", denied)
    outcomes = corpus.add([folder, folder / "deep" / "er" / "notes.md"])

    assert set(statuses(outcomes)) == {"fruit.txt", "notes.md"}
    assert statuses(outcomes)["fruit.txt"] == "added"
