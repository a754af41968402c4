"""A corpus follows the folders and files it was given, and is brought up to date with them."""

import os
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from index.changing.adding import Adding
from index.changing.comparing import Plan, compare
from index.changing.gathering import Gathered, gather, gather_sources, is_within, written_out
from index.changing.moving import move_documents, take_out
from index.changing.outcomes import FileOutcome, Progress, Synced
from index.changing.reading import extraction
from index.changing.sources import NamedFile
from index.changing.writing import Writing
from index.documents import Document
from index.errors import BadSetting
from index.in_use import Usage
from index.store.sources import FileState, FollowedSource
from index.store.store import Store

# Within so long after a file was changed it may be changed again without a sign: some file systems
# count its age in steps of two seconds. It is read again the next time
_STEP = 2_000_000_000  # nanoseconds


class Following:
    """What a corpus knows of where its documents come from."""

    def __init__(
        self, store: Store, usage: Usage, writing: Writing, adding: Adding, folder: Path
    ) -> None:
        self._store = store
        self._usage = usage
        self._writing = writing
        self._adding = adding
        self._folder = folder

    def sources(self) -> list[FollowedSource]:
        """Return what is followed, in the order of the paths."""
        with self._usage(), self._store.snapshot():
            return self._store.sources.all()

    def add(
        self,
        paths: Sequence[Path | NamedFile],
        progress: Callable[[Progress], None] | None,
        ray: str | None,
        *,
        follow: bool,
    ) -> list[FileOutcome]:
        """Add files and folders, and follow them from now on if that is wanted."""
        with self._adding(progress, ray) as ingestion:
            named = [path for path in paths if isinstance(path, NamedFile)]
            others = (path for path in paths if not isinstance(path, NamedFile))
            gathered = gather(others, self._folder)
            for path, _, _ in self._store.sources.followed() if gathered.files else ():
                if not os.path.lexists(path):  # it may have been renamed, and given again so
                    gathered.bar(path)
            outcomes = ingestion.add_files(gathered, named)
            with self._store.transaction():
                self._record_files(outcomes, gathered)
                if follow:
                    self._follow(gathered)
                self._forget_left(outcomes, gathered)
        return outcomes

    def follow(self, paths: Iterable[Path]) -> list[FollowedSource]:
        """Follow folders and files from now on; they are read when it is brought up to date."""
        folders: list[str] = []
        files: list[str] = []
        for path in paths:
            whole = path.resolve()
            if not whole.exists():
                raise BadSetting(f"There is no file or folder {str(whole)!r}. Check its path.")
            (folders if whole.is_dir() else files).append(str(whole))
        with self._writing(), self._store.transaction():
            self._store.sources.follow(folders, files)
        return [one for one in self.sources() if one.path in {*folders, *files}]

    def forget(self, paths: Iterable[Path]) -> list[str]:
        """Follow folders and files no longer; return what else is followed and holds them."""
        known = {source.path for source in self.sources()}
        whole = [self._as_followed(path, known) for path in paths]
        with self._writing(), self._store.transaction():
            for path in whole:
                self._store.sources.forget(path)
        return [path for path in known - set(whole) if any(is_within(one, path) for one in whole)]

    def documents_of(self, paths: Iterable[Path]) -> list[int]:
        """Return the ids of the documents from folders and files that aren't followed otherwise."""
        known = {source.path for source in self.sources()}
        whole = [self._as_followed(path, known) for path in paths]
        others = known - set(whole)
        with self._usage(), self._store.snapshot():
            found = dict(self._store.sources.known(whole, map(written_out, whole)))
        return [
            one.document
            for source, one in found.items()
            if one.document is not None and not any(is_within(source, other) for other in others)
        ]

    def _as_followed(self, path: Path, known: set[str]) -> str:
        for way in (str(path), str(path.absolute()), str(path.resolve())):
            if way in known:
                return way
        raise BadSetting(f"{str(path)!r} is not followed. See what is with: verbatim sources")

    def sync(
        self,
        changed: Sequence[str] | None,
        progress: Callable[[Progress], None] | None,
        ray: str | None,
        *,
        dry_run: bool,
    ) -> Synced:
        """Bring the corpus up to date with what it follows; see `Corpus.sync`."""
        with self._usage(), self._store.snapshot():
            gathered, plan = self._compared(changed)
        if dry_run:
            return Synced((*plan.expected(), *gathered.left_out.values()), plan.unchanged)
        done: list[FileOutcome] = []
        if plan.read:
            with self._adding(progress, ray) as ingestion, self._writing() as writer:
                gathered, plan = self._compared(changed)  # others may have been first
                done = ingestion.bring_in(plan, gathered)
                done += take_out(self._store, writer, plan)
                self._record(done, gathered, plan, changed)
        elif not plan.is_empty:  # no model is needed
            with self._writing() as writer:
                gathered, plan = self._compared(changed)
                if not plan.read:
                    done = move_documents(self._store, writer, plan)
                    done += take_out(self._store, writer, plan)
                    self._record(done, gathered, plan, changed)
                    self._adding.save(lambda done, total: None)
            if plan.read:
                return self.sync(changed, progress, ray, dry_run=False)
        elif self._store.may_change and (changed is None or plan.stale):
            with suppress(sqlite3.OperationalError):  # somebody writes for long: the next time
                self._record(done, gathered, plan, changed)
        outcomes = [*done, *plan.outcomes, *gathered.left_out.values()]
        others = [one for one in outcomes if one.status != "unchanged" or one.reason]
        return Synced(tuple(others), plan.unchanged + len(outcomes) - len(others))

    def leave_out(self, documents: Iterable[Document]) -> None:
        """Let documents that are removed not come back when what they are from is synced."""
        states = ((one.source, _state(one.source)) for one in documents)
        with self._store.transaction():
            self._store.sources.record_files(
                ((source, state, "", "") for source, state in states if state), removed=True
            )

    def _compared(self, changed: Sequence[str] | None) -> tuple[Gathered, Plan]:
        gathered = gather_sources(self._store.sources.followed(), self._folder, changed)
        return gathered, compare(self._store, gathered)

    def _follow(self, gathered: Gathered) -> None:
        """Follow what was named: folders, and files that aren't in one of these anyway."""
        folders = [path for path, is_folder, _ in self._store.sources.followed() if is_folder]
        folders += gathered.roots
        files = [str(gathered.path(one)) for one in gathered.single if one in gathered.files]
        inside = gather_sources([(path, True, ()) for path in folders], self._folder, files).files
        single = [path for path in files if written_out(path) not in inside]
        with self._store.transaction():
            self._store.sources.follow(gathered.roots, single)
            for path in (*gathered.roots, *single):
                self._store.sources.record_reading(
                    path, [one for one in gathered.mounts if is_within(one, path)]
                )

    def _record(
        self,
        done: Sequence[FileOutcome],
        gathered: Gathered,
        plan: Plan,
        changed: Sequence[str] | None,
    ) -> None:
        """Record what was looked through, and what files are like that were read."""
        with self._store.transaction():
            self._record_files(done, gathered)
            self._store.sources.forget_files(plan.stale)
            for path, _, mounts in self._store.sources.followed():
                if path in gathered.barred:
                    continue
                if changed is None:
                    kept = gathered.mounts | (gathered.barred & set(mounts))
                    within = [one for one in kept if is_within(one, path)]
                    self._store.sources.record_reading(path, within)
                elif any(is_within(one, path) for one in changed):
                    self._store.sources.record_reading(path, None)
            self._forget_left(done, gathered)

    def _record_files(self, done: Iterable[FileOutcome], gathered: Gathered) -> None:
        rows = []
        for outcome in done:
            state = gathered.files.get(outcome.source)
            if state is None or state.modified > gathered.begun - _STEP:
                continue
            if outcome.status != "failed":
                rows.append((outcome.source, state, "", ""))
            elif os.access(gathered.path(outcome.source), os.R_OK):  # else it may be able to later
                rows.append((outcome.source, state, extraction(), outcome.reason))
        self._store.sources.record_files(rows)

    def _forget_left(self, done: Iterable[FileOutcome], gathered: Gathered) -> None:
        """Follow no longer what isn't there, and of which all documents are elsewhere now."""
        if not any(outcome.status == "renamed" for outcome in done):
            return
        for path, _, _ in self._store.sources.followed():
            if not os.path.lexists(path) and not self._store.sources.count(path):
                self._store.sources.forget(path)
                gathered.left_out.pop(path, None)


def _state(source: str) -> FileState | None:
    """Return what the file of a document is like now; None if it has none."""
    try:
        return FileState.of(os.stat(source)) if Path(source).is_absolute() else None  # noqa: PTH116
    except (OSError, ValueError):
        return None
