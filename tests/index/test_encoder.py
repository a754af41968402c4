import numpy as np
import pytest

import index.encoding.minilm.model_files
from index.encoding.sentence_transformer import SentenceTransformerEncoder
from index.encoding.shipped import MINILM, canonical_model_name
from index.errors import ModelUnavailable

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def default() -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder()


def test_vectors_are_unit_rows_whatever_the_text(default):
    texts = ["Apples are red.", "", "word " * 5000, "\ud800 \0 \U0001f600"]

    vectors = default.encode_documents(texts)

    assert vectors.shape == (4, default.dimension) == (4, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(4), abs=1e-5)
    assert default.encode_documents([]).shape == (0, 384)


def test_order_and_company_of_texts_do_not_matter(default):
    texts = [f"Sentence number {n} " + "and more " * (n % 7) for n in range(70)]

    together = default.encode_documents(texts)

    assert together[::-1] == pytest.approx(default.encode_documents(texts[::-1]), abs=1e-5)
    assert together[3] == pytest.approx(default.encode_query(texts[3]), abs=1e-5)


def test_a_model_that_needs_no_download_has_one_name():
    assert canonical_model_name("sentence-transformers/all-MiniLM-L6-v2") == MINILM
    assert SentenceTransformerEncoder().name == MINILM


def test_weights_with_another_checksum_are_refused(monkeypatch):
    monkeypatch.setitem(index.encoding.minilm.model_files._SHA256, "model.safetensors", "0" * 64)

    with pytest.raises(ModelUnavailable, match="force-reinstall"):
        SentenceTransformerEncoder().encode_query("anything")


def test_a_model_in_a_folder_can_be_used(tmp_path, default):
    default._model.save(str(tmp_path / "own"))

    own = SentenceTransformerEncoder(str(tmp_path / "own"))

    assert own.name == str(tmp_path / "own")
    assert own.encode_query("Apples") == pytest.approx(default.encode_query("Apples"), abs=1e-5)


def test_a_model_that_can_not_be_had_says_what_to_do_without_a_network():
    with pytest.raises(ModelUnavailable, match="Without a network, give the path of a folder"):
        SentenceTransformerEncoder("nobody/no-such-model").encode_query("anything")
