"""Keeps a corpus up to date with its folders while they change."""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from index.changing.gathering import INSTALLED, MARKS, is_within
from index.changing.ignoring import IGNORE_FILES
from index.changing.outcomes import Progress, Synced
from index.corpus import Corpus
from index.errors import (
    CorpusClosed,
    CorpusError,
    CorpusLocked,
    CorpusNotFound,
    CorpusReadOnly,
    RetrievalError,
)
from index.loading.process import begin_reading
from index.store.private import is_part_of_corpus

if TYPE_CHECKING:
    from watchfiles import Change

# Seconds without a further change after which what changed is taken to be written to its end. Most
# programs write a file at once; a download that pauses for longer is read again when it goes on
_SETTLED = 0.5
_PATIENCE = 1.0  # seconds that what is settled waits for others, of which it may be a renaming
_ENDLESS = 30.0  # seconds after which a file is read though it is being written still, as a log is
_TICK = 200  # milliseconds between two looks at what is due
_LOOK = 0.5  # seconds between two looks at what isn't watched: single files, and drives that come
_REFRESH = 10.0  # seconds between two looks at what is followed, which others may change
# Seconds between two times that all is looked through: network drives tell of no changes that other
# computers make, and a system that is told of too many at once drops some
_WHOLE = 600.0
_BURST = 1000  # changes at once from which on looking through all takes less time than one by one
_AGAIN = 5.0  # seconds before what couldn't be done is tried again, and twice as long each time
_AGAIN_AT_LAST = 30.0  # seconds, up to these: another process may write for hours
_POLL = 5.0  # seconds between two times where folders can't be watched, or more if it takes long
_SHARE = 20  # of the time, at most one part in so many is spent on looking through all then

_Identity = tuple[int, int] | None


class _Stopped(Exception):
    """Somebody wants it to end."""


def watch(
    corpus: Corpus,
    stop: threading.Event,
    synced: Callable[[Synced], None] | None = None,
    told: Callable[[str], None] | None = None,
) -> None:
    """Keep a corpus up to date with what it follows, until told to stop.

    All is looked through at the beginning. A change is read once the file has been left alone for
    half a second. What can't be done now, as while another process writes to the corpus, is done
    later. Folders that the system can't watch are looked through every few seconds.

    Args:
        corpus: The corpus.
        stop: Set it to end within a second or after the file that is being read.
        synced: Called with what was done, if anything was or something went wrong.
        told: Called with what to tell the person: why something has to wait.

    Raises:
        CorpusNotFound, CorpusClosed: The corpus was moved away or closed meanwhile.
        CorpusReadOnly: There is something to be done, and the corpus may only be read.
    """
    _Watch(corpus, stop, synced or (lambda _: None), told or (lambda _: None)).run()


