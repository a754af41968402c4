"""Corpora searched by either engine."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index import Corpus

ENGINES = ("faiss", "milvus")


@pytest.fixture(params=ENGINES)
def make_corpus(
    request: pytest.FixtureRequest, tmp_path: Path, encoder
) -> Iterator[Callable[..., Corpus]]:
    """Opens corpora in `tmp_path/corpus`, searched by one engine after the other."""
    settings = {"engine": request.param}
    if request.param == "milvus":
        settings["milvus_uri"] = request.getfixturevalue("milvus").uri
    opened = []

    def make(name: str = "corpus", **more: object) -> Corpus:
        corpus = Corpus(tmp_path / name, create=True, **{"encoder": encoder, **settings, **more})
        opened.append(corpus)
        return corpus

    yield make
    for corpus in opened:
        corpus.close()
