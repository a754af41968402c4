"""A run of adding documents: the model, the lock, and what is saved and tidied at the end."""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from index.changing.ingest import Ingestion
from index.changing.outcomes import Progress
from index.changing.writing import Writing
from index.encoding.corpus_model import CorpusModel
from index.encoding.ray.ray_encoder import encoding_on
from index.errors import CorpusError
from index.in_use import Usage
from index.search.contract import SearchEngine
from index.store.disk_errors import CallersCode, name_disk_errors
from index.store.store import Store

_log = logging.getLogger(__name__)


class Adding:
    """Opens a corpus for adding documents."""

    def __init__(
        self,
        store: Store,
        engine: SearchEngine,
        model: CorpusModel,
        usage: Usage,
        writing: Writing,
        folder: Path,
    ) -> None:
        self._store = store
        self._engine = engine
        self._model = model
        self._usage = usage
        self._writing = writing
        self._folder = folder

    @contextmanager
    def __call__(
        self, progress: Callable[[Progress], None] | None, ray: str | None = None
    ) -> Iterator[Ingestion]:
        """Give what adds documents. The model is loaded before others are locked out.

        Args:
            progress: Called often, from this thread.
            ray: As in `Corpus.add`.

        Raises:
            CorpusLocked, ModelUnavailable, WorkersUnavailable: As `Corpus.add` does.
        """
        callers = CallersCode()
        with self._usage(), name_disk_errors(self._folder, callers):
            encoder = self._model.ready(callers)  # before others are locked out, as workers
        with encoding_on(ray, encoder) as encoder, self._writing(callers) as writer:
            self._model.ready()  # it may have been moved to another one just before
            before = self._store.generation
            report = callers.function(progress) if progress else None
            ingestion = Ingestion(self._store, encoder, writer, report, callers)
            try:
                yield ingestion
            finally:
                self._drop_unused_vectors(ingestion.replaced)
            if self._store.generation != before:
                self.save(ingestion.arranging, callers)

    def save(
        self, progress: Callable[[int, int], None], callers: CallersCode | None = None
    ) -> None:
        """Save what is derived from documents that are committed: failing here undoes nothing."""
        try:
            self._engine.save(progress)
        except Exception as error:
            if callers and error is callers.error:
                raise
            _log.warning(
                "The documents of the corpus in %s are stored, but the index of their vectors "
                "can't be saved (%s). It is made again when it is needed.",
                self._folder,
                error,
            )

    def _drop_unused_vectors(self, replaced: set[int]) -> None:
        """Drop what replaced documents have left; where that fails it stays, and does no harm."""
        if not replaced:
            return
        try:
            with self._store.transaction():
                self._store.vectors.drop_unused(replaced)
        except (OSError, sqlite3.Error, CorpusError) as error:
            _log.warning("Unused vectors were left in %s (%s).", self._folder, error)