class _Watch:
    def __init__(
        self,
        corpus: Corpus,
        stop: threading.Event,
        synced: Callable[[Synced], None],
        told: Callable[[str], None],
    ) -> None:
        self._corpus = corpus
        self._stop = stop
        self._synced = synced
        self._notify = told
        self._last_notice = ""  # which isn't given twice in a row
        self._changed: dict[str, float] = {}  # paths, and when they last did
        self._first: dict[str, float] = {}  # and when they first did since they were last read
        self._all = True  # whether all has to be looked through
        self._not_before = self._pause = 0.0  # after something went wrong
        self._looked = self._refreshed = self._whole = 0.0
        self._folders: dict[str, _Identity] = {}
        self._files: dict[str, tuple[int, ...] | None] = {}

    def run(self) -> None:
        """Follow until told to stop."""
        try:
            while not self._stop.is_set():
                self._refresh()
                there = [path for path, identity in self._folders.items() if identity]
                try:
                    self._follow(there)
                except FileNotFoundError:  # gone in this moment: `_refresh` sees it
                    continue
                except (OSError, RuntimeError) as error:
                    self._poll(error)
        except _Stopped:
            pass

    def _follow(self, folders: list[str]) -> None:
        """Follow folders until others are there to be followed."""
        from watchfiles import watch as changes_in

        if not folders:
            self._turn(())
            self._stop.wait(_LOOK)
            return
        self._all = True  # what was changed before they were watched
        for changes in changes_in(
            *folders,
            watch_filter=self._matters,
            debounce=int(_SETTLED * 1000),
            stop_event=self._stop,
            rust_timeout=_TICK,
            yield_on_timeout=True,
            ignore_permission_denied=True,
        ):
            if not self._turn(path for _, path in changes):
                self._all = True
                return

    def _turn(self, changes: Iterable[str]) -> bool:
        """Take in changes, and do what is due; return whether the folders are the same."""
        now = time.monotonic()
        for path in changes:
            self._note(path, now)
        same = True
        if now - self._looked >= _LOOK:
            self._looked = now
            same = self._look(now)
        if now - self._whole >= _WHOLE:
            self._all = True
        if now >= self._not_before and (self._all or self._due(now)):
            self._sync(now)
        return same

    def _note(self, path: str, now: float) -> None:
        name = os.path.basename(path)  # noqa: PTH119 - of a text
        if name in IGNORE_FILES or name in MARKS:  # what is in the whole folder may be another
            path = os.path.dirname(path)  # noqa: PTH120
        self._changed[path] = now
        self._first.setdefault(path, now)

    def _matters(self, _: "Change", path: str) -> bool:
        """Return whether something may be a document, or says what is one."""
        root = max((one for one in self._folders if is_within(path, one)), key=len, default="")
        *folders, name = Path(path[len(root) :]).parts or ("",)
        own = self._corpus.folder
        inside = Path(path).relative_to(own).parts if is_within(path, str(own)) else ()
        if any(map(is_part_of_corpus, inside[:1])):
            return False  # each change of the corpus would lead to the next one
        if any(one.startswith(".") or one in INSTALLED for one in folders):
            return False
        return not name.startswith(".") or name in IGNORE_FILES

    def _due(self, now: float) -> list[str]:
        """Return what is settled: all at once, so that what was renamed is seen as a whole."""
        if not self._changed:
            return []
        if now - max(self._changed.values()) >= _SETTLED:
            return list(self._changed)
        return [
            path
            for path, last in self._changed.items()
            if (now - last >= _SETTLED and now - self._first[path] >= _PATIENCE)
            or now - self._first[path] >= _ENDLESS
        ]

    def _sync(self, now: float) -> None:
        due = self._due(now)
        whole = self._all or len(due) > _BURST
        try:
            synced = self._corpus.sync(changed=None if whole else due, progress=self._go_on)
        except (CorpusClosed, CorpusNotFound, CorpusReadOnly):
            raise
        except (RetrievalError, OSError, sqlite3.Error) as error:
            self._pause = min(max(_AGAIN, 2 * self._pause), _AGAIN_AT_LAST)
            self._not_before = time.monotonic() + self._pause
            self._all = self._all or whole
            busy = isinstance(error, CorpusLocked)
            self._notify_once(
                "Another process is writing to the corpus: changes wait until it has finished."
                if busy
                else f"{error} It is tried again."
            )
            return
        self._last_notice, self._pause = "", 0.0
        if whole:
            self._all, self._whole = False, time.monotonic()
        for path in due:
            del self._changed[path], self._first[path]
        if synced.changes or any(outcome.status == "failed" for outcome in synced.outcomes):
            self._synced(synced)

    def _go_on(self, _: Progress) -> None:
        if self._stop.is_set():
            raise _Stopped

    def _notify_once(self, text: str) -> None:
        if text != self._last_notice:
            self._last_notice = text
            self._notify(text)

    def _poll(self, error: Exception) -> None:
        """Look through the folders again and again, for a while."""
        limit = "limit reached" in str(error) or "Too many open files" in str(error)
        reason = "the system watches no more folders at once" if limit else str(error)
        more = " On Linux, raise fs.inotify.max_user_watches." if limit else ""
        self._notify_once(
            f"Changes aren't seen at once: {reason}. The folders are looked through every "
            f"{_POLL:.0f} seconds or more instead.{more}"
        )
        notice = self._last_notice
        end = time.monotonic() + _WHOLE
        while not self._stop.is_set() and time.monotonic() < end:
            begun = time.monotonic()
            self._all = True
            self._turn(())
            self._last_notice = self._last_notice or notice
            if self._stop.wait(max(_POLL, _SHARE * (time.monotonic() - begun))):
                break

    def _look(self, now: float) -> bool:
        """Look at single files and at whether the same folders are there; return the latter."""
        before = self._folders
        begin_reading()  # it ended if nothing was read for a while; the next change needn't wait
        if now - self._refreshed >= _REFRESH:
            self._refresh()
        for path, known in self._files.items():
            state = _state(path)
            if state != known:
                self._files[path] = state
                self._note(path, now)
        return before == {path: _identity(path) for path in self._folders}

    def _refresh(self) -> None:
        """Learn what is followed, and what of it is there."""
        self._refreshed = time.monotonic()
        try:
            sources = self._corpus.sources()
        except (CorpusClosed, CorpusNotFound):
            raise
        except CorpusError:
            return
        folders = [source.path for source in sources if source.kind == "folder"]
        self._folders = {path: _identity(path) for path in folders}
        files = [source.path for source in sources if source.kind == "file"]
        self._files = {
            path: self._files[path] if path in self._files else _state(path) for path in files
        }


def _identity(path: str) -> _Identity:
    """Return what tells a folder from another in its place; None if none is there."""
    try:
        status = Path(path).stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _state(path: str) -> tuple[int, ...] | None:
    try:
        status = Path(path).stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns
