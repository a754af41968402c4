"""Folders are followed while they change: `index.watch`."""

import shutil
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from index import Corpus, CorpusLocked, CorpusReadOnly, watch
from index.loading.process import _worker

pytestmark = pytest.mark.slow
PATIENCE = 60.0  # seconds; only what hangs takes so long, however busy the computer is


class Watched:
    """A corpus that is followed in a thread."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.synced = []
        self.told = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        watch(self.corpus, self._stop, self.synced.append, self.told.append)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._stop.set()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()

    def names(self) -> set[str]:
        return {document.name for document in self.corpus.documents()}

    def statuses(self) -> list[str]:
        return [one.status for synced in self.synced for one in synced.outcomes]


def wait_for(condition: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it has not come about"
        time.sleep(0.02)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "docs"
    (made / "sub").mkdir(parents=True)
    (made / "apples.txt").write_text("Apples are red.")
    (made / "sub" / "bread.txt").write_text("Bread rises overnight.")
    return made


@pytest.fixture
def watched(corpus: Corpus, folder: Path):
    corpus.add([folder])
    with Watched(corpus) as running:
        (folder / "first.txt").write_text("It is followed now.")
        wait_for(lambda: "added" in running.statuses())
        running.synced.clear()
        yield running


def ids(corpus: Corpus) -> dict[str, int]:
    return {document.name: document.id for document in corpus.documents()}


def test_what_changed_before_it_began_is_brought_in(corpus, folder):
    corpus.add([folder])
    (folder / "before.txt").write_text("Written while nobody looked.")

    with Watched(corpus) as running:
        wait_for(lambda: "before.txt" in running.names())


def test_new_changed_renamed_and_deleted_files_are_seen(watched, folder):
    before = ids(watched.corpus)
    (folder / "sub" / "new.txt").write_text("Plums are blue.")
    (folder / "apples.txt").rename(folder / "fruit.txt")
    wait_for(lambda: {"new.txt", "fruit.txt"} <= watched.names())
    assert ids(watched.corpus)["fruit.txt"] == before["apples.txt"]

    (folder / "sub").rename(folder / "other")
    wait_for(lambda: any("other" in one.source for one in watched.corpus.documents()))
    assert ids(watched.corpus)["bread.txt"] == before["bread.txt"]
    shutil.rmtree(folder / "other")
    wait_for(lambda: watched.names() == {"fruit.txt", "first.txt"})


def test_a_folder_that_is_new_is_looked_through(watched, folder, tmp_path):
    (tmp_path / "made" / "deep").mkdir(parents=True)
    for number in range(5):
        (tmp_path / "made" / "deep" / f"{number}.txt").write_text(f"Number {number}.")
    (tmp_path / "made").rename(folder / "made")

    wait_for(lambda: {f"{number}.txt" for number in range(5)} <= watched.names())


def test_after_idling_a_process_that_reads_files_stands_by_before_anything_changes(watched, folder):
    """It ends a minute after the last file, and takes half a second to start, or five."""
    before = _worker._process
    before.send_signal(signal.SIGALRM)  # as at the end of that minute
    wait_for(lambda: _worker._process not in {None, before})
    standing_by = _worker._process
    assert standing_by.poll() is None

    (folder / "apples.txt").write_text("Apples are green.")
    wait_for(lambda: "updated" in watched.statuses())
    assert _worker._process is standing_by


def test_an_editor_that_writes_by_rename_keeps_the_document(watched, folder):
    before = ids(watched.corpus)
    for step in range(3):
        (folder / ".apples.txt.swp").write_text("x")
        (folder / "apples.txt~").write_text(f"Apples are green, version {step}.")
        (folder / "apples.txt").unlink()
        (folder / "apples.txt~").rename(folder / "apples.txt")
        (folder / ".apples.txt.swp").unlink()
        time.sleep(0.1)

    wait_for(lambda: "updated" in watched.statuses())
    with watched.corpus.snapshot() as state:
        assert state.text(before["apples.txt"]) == "Apples are green, version 2."
    assert set(watched.statuses()) == {"updated"}
    assert ids(watched.corpus) == before


def test_a_file_is_read_once_it_is_written(watched, folder, monkeypatch):
    monkeypatch.setattr("index.watching._SETTLED", 3.0)  # longer than a busy computer may pause
    with (folder / "slow.txt").open("w") as file:
        for number in range(12):
            file.write(f"Sentence {number} is here. ")
            file.flush()
            time.sleep(0.1)

    wait_for(watched.statuses)
    assert watched.statuses() == ["added"]
    document = next(one for one in watched.corpus.documents() if one.name == "slow.txt")
    assert document.sentences == 12


def test_a_file_that_is_always_written_is_read_all_the_same(watched, folder, monkeypatch):
    monkeypatch.setattr("index.watching._ENDLESS", 1.0)
    end = threading.Event()

    def write() -> None:
        while not end.wait(0.05):
            with (folder / "endless.txt").open("a") as file:
                file.write("And on. ")

    writing = threading.Thread(target=write)
    writing.start()
    try:
        wait_for(lambda: "endless.txt" in watched.names())
    finally:
        end.set()
        writing.join()


def test_thousands_of_changes_at_once_are_all_seen(watched, folder, monkeypatch):
    monkeypatch.setattr("index.watching._BURST", 100)
    for number in range(300):
        (folder / f"{number}.txt").write_text(f"Number {number}.")
    wait_for(lambda: len(watched.names()) == 303)
    for number in range(300):
        (folder / f"{number}.txt").unlink()

    wait_for(lambda: len(watched.names()) == 3)


def test_a_folder_that_goes_and_comes_back_is_followed_on(watched, folder):
    before = ids(watched.corpus)
    folder.rename(folder.with_name("away"))
    wait_for(lambda: "failed" in watched.statuses())
    assert ids(watched.corpus) == before
    folder.with_name("away").rename(folder)
    (folder / "back.txt").write_text("It is back.")

    wait_for(lambda: "back.txt" in watched.names())
    (folder / "again.txt").write_text("And is followed.")
    wait_for(lambda: "again.txt" in watched.names())
    assert ids(watched.corpus).items() > before.items()


def test_single_files_and_folders_given_meanwhile_are_followed(watched, tmp_path, monkeypatch):
    monkeypatch.setattr("index.watching._REFRESH", 0.2)
    alone, more = tmp_path / "alone.txt", tmp_path / "more"
    more.mkdir()
    alone.write_text("It stands alone.")
    (more / "a.txt").write_text("One more.")
    watched.corpus.add([alone, more])
    time.sleep(0.5)
    (more / "b.txt").write_text("And one.")
    wait_for(lambda: "b.txt" in watched.names())
    (tmp_path / "alone.new").write_text("It stands alone no longer.")
    (tmp_path / "alone.new").replace(alone)

    wait_for(lambda: "updated" in watched.statuses())


def test_an_ignore_file_takes_effect_when_it_is_written(watched, folder):
    (folder / ".verbatimignore").write_text("sub/\n")
    wait_for(lambda: "bread.txt" not in watched.names())
    (folder / ".verbatimignore").unlink()
    wait_for(lambda: "bread.txt" in watched.names())


def test_what_another_process_locks_is_done_later_and_told_once(watched, folder, monkeypatch):
    monkeypatch.setattr("index.watching._AGAIN", 0.1)
    sync, refused = Corpus.sync, []

    def locked(corpus: Corpus, **settings: object):
        if len(refused) < 3:
            refused.append(settings)
            raise CorpusLocked("Another process is writing.")
        return sync(corpus, **settings)

    monkeypatch.setattr(Corpus, "sync", locked)
    (folder / "late.txt").write_text("It comes late.")

    wait_for(lambda: "late.txt" in watched.names())
    assert len(refused) == 3
    assert len(watched.told) == 1
    assert "Another process is writing" in watched.told[0]


@pytest.mark.parametrize(
    "error", [OSError("OS file watch limit reached. about []"), RuntimeError("no inotify")]
)
def test_what_cannot_be_watched_is_looked_through_again_and_again(
    corpus, folder, monkeypatch, error
):
    def refused(*_: object, **__: object):
        raise error

    monkeypatch.setattr("watchfiles.watch", refused)
    monkeypatch.setattr("index.watching._POLL", 0.2)
    corpus.add([folder])

    with Watched(corpus) as running:
        wait_for(lambda: running.told)
        for number in range(2):
            (folder / f"{number}.txt").write_text("Seen late.")
            wait_for(lambda number=number: f"{number}.txt" in running.names())
    assert len(running.told) == 1
    assert "looked through every" in running.told[0]


def test_a_corpus_in_its_folder_is_not_followed_in_a_circle(tmp_path, encoder):
    (tmp_path / "a.txt").write_text("Apples are red.")
    with Corpus(tmp_path / "corpus", create=True, encoder=encoder) as corpus:
        corpus.add([tmp_path])
        with Watched(corpus) as running:
            (tmp_path / "b.txt").write_text("Bread rises.")
            wait_for(lambda: "b.txt" in running.names())
            count = corpus.change_count
            time.sleep(1.5)
            assert corpus.change_count == count
            assert [one.name for one in corpus.documents()] == ["a.txt", "b.txt"]


def test_it_ends_soon_though_much_is_read(corpus, folder, monkeypatch):
    from index.changing import reading

    parse = reading.parse_file
    parsing = threading.Event()

    def slowly(*arguments: object, **settings: object):
        parsing.set()
        time.sleep(0.05)
        return parse(*arguments, **settings)

    monkeypatch.setattr("index.changing.reading.parse_file", slowly)
    corpus.follow([folder])
    for number in range(200):
        (folder / f"{number}.txt").write_text(f"Number {number}.")
    with Watched(corpus):
        assert parsing.wait(PATIENCE)
        begun = time.monotonic()
    assert time.monotonic() - begun < 5
    assert corpus.check() == []


def test_a_corpus_that_may_only_be_read_says_so_at_its_first_change(corpus, folder, monkeypatch):
    corpus.add([folder])
    monkeypatch.setattr(corpus._store, "barred", folder)
    (folder / "new.txt").write_text("New.")

    with pytest.raises(CorpusReadOnly):
        watch(corpus, threading.Event())
