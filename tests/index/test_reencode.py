"""A corpus moves to another model, is searched meanwhile, and loses nothing when it is cut off."""

import numpy as np
import pytest

import index.store.next_vectors
from index import Corpus
from index.encoding.encoder import LocalEncoder
from index.errors import BadSetting, CorpusClosed, ModelMismatch
from index.store.next_vectors import NextVectors
from tests.toy_encoder import ToyEncoder

TEXTS = {"apples": "Apples are red. Pears are green.", "sea": "The sea is blue. Apples are red."}


class Turned(LocalEncoder):
    """The toy encoder with its numbers in another order: its vectors mean nothing to the other."""

    name = "turned"
    precision = "fp32"

    def __init__(self) -> None:
        self._toy = ToyEncoder()
        self.dimension = self._toy.dimension
        self.encoded: list[str] = []
        self.most: int | None = None

    def encode_documents(self, texts, progress=None):
        if self.most is not None and len(self.encoded) + len(texts) > self.most:
            raise KeyboardInterrupt
        self.encoded += texts
        return np.roll(self._toy.encode_documents(texts, progress), 1, axis=1)

    def encode_query(self, text):
        return np.roll(self._toy.encode_query(text), 1)


@pytest.fixture
def folder(corpus):
    for name, text in TEXTS.items():
        corpus.add_text(text, name=name)
    return corpus.folder


def first(corpus: Corpus, question: str) -> tuple[str, float]:
    with corpus.snapshot() as state:
        hit = state.search(question, limit=1)[0]
        return state.sentences_in_place([hit.sentence_id])[hit.sentence_id][0].text, hit.dense


def test_every_sentence_is_found_by_the_new_model(folder, corpus):
    corpus.reencode(encoder=Turned())

    assert corpus.model == "turned"
    assert first(corpus, "Pears are green.") == ("Pears are green.", pytest.approx(1, abs=1e-5))
    assert corpus.check() == []
    with Corpus(folder, encoder=Turned()) as again:
        assert first(again, "The sea is blue.") == ("The sea is blue.", pytest.approx(1, abs=1e-5))
    with pytest.raises(ModelMismatch, match="turned"):
        Corpus(folder, encoder=ToyEncoder())


def test_a_sentence_that_stands_twice_is_encoded_once(folder, corpus):
    turned = Turned()

    corpus.reencode(encoder=turned)

    assert sorted(t for t in turned.encoded if t in " ".join(TEXTS.values())) == [
        "Apples are red.",
        "Pears are green.",
        "The sea is blue.",
    ]


def test_whoever_has_it_open_is_told_and_finds_it_again(folder, corpus, encoder):
    with Corpus(folder, encoder=encoder) as other:
        assert first(other, "Apples are red.")[0] == "Apples are red."
        corpus.reencode(encoder=Turned())

        assert not other.usable
        with pytest.raises(CorpusClosed, match="moved from the model toy to turned"):
            first(other, "Apples are red.")
        with pytest.raises(CorpusClosed, match="Open it again"):
            other.add_text("Plums are blue.", name="plums")


def test_a_move_that_is_cut_off_changes_nothing_and_goes_on_later(folder, corpus, monkeypatch):
    monkeypatch.setattr("index.changing.reencode._BATCH", 1)
    turned = Turned()
    turned.most = 2  # and there are three

    with pytest.raises(KeyboardInterrupt):
        corpus.reencode(encoder=turned)

    assert first(corpus, "Pears are green.") == ("Pears are green.", pytest.approx(1, abs=1e-5))
    done = set(turned.encoded)
    corpus.add_text("Plums are blue.", name="plums")
    turned.most = None
    turned.encoded.clear()
    corpus.reencode(encoder=turned)
    assert "Plums are blue." in turned.encoded
    assert not done & set(turned.encoded)
    assert first(corpus, "Plums are blue.") == ("Plums are blue.", pytest.approx(1, abs=1e-5))
    assert corpus.check() == []


def test_a_document_replaced_meanwhile_gets_vectors_of_its_own(folder, corpus, monkeypatch):
    """Ids of vectors that were dropped are given again, to another text's."""

    def cut_off(_: NextVectors) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(NextVectors, "take_over", cut_off)
        with pytest.raises(KeyboardInterrupt):
            corpus.reencode(encoder=Turned())
    corpus.add_text("Clouds are white.", name="sea")
    corpus.reencode(encoder=Turned())

    assert first(corpus, "Clouds are white.") == ("Clouds are white.", pytest.approx(1, abs=1e-5))
    assert corpus.check() == []


def test_progress_and_an_estimate_are_told(folder, corpus):
    told, seconds = [], []

    corpus.reencode(encoder=Turned(), progress=told.append, estimate=seconds.append)

    assert (told[-1].done, told[-1].total) == (3, 3)
    assert len(seconds) == 1
    assert seconds[0] >= 0


def test_the_model_that_it_has_is_refused(folder, corpus):
    with pytest.raises(BadSetting, match="of the model toy in fp32 already"):
        corpus.reencode(encoder=ToyEncoder())
    with pytest.raises(BadSetting, match="can't be used in precision int8"):
        corpus.reencode("another", "int8")


def test_an_empty_corpus_changes_its_model_at_once(tmp_path):
    with Corpus(tmp_path, create=True, encoder=ToyEncoder()) as corpus:
        corpus.reencode(encoder=Turned())

        corpus.add_text("Apples are red.", name="apples")
        assert first(corpus, "Apples are red.") == ("Apples are red.", pytest.approx(1, abs=1e-5))


def test_what_an_abandoned_move_left_is_dropped_by_a_repair(folder, corpus, monkeypatch):
    monkeypatch.setattr("index.changing.reencode._BATCH", 1)
    turned = Turned()
    turned.most = 2
    with pytest.raises(KeyboardInterrupt):
        corpus.reencode(encoder=turned)

    assert corpus.repair() == []

    turned.most = None
    turned.encoded.clear()
    corpus.reencode(encoder=turned)
    assert len(turned.encoded) == 3


def test_an_error_of_an_encoder_comes_out_as_it_was(folder, corpus):
    class Broken(Turned):
        def encode_documents(self, texts, progress=None):
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left") as caught:
        corpus.reencode(encoder=Broken())

    assert type(caught.value) is OSError
    assert corpus.model == "toy"


def test_many_documents_take_time_in_proportion_to_their_number(tmp_path):
    """What is made already is not listed for each document anew."""
    with Corpus(tmp_path, create=True, encoder=ToyEncoder()) as corpus:
        corpus.add_text("Apples are red.", name="apples")
        following = NextVectors(corpus._store)
        following.begin("any")
        plan = corpus._store.connection.execute(
            f"EXPLAIN QUERY PLAN {index.store.next_vectors._NEEDED}", (1,)
        ).fetchall()

    assert not [row for row in plan if "SCAN" in row[3] and "sentence" not in row[3]]
