"""Verbatim, given the documents as files and asked as from Python.

Unlike the others it cuts the sentences itself, the same way, and keeps everything on disk.
VERBATIM_READER says whether its reader is used; with PEER_MODEL=converted it loads the folder that
the others are given, by sentence-transformers in 32-bit numbers.
"""

import os
import tempfile
from collections.abc import Sequence

from benchmarks.peer_scripts.protocol import Task, main
from index import Corpus
from qa import load_models, retrieve
from qa.measuring.evaluation import ranked_sentences


class Verbatim:
    """A corpus in a temporary folder."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._ids = {
            (sentence.document, sentence.start): number
            for number, sentence in enumerate(task.sentences)
        }
        self._folder = tempfile.TemporaryDirectory()
        model = task.model if os.environ.get("PEER_MODEL") == "converted" else None
        self._corpus = Corpus(self._folder.name, create=True, model=model)
        load_models(self._corpus)

    def ingest(self) -> None:
        """Add the documents."""
        self._corpus.add([self._task.documents])

    def search(self, question: str) -> Sequence[int]:
        """Return the sentences of the passages found, by their scores."""
        passages = retrieve(question, self._task.k, self._corpus)
        return [
            self._ids[passage.document.name, sentence.start]
            for passage, sentence in ranked_sentences(passages)
        ]


if __name__ == "__main__":
    main(Verbatim)
