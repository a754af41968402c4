from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import index.encoding.minilm.minilm_encoder
from index import Corpus
from index.encoding.minilm.minilm_encoder import MiniLMEncoder
from index.encoding.sentence_transformer import SentenceTransformerEncoder
from index.errors import BadSetting, ModelMismatch, ModelUnavailable

pytestmark = pytest.mark.model

TEXTS = [
    "Apples are red.",
    "More than 50 countries have recognised Mr Guaidó as interim president.",
    "He said that the price of bread had doubled within a week, and that of milk too.",
    "",
]


@pytest.fixture(scope="module")
def int8() -> MiniLMEncoder:
    return MiniLMEncoder()


@pytest.fixture(scope="module")
def fp32() -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder()


def test_vectors_are_near_those_of_the_reference(int8, fp32):
    cosines = np.sum(int8.encode_documents(TEXTS) * fp32.encode_documents(TEXTS), axis=1)

    assert cosines.min() > 0.97


def test_vectors_are_unit_rows_whatever_the_text(int8):
    texts = [*TEXTS, "word " * 5000, "\ud800 \0 \U0001f600"]

    vectors = int8.encode_documents(texts)

    assert vectors.shape == (6, int8.dimension) == (6, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(6), abs=1e-5)
    assert int8.encode_documents([]).shape == (0, 384)


def test_a_long_text_is_cut_where_the_reference_cuts_it(int8, fp32):
    text = "The crew sailed on through the night. " * 100

    assert int8.encode_query(text) @ fp32.encode_query(text) > 0.97


def test_a_vector_depends_on_no_other_text(int8):
    together = int8.encode_documents(TEXTS)

    for text, vector in zip(TEXTS, together, strict=True):
        assert np.array_equal(int8.encode_query(text), vector)


def test_threads_get_the_vectors_that_one_would_get(int8):
    alone = [int8.encode_query(text) for text in TEXTS * 8]

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(int8.encode_query, TEXTS * 8))

    assert np.array_equal(alone, together)


def test_progress_is_told_up_to_the_end(int8):
    told = []

    int8.encode_documents(["Apples."] * 130, told.append)

    assert told == [64, 128, 130]


def test_a_damaged_network_is_refused(tmp_path, monkeypatch):
    (tmp_path / "minilm.onnx").write_bytes(b"damaged")
    (tmp_path / "minilm.sha256").write_text("0" * 64)
    monkeypatch.setattr(index.encoding.minilm.minilm_encoder, "_FILE", tmp_path / "minilm.onnx")

    with pytest.raises(ModelUnavailable, match=r"minilm\.onnx.*--precision fp32"):
        MiniLMEncoder().encode_query("anything")


def test_a_corpus_of_one_precision_is_not_opened_in_another(tmp_path):
    with Corpus(tmp_path, create=True) as corpus:
        corpus.add_text("Apples are red.", name="apples")

    with Corpus(tmp_path) as corpus:
        assert corpus.precision == "int8"
    with pytest.raises(ModelMismatch, match=r"int8.*--precision fp32"):
        Corpus(tmp_path, precision="fp32")
    with pytest.raises(ModelMismatch, match="int8"):
        Corpus(tmp_path, encoder=SentenceTransformerEncoder())


def test_a_corpus_in_fp32_stays_in_it(tmp_path, fp32):
    with Corpus(tmp_path, create=True, precision="fp32") as corpus:
        corpus.add_text("Apples are red.", name="apples")

    with Corpus(tmp_path) as corpus, corpus.snapshot() as state:
        hit = state.search("Apples are red.", limit=1)[0]

    assert corpus.precision == "fp32"
    assert hit.dense == pytest.approx(1, abs=1e-5)


def test_only_the_default_model_comes_in_int8(tmp_path):
    with pytest.raises(BadSetting, match="another can't be used in precision int8"):
        Corpus(tmp_path / "other", create=True, model="another", precision="int8")
    with pytest.raises(BadSetting, match="precision is 'int4'"):
        Corpus(tmp_path / "four", create=True, precision="int4")
