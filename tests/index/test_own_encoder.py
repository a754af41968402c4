"""An encoder of one's own: what it has to have, and what it may leave out."""

import pickle

import pytest

from index import Corpus
from index.encoding.e5.e5_encoder import E5Encoder
from index.encoding.encoder import complete
from index.encoding.minilm.minilm_encoder import MiniLMEncoder
from index.encoding.sentence_transformer import SentenceTransformerEncoder
from tests.toy_encoder import ToyEncoder


class Own:
    """Has what it has to have, and nothing else."""

    def __init__(self) -> None:
        self._toy = ToyEncoder()
        self.name, self.precision, self.dimension = "own", "fp32", self._toy.dimension
        self.encoded: list[str] = []

    def encode_documents(self, texts, progress=None):
        self.encoded += texts
        return self._toy.encode_documents(texts, progress)

    def encode_query(self, text):
        return self._toy.encode_query(text)


class Elsewhere(Own):
    """Works elsewhere, and doesn't mind how many sentences it is given."""

    def begin(self, texts):
        return lambda progress: self.encode_documents(texts, progress)


class Choosy(Own):
    """Works here, and does best with two sentences at a time."""

    sentences_at_once = 2


@pytest.mark.parametrize("kind", [Own, Elsewhere, Choosy])
def test_an_encoder_without_batches_of_its_own_indexes_and_searches(tmp_path, kind):
    encoder = kind()
    for number in range(4):
        (tmp_path / f"{number}.txt").write_text(f"Boat {number} has left. Boat {number} sank.")
    with Corpus(tmp_path / "corpus", create=True, encoder=encoder) as corpus:
        outcomes = corpus.add([tmp_path / f"{number}.txt" for number in range(4)])

        assert [outcome.status for outcome in outcomes] == ["added"] * 4
        assert len(encoder.encoded) == 8
        with corpus.snapshot() as state:
            (hit,) = state.search("boat 3 sank", limit=1)
            assert state.sentences([hit.sentence_id])[hit.sentence_id].text == "Boat 3 sank."
        assert corpus.check() == []


@pytest.mark.parametrize("missing", ["name", "dimension", "encode_query"])
def test_an_encoder_that_lacks_what_it_has_to_have_is_refused_and_nothing_is_made(
    tmp_path, missing
):
    class Lacking:
        pass

    for name in {"name", "precision", "dimension", "encode_documents", "encode_query"} - {missing}:
        setattr(Lacking, name, getattr(ToyEncoder(), name))

    with pytest.raises(TypeError, match=f"has no {missing}. An encoder has name, "):
        Corpus(tmp_path / "corpus", create=True, encoder=Lacking())

    assert not (tmp_path / "corpus").exists()


def test_whether_an_encoder_has_a_dimension_is_told_without_loading_its_model(tmp_path):
    encoder = SentenceTransformerEncoder(str(tmp_path / "no model"))

    assert complete(encoder) is encoder


@pytest.mark.parametrize("kind", [ToyEncoder, E5Encoder, MiniLMEncoder, SentenceTransformerEncoder])
def test_an_encoder_that_works_here_begins_nothing(kind):
    encoder = kind()

    assert (encoder.begin(["Apples."]), encoder.sentences_at_once) == (None, None)


def test_an_own_encoder_travels_to_other_processes_whole():
    there = pickle.loads(pickle.dumps(complete(Own())))  # noqa: S301 - what it wrote itself

    assert (there.name, there.precision, there.dimension) == ("own", "fp32", 64)
    assert there.encode_documents(["Apples."]).shape == (1, 64)


def test_loading_shows_the_encoder_how_texts_begin_in_each_language(tmp_path):
    class Asked(ToyEncoder):
        def encode_query(self, text):
            asked.append(text)
            return super().encode_query(text)

    asked: list[str] = []
    with Corpus(tmp_path, create=True, encoder=Asked()) as corpus:
        corpus.load()
        corpus.add_text("The council will meet in the small hall, as the clerk wrote.", name="en")
        corpus.add_text("会议将于明天下午在小会议室举行，由秘书宣读会议记录。", name="zh")
        corpus.load()

    assert "The council will meet" in asked[-1]
    assert "会议将于明天下午" in asked[-1]
