"""Open corpora, each opened once a process; the default one is made from the seeds when needed."""

import atexit
import threading
from collections.abc import Callable
from pathlib import Path

from index import Corpus, Progress, path_of
from qa.settings import Settings, seeds_folder

_open: dict[Path, Corpus] = {}
# Guards `_open`. Held while a corpus is opened, and while the default one is made: whoever comes
# meanwhile waits, and is given the same.
_guard = threading.Lock()


def open_corpus(
    corpus: Corpus | Path | str | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Corpus:
    """Return an open corpus, opening it at most once.

    Args:
        corpus: An open corpus, its folder, or None for the default corpus, which is made from the
            article that comes with Verbatim if it isn't there yet.
        progress: Called while the default corpus is made.

    Raises:
        CorpusNotFound: There is no corpus in the folder.
        BadSetting: It is an empty text.
    """
    if isinstance(corpus, Corpus):
        return corpus
    settings = Settings.from_environment()
    default = settings.corpus.resolve()
    folder = default if corpus is None else path_of(corpus, "corpus").resolve()
    with _guard:
        known = _open.get(folder)
        if known and not known.usable:  # closed by whoever had it, or its folder was moved away
            known.close()
            del _open[folder]
        if folder not in _open:
            _open[folder] = _opened(folder, progress, settings, default=folder == default)
        return _open[folder]


def _opened(
    folder: Path, progress: Callable[[Progress], None] | None, settings: Settings, *, default: bool
) -> Corpus:
    first_time = default and not Corpus.exists(folder)
    opened = Corpus(folder, create=default, model=settings.model if first_time else None)
    try:
        if default and opened.untouched:
            opened.add([seeds_folder()], progress, follow=False)
    except BaseException:
        opened.close()
        raise
    return opened


@atexit.register
def close_corpora() -> None:
    """Close every corpus that `open_corpus` opened."""
    with _guard:
        for corpus in _open.values():
            corpus.close()
        _open.clear()
