from dataclasses import replace

import pytest

from qa import Excerpt, Place, Source, retrieve, verify


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


@pytest.fixture
def answered(passage, corpus):
    """The passage as the reader marks it, and as another document says it too."""
    corpus.add_text("Pears are green!", name="memo")
    (sentence,) = passage.sentences
    words = Excerpt("green", sentence.end - 6, sentence.end - 1)
    document = corpus.documents()[1]
    memo = Source(document.id, document.title, "memo", "text")
    return replace(
        passage,
        sentences=(replace(sentence, answer=words),),
        highlights=(words,),
        also=(Place(memo, 1, 0, 16, None, document.sha256),),
    )


def test_what_is_marked_and_where_else_it_stands_is_proved(answered, corpus):
    proof = verify(answered, corpus)

    assert proof, proof.reason


def changes(passage):
    (sentence,) = passage.sentences
    (place,) = passage.also
    (words,) = passage.highlights
    outside = Excerpt("Apples", 0, 6)
    other = replace(words, text="Pears", start=passage.start, end=passage.start + 5)

    def with_sentence(**changed):
        return {"sentences": (replace(sentence, **changed),)}

    def with_place(**changed):
        return {"also": (replace(place, **changed),)}

    yield {"highlights": (Excerpt("purple", 3, 9),)}
    yield {"highlights": (replace(words, text="blue"),)}
    yield {"highlights": (outside,)}
    yield {"highlights": (other,)}
    yield {"highlights": ()}
    yield {"highlights": (replace(words, start=words.end, text=""),)}
    yield {"page": 99}
    yield {"page": 1}
    yield {"document": replace(passage.document, title="Another")}
    yield {"document": replace(passage.document, name="other.txt")}
    yield {"document": replace(passage.document, format="pdf")}
    yield {"before": None, "sentences": (), "page": 99}
    yield {"after": passage.before}
    yield {"before": replace(passage.before, text="Apples", end=6)}
    yield {"start": passage.start - 32, "end": passage.end - 32}
    yield with_sentence(number=1)
    yield with_sentence(number=3)
    yield with_sentence(number=-1)
    yield with_sentence(number=2**70)
    yield with_sentence(answer=outside)
    yield with_sentence(answer=replace(words, text="grey"))
    yield with_sentence(end=sentence.end - 1, text=sentence.text[:-1])
    yield {"sentences": (sentence, sentence)}
    yield with_place(number=2)
    yield with_place(number=2**70)
    yield with_place(start=1)
    yield with_place(page=3)
    yield with_place(sha256="0" * 64)
    yield with_place(document=replace(place.document, title="Another"))
    yield with_place(document=replace(passage.document), number=1, start=0, end=15)
    yield with_place(document=replace(place.document, id=99))


def test_nothing_that_a_passage_says_of_its_place_can_be_invented(answered, corpus):
    for change in changes(answered):
        proof = verify(replace(answered, **change), corpus)

        assert not proof, change
        assert proof.reason


def test_the_file_is_read_within_the_limits_of_reading(passage, corpus, monkeypatch):
    def load(path):
        raise AssertionError(f"{path} is read in this process")

    monkeypatch.setattr("index.loading.loaders.dispatch.load", load)
    monkeypatch.setattr("index.load", load)

    assert verify(passage, corpus).file == "same"
