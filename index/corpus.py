"""A corpus: a folder with documents in it, opened for searching and for changing."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from index.arguments import check_several, listed, of_kind, path_of
from index.changing.adding import Adding
from index.changing.change import remove_documents
from index.changing.check import Problem, check
from index.changing.following import Following
from index.changing.outcomes import FileOutcome, Progress, Synced
from index.changing.reencode import reencode
from index.changing.repair import repair
from index.changing.sources import NamedFile, NamedText
from index.changing.write_lock import WriteLock
from index.changing.writing import Writing
from index.documents import Document
from index.encoding.corpus_model import CorpusModel, chosen_model, tried_encoder
from index.encoding.encoder import BasicEncoder, Precision, complete
from index.errors import (
    BadSetting,
    CorpusError,
    CorpusLocked,
    CorpusNotFound,
    SnapshotOpen,
)
from index.in_use import Usage
from index.search.languages import Languages
from index.search.open_engine import EngineName, check_choice, open_engine, try_engine
from index.snapshot import Snapshot
from index.snapshots import States
from index.store.database import FILE_NAME
from index.store.disk_errors import CallersCode, name_disk_errors
from index.store.feedback import Feedback, FeedbackTable
from index.store.originals import kept
from index.store.private import keep_private, make_folder
from index.store.read_only import Aside
from index.store.sources import FollowedSource
from index.store.store import EMPTY, Store

_PATIENCE = 5.0  # seconds that closing waits for those who still use the corpus


class Corpus:
    """An open corpus. Use it from as many threads as you like; close it when done.

    SQLite is the source of truth; the search indexes are rebuilt whenever they don't match it.
    """

    def __init__(
        self,
        folder: Path | str,
        *,
        create: bool = False,
        model: str | None = None,
        precision: Precision | None = None,
        encoder: BasicEncoder | None = None,
        engine: EngineName | None = None,
        milvus_uri: str | None = None,
    ) -> None:
        """Open the corpus in `folder`.

        Args:
            folder: Where it is.
            create: Make an empty one if there is none.
            model: A model's name or folder; by default the one the corpus was built with.
            precision: `int8`, three times as fast and the default where the model comes in it, or
                `fp32`; otherwise what the corpus was built with.
            encoder: Use this instead of loading a model; it need not have more than `BasicEncoder`.
            engine: What searches a new corpus, by default FAISS and tantivy.
            milvus_uri: Where the Milvus server is; by default where it was the last time.

        Raises:
            CorpusNotFound: There is no corpus in the folder, and `create` is False.
            ModelMismatch: The corpus was built with another model, or in another precision.
            ModelUnavailable: The model of a new corpus can't be loaded.
            EngineMismatch: The corpus has another engine.
            EngineUnavailable: It isn't installed, or a new corpus's server doesn't answer.
            BadSetting: There is no such precision or engine, or the address can't be used.
            TypeError: The encoder lacks something that `BasicEncoder` has.
            CorpusDamaged, SchemaTooNew: It can't be read; or not by this version of Verbatim.
        """
        check_choice(engine, milvus_uri)
        used = None if encoder is None else complete(encoder)
        self.folder = path_of(folder, "folder").resolve()
        new = not self.exists(self.folder)
        if new and not create:
            raise CorpusNotFound(
                f"There is no corpus in {self.folder}. Make one with: verbatim index PATH"
            )
        if new:  # what can't be used is refused before anything is made
            try_engine(engine, milvus_uri)
            if used is None and (model or precision):
                used = tried_encoder(model, precision)
        try:
            make_folder(self.folder)
        except OSError as error:
            raise CorpusError(f"{self.folder} can't be used as a corpus folder: {error}") from error
        self._store = Store(self.folder)
        try:
            aside = Aside(self.folder) if self._store.barred else None
            self._write_lock = WriteLock(aside.folder if aside else self.folder)
            with name_disk_errors(self.folder):
                self._model = CorpusModel(self._store, self.folder, model, precision, used)
                self._engine = open_engine(
                    self._store,
                    self.folder,
                    self._write_lock.file,
                    self._model,
                    name=engine,
                    milvus_uri=milvus_uri,
                    aside=aside,
                )
        except BaseException:
            self._store.close()
            raise
        if new:
            keep_private(self.folder)
        self._feedback = FeedbackTable(self._store)
        self._languages = Languages(self._store, lambda: self._model.dimension)
        self._usage = Usage(f"The corpus in {self.folder}", self._store.check_in_place)
        self._writing = Writing(self._store, self._engine, self._usage, self._write_lock)
        self._states = States(self._store, self._engine, self._usage, self._writing)
        self._adding = Adding(
            self._store, self._engine, self._model, self._usage, self._writing, self.folder
        )
        self._following = Following(
            self._store, self._usage, self._writing, self._adding, self.folder
        )

    @staticmethod
    def exists(folder: Path | str) -> bool:
        """Return whether there is a corpus in the folder."""
        return (path_of(folder, "folder") / FILE_NAME).is_file()

    @property
    def model(self) -> str:
        """Name or folder of the corpus's model."""
        return self._model.name

    @property
    def precision(self) -> Precision:
        """What the corpus's vectors are computed in."""
        return self._model.precision

    @property
    def untouched(self) -> bool:
        """Whether nothing was ever added to the corpus."""
        with self._usage():
            return self._store.generation == EMPTY

    @property
    def change_count(self) -> int:
        """How many changes of documents led to its present state, those of other processes too."""
        with self._usage():
            return self._store.change_count

    @property
    def usable(self) -> bool:
        """Whether it is still open, of the same model, and its files are where they were."""
        try:
            with self._usage():
                return self._model.current
        except CorpusError:
            return False
        except sqlite3.Error:  # a damaged database: whoever reads it is told so by name
            return True

    def close(self) -> None:
        """Close the files once nobody uses them; whoever comes later gets `CorpusClosed`."""
        if self._usage.end(_PATIENCE):
            self._engine.close()
            self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Give one unchanging state of the corpus, for search and for reading.

        Inside the block, the same thread is given the same state again.
        """
        with self._states.searching() as searcher:
            yield Snapshot(self._store, searcher, self._model, self._languages)

    def documents(self) -> list[Document]:
        """Return all documents in the order they were first added."""
        with self._usage(), self._store.snapshot():
            return self._store.documents()

    def load(self) -> None:
        """Load the model and the indexes now."""
        with self._usage():
            encoder = self._model.ready()
            # It loads the tokens of the texts' scripts, for which a first question would wait
            encoder.encode_query(" ".join(self._store.texts.beginnings()))
            self._engine.load()

    def describe_engine(self) -> str:
        """Describe the search engine in words."""
        with self._usage():
            return self._engine.describe()

    def check(self) -> list[Problem]:
        """Compare everything in the folder with everything else; an empty list means sound."""
        with self._states.searching() as searcher:
            tidy = searcher is not None and searcher.count == self._store.sentence_count
        if not tidy:  # a change that was broken off may have left words behind
            with suppress(CorpusLocked, SnapshotOpen), self._writing.mending():
                pass  # they are gone now
        with self._states.searching() as searcher:
            return check(self._store, self._engine, searcher)

    def add(
        self,
        paths: Iterable[Path | str | NamedFile],
        progress: Callable[[Progress], None] | None = None,
        ray: str | None = None,
        *,
        follow: bool = True,
    ) -> list[FileOutcome]:
        """Add files, and the files of a known format in folders and their subfolders.

        Of a file that has changed, only new sentences are encoded. A document goes with its file's
        content to where that is now. A file that can't be read doesn't stop the rest.

        Args:
            paths: Files and folders, and files to be known by another name than their path.
            progress: Called often, from this thread.
            ray: Encode on a Ray cluster: `auto`, `HOST:PORT`, `ray://HOST:PORT`, or `local`.
            follow: Remember the files and folders, so that `sync` reads them again.

        Returns:
            The outcome for each file, and for everything else in the folders: those that can't
            be opened are `failed`, what isn't a document is `skipped`, and documents whose files
            are no longer in the folders are `gone`, and stay.

        Raises:
            TypeError: It is a single path: write `add(["notes.txt"])`.
            CorpusLocked: Another process is writing to the corpus.
            ModelUnavailable, WorkersUnavailable: The model or the Ray cluster can't be used.
        """
        given = [
            path if isinstance(path, NamedFile) else path_of(path, "A path")
            for path in listed(paths, "paths", (str, Path, NamedFile))
        ]
        return self._following.add(given, progress, ray, follow=follow)

    def sources(self) -> list[FollowedSource]:
        """Return the folders and files that were added, and when each was last scanned."""
        return self._following.sources()

    def follow(self, paths: Iterable[Path | str]) -> list[FollowedSource]:
        """Remember folders and files, so that `sync` reads them; return what is known of them.

        Raises:
            BadSetting: There is no such file or folder; none is followed then.
            CorpusLocked: Another process is writing to the corpus.
        """
        given = [path_of(one, "A path") for one in listed(paths, "paths", (str, Path))]
        return self._following.follow(given)

    def forget(self, paths: Iterable[Path | str], *, remove: bool = False) -> list[int]:
        """Stop following folders and files.

        Args:
            paths: Which, as `sources` names them.
            remove: Remove their documents, but for those that another source follows.

        Returns:
            The ids of the documents removed.

        Raises:
            BadSetting: One of them is not followed; nothing is changed then.
            CorpusLocked: Another process is writing to the corpus.
        """
        given = [path_of(one, "A path") for one in listed(paths, "paths", (str, Path))]
        with self._writing():
            removed = self.remove(self._following.documents_of(given)) if remove else []
            self._following.forget(given)
        return removed

    def sync(
        self,
        *,
        dry_run: bool = False,
        changed: Iterable[Path | str] | None = None,
        progress: Callable[[Progress], None] | None = None,
        ray: str | None = None,
    ) -> Synced:
        """Bring the corpus up to date with the folders and files that it follows.

        New files are added, changed ones read again, renamed ones keep their documents with id and
        feedback, and documents whose files have gone are removed. Files of the same size and times
        are not read. Of a folder that isn't there or is suddenly empty all documents stay.

        Args:
            dry_run: Only report what would be done.
            changed: Look only at these files and folders, and not at all that is followed.
            progress: Called often, from this thread.
            ray: See `add`.

        Raises:
            CorpusLocked: Another process is writing to the corpus.
            CorpusReadOnly: There is something to be done, and the corpus may only be read.
            ModelUnavailable, WorkersUnavailable: See `add`.
        """
        given = None if changed is None else listed(changed, "changed", (str, Path))
        only = None if given is None else [str(path_of(one, "A path").absolute()) for one in given]
        return self._following.sync(only, progress, ray, dry_run=of_kind(dry_run, "dry_run", bool))

    def add_texts(
        self,
        texts: Iterable[NamedText],
        progress: Callable[[Progress], None] | None = None,
    ) -> list[FileOutcome]:
        """Add texts under names of your choice; a text of a name that is there is replaced.

        Args:
            texts: The texts; read one by one, so that they needn't all be in memory.
            progress: See `add`, also for the result and the errors.
        """
        check_several(texts, "texts", ordered=True)
        with self._adding(progress) as ingestion:
            return ingestion.add_texts(
                of_kind(text, f"texts[{index}]", NamedText) for index, text in enumerate(texts)
            )

    def add_text(self, text: str, *, name: str, title: str = "") -> FileOutcome:
        """Add one text, as `add_texts` does."""
        return self.add_texts([NamedText(name, text, title)])[0]

    def remove(self, documents: Iterable[int | str]) -> list[int]:
        """Remove documents, given as `Snapshot.find_documents` takes them, and what is attached.

        Returns:
            The ids of the documents removed.

        Raises:
            TypeError: It is a single text or number: write `remove([7])`, `remove(["notes.txt"])`.
            UnknownDocument: One of them is not in the corpus; none is removed then.
            AmbiguousDocument: One of them may mean several documents; none is removed then.
            CorpusLocked: Another process is writing to the corpus.
        """
        given = listed(documents, "documents", (int, str))
        with self._writing() as writer:
            with self.snapshot() as state:
                ids = state.with_attached(state.find_documents(given))
            removed = [self._store.document(number) for number in ids]
            remove_documents(self._store, writer, ids)
            self._following.leave_out(removed)
            self._adding.save(lambda done, total: None)
        return ids

    @property
    def keeps_originals(self) -> bool:
        """Whether the files that are added are kept, so that they can be opened again."""
        with self._usage(), self._store.snapshot():
            return self._store.originals.wanted

    def keep_originals(self, keep: bool) -> None:
        """Keep the files that are added from now on, or none: those that are kept are deleted.

        Raises:
            CorpusLocked: Another process is writing to the corpus.
        """
        of_kind(keep, "keep", bool)
        with self._writing(), self._store.transaction():
            self._store.originals.want(keep)

    def original(self, document: int | str, target: Path | str) -> Path:
        """Write the file that a document was made from, as it was when it was added.

        Args:
            document: Its id, name, title or source.
            target: The file to write, or a folder in which it gets its name; nothing is replaced.

        Returns:
            The file that was written.

        Raises:
            UnknownDocument, AmbiguousDocument: As `Snapshot.find_documents` does.
            OriginalNotKept: The corpus doesn't keep it.
            BadSetting: There is such a file already, or it can't be written.
        """
        given = path_of(target, "target")
        with self.snapshot() as state:
            found = state.document(state.find_documents([document])[0])
            return self._store.originals.write(found, given)

    def original_of(self, document_id: int) -> tuple[str, int]:
        """Return the SHA-256 of a document's file, and how many bytes it has.

        Raises:
            UnknownDocument: There is none of that id.
            OriginalNotKept: The corpus doesn't keep the file.
        """
        with self._usage(), self._store.snapshot():
            sha256 = kept(self._store.document(document_id))
            return sha256, self._store.originals.size(sha256) or 0

    def original_part(self, sha256: str, number: int) -> bytes:
        """Return a megabyte of a file, counted from 0; empty after the last, and of one removed."""
        with self._usage(), self._store.snapshot():
            return self._store.originals.part(sha256, number)

    def repair(self, progress: Callable[[Progress], None] | None = None) -> list[Problem]:
        """Rebuild what is damaged, as far as texts and files allow; return what remains damaged."""
        with self._adding(progress) as ingestion, self._writing() as writer:
            repair(self._store, writer, ingestion, self.check)
        return self.check()

    def reencode(
        self,
        model: str | None = None,
        precision: Precision | None = None,
        progress: Callable[[Progress], None] | None = None,
        encoder: BasicEncoder | None = None,
        estimate: Callable[[float], None] | None = None,
    ) -> None:
        """Move the corpus to another model: every sentence is encoded again.

        Until then it is searched with the old one. An interrupted move resumes where it stopped.

        Args:
            model: A model's name or folder; the default model if it is None.
            precision: See the constructor.
            progress: Called often, from this thread.
            encoder: Used instead of loading a model.
            estimate: Called after the first sentences, with about how many seconds the rest
                will take.

        Raises:
            BadSetting: The corpus is of this model already, or it doesn't come in the precision.
            ModelUnavailable: The model can't be loaded.
            CorpusLocked: Another process is writing to the corpus.
        """
        following = complete(encoder) if encoder else None
        of_own = (following.name, following.precision) if following else None
        wanted = of_own or chosen_model(model, precision)
        if wanted == (self.model, self.precision):
            raise BadSetting(
                f"The corpus is of the model {self.model} in {self.precision} already. Name "
                "another one: verbatim reencode --model MODEL"
            )
        following = following or tried_encoder(*wanted)
        callers = CallersCode()
        report = callers.function(progress or (lambda _: None))
        told = callers.function(estimate or (lambda _: None))
        with self._writing(callers) as writer:
            reencode(self._store, writer, self._model, following, report, told, callers)
            self._adding.save(
                lambda done, total: report(Progress("arranging", done, total)), callers
            )

    def first_time(self, said: str) -> bool:
        """Return whether something is to be said to the corpus's owner; True only once.

        Args:
            said: A name for it.

        Returns:
            False as well where that can't be recorded: who may only read can do nothing about it.
        """
        with self._usage():
            return self._store.set_once(f"said {said}")

    def add_feedback(self, feedback: Feedback) -> Feedback:
        """Keep a verdict on an answer, in place of an earlier one of the same key.

        Returns:
            The feedback as kept, with its id and its time in UTC.

        Raises:
            BadSetting: A part of it is unknown, out of range or too long.
        """
        with self._usage():
            return self._feedback.put(feedback)

    def withdraw_feedback(self, key: str) -> bool:
        """Forget the verdict on the answer of this key; return whether there was one."""
        with self._usage():
            return self._feedback.withdraw(key)

    def clear_feedback(self) -> int:
        """Forget all verdicts, and return how many there were."""
        with self._usage():
            return self._feedback.clear()

    def feedback(self) -> list[Feedback]:
        """Return all verdicts, the oldest question's first."""
        with self._usage():
            return self._feedback.all()
