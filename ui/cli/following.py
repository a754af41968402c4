"""Follows a corpus's folders beside other work, and tells in the terminal what changes."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Self

from rich.text import Text

from index import Corpus, RetrievalError, Synced, watch
from ui.cli.terminal import errors, plain

_GOODBYE = 3.0  # seconds that the file at hand gets to be read to its end
_MOST_NAMED = 20  # changes that are told one by one; of more their number


class Reporter:
    """Tells what following a corpus's folders has changed, each failure once."""

    def __init__(self) -> None:
        self._failed: dict[str, str] = {}

    def synced(self, synced: Synced) -> None:
        """Print what was changed, and what can't be read and why."""
        now = f"{datetime.now().astimezone():%H:%M:%S}"
        changes = synced.changes
        for outcome in changes[:_MOST_NAMED]:
            self._failed.pop(outcome.source, None)
            errors.print(Text(f"{now} {outcome.status}: {plain(outcome.source)}"))
        if len(changes) > _MOST_NAMED:
            errors.print(Text(f"{now} and {len(changes) - _MOST_NAMED:,} more"))
        for outcome in synced.outcomes:
            if outcome.status == "failed" and self._failed.get(outcome.source) != outcome.reason:
                self._failed[outcome.source] = outcome.reason
                reason = f"{now} {plain(outcome.source)}: {plain(outcome.reason)}"
                errors.print(Text(reason, style="red"))

    def notify(self, message: str) -> None:
        """Print why something has to wait."""
        errors.print(Text(plain(message), style="yellow"))


class Follower:
    """Follows the folders of corpora, each in a thread, until its block ends."""

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        """Keep what to call after each change."""
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._changed = changed
        self._reporter = Reporter()

    def start(self, corpus: Corpus) -> None:
        """Begin to follow what a corpus follows."""
        thread = threading.Thread(
            target=self._run, args=(corpus,), name="follow-folders", daemon=True
        )
        self._threads.append(thread)
        thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(_GOODBYE)

    def _run(self, corpus: Corpus) -> None:
        try:
            watch(corpus, self._stop, self._synced, self._reporter.notify)
        except RetrievalError as error:
            if not self._stop.is_set():
                self._reporter.notify(f"Folders are no longer followed: {error}")
        except Exception:
            logging.getLogger(__name__).exception("Folders are no longer followed")

    def _synced(self, synced: Synced) -> None:
        self._reporter.synced(synced)
        if synced.changes:
            self._changed()
