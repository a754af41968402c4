from dataclasses import replace

import pytest

from qa import retrieve, verify


@pytest.fixture
def passage(corpus, tmp_path):
    (tmp_path / "fruit.txt").write_text("Apples are red. Pears are green.\n")
    corpus.add([tmp_path / "fruit.txt"])
    return retrieve("pears green", 1, corpus)[0]


def test_a_passage_as_found_is_proved(passage, corpus):
    proof = verify(passage, corpus)

    assert proof
    assert (proof.valid, proof.reason, proof.file) == (True, "", "same")


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Pears are grey."},
        {"start": 0},
        {"end": 20},
        {"sha256": "0" * 64},
        {"before": None, "sentences": ()},
    ],
)
def test_a_passage_that_was_altered_is_not(passage, corpus, change):
    proof = verify(replace(passage, **change), corpus)

    assert bool(proof) == ("before" in change), "fewer pieces are still all true"
    assert bool(proof.reason) != proof.valid


def test_altered_context_is_noticed(passage, corpus):
    wrong = replace(passage.before, text="Apples are blue.")

    assert not verify(replace(passage, before=wrong), corpus)


def test_a_file_changed_or_removed_since_is_reported(passage, corpus, tmp_path):
    (tmp_path / "fruit.txt").write_text("Apples are blue.")
    assert verify(passage, corpus).file == "changed"
    assert verify(passage, corpus).valid, "the corpus still holds what was quoted"
    (tmp_path / "fruit.txt").unlink()
    assert verify(passage, corpus).file == "missing"


def test_a_passage_of_a_changed_or_removed_document_is_not_proved(passage, corpus, tmp_path):
    (tmp_path / "fruit.txt").write_text("Apples are blue.")
    corpus.add([tmp_path / "fruit.txt"])
    assert "changed" in verify(passage, corpus).reason
    corpus.remove(["fruit.txt"])
    assert "removed" in verify(passage, corpus).reason


def test_a_text_that_was_never_a_file_has_no_file(corpus):
    corpus.add_text("Apples are red.", name="memo")

    assert verify(retrieve("apples", 1, corpus)[0], corpus).file == "none"
