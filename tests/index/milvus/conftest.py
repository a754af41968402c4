"""Corpora on Milvus servers."""

from pathlib import Path

import pytest

from index import Corpus


@pytest.fixture
def make(tmp_path: Path, encoder, milvus):
    """Opens corpora on the server all tests share."""
    opened = []

    def make(name: str = "corpus", uri: str = milvus.uri) -> Corpus:
        corpus = Corpus(
            tmp_path / name, create=True, encoder=encoder, engine="milvus", milvus_uri=uri
        )
        opened.append(corpus)
        return corpus

    yield make
    for corpus in opened:
        corpus.close()


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr("index.search.milvus.server._PATIENCE", 0.3)
