"""A corpus that may only be read: searched, never changed, and an error that says why."""

import shutil
import sqlite3
from contextlib import closing
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from index import Corpus, CorpusError, backup, restore
from index.search.local.local_engine import LocalWriter
from tests.durability.forked import Forked
from tests.durability.read_only import attempt, may_be_bound

FORMATS = sorted((Path(__file__).parents[1] / "golden" / "corpora").glob("*.sql"))
SOUND = "found Pears are green.\nfound Pears are green.\n[] ['a']"


@pytest.fixture
def begun(tmp_path):
    """Begin something in a process for which permissions count even if it belongs to root."""
    if not may_be_bound():
        pytest.skip("root may write anywhere, and only Linux lets it give that up")
    begun = []

    def begin(folder: Path, deed: str) -> tuple[Forked, Connection]:
        here, there = Pipe()
        process = Forked(tmp_path / "errors", attempt, folder, deed, there)
        there.close()
        process.begin()
        begun.append(process)
        return process, here

    yield begin
    for process in begun:
        if process.is_open:
            process.kill()


def rest_of(process: Forked, here: Connection) -> str:
    """Return what it still sends until its end, line by line."""
    lines = []
    while True:
        try:
            lines.append(here.recv())
        except EOFError:
            break
    assert process.end(120) == (0, "")
    return "\n".join(lines)


@pytest.fixture
def as_one_who_may_not_write(begun):
    return lambda folder, deed: rest_of(*begun(folder, deed))


def freeze(*paths: Path) -> None:
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)


def thaw(*paths: Path) -> None:
    for path in paths:
        if path.exists():
            path.chmod(0o755 if path.is_dir() else 0o644)


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def frozen(tmp_path, encoder):
    """A corpus whose folder and files are for reading only."""
    folder = tmp_path / "corpus"
    with Corpus(folder, create=True, encoder=encoder) as corpus:
        corpus.add_text("Apples are red. Pears are green.", name="a")
    everything = [folder, *folder.rglob("*")]
    freeze(*everything)
    yield folder
    thaw(*everything)


def test_a_corpus_that_may_only_be_read_is_searched_and_left_as_it_is(
    frozen, as_one_who_may_not_write
):
    before = contents(frozen)

    assert as_one_who_may_not_write(frozen, "search") == SOUND
    assert contents(frozen) == before


@pytest.mark.parametrize("deed", ["add", "remove", "repair", "feedback"])
def test_a_change_of_it_is_refused_with_what_bars_it_and_what_to_do(
    frozen, deed, as_one_who_may_not_write
):
    before = contents(frozen)

    told = as_one_who_may_not_write(frozen, deed)

    assert told.startswith(f"CorpusReadOnly The corpus in {frozen} can't be written: {frozen}")
    assert "get write permission" in told
    assert contents(frozen) == before


KINDS = {
    "folder": "",
    "database": "corpus.sqlite3",
    "lexical index": "lexical",
    "lock": "write.lock",
    "lock of the lexical index": "lexical/.tantivy-writer.lock",
}


@pytest.mark.parametrize("kind", KINDS)
def test_one_part_that_may_only_be_read_is_enough(frozen, kind, as_one_who_may_not_write):
    thaw(frozen, *frozen.rglob("*"))
    freeze(frozen / KINDS[kind])
    before = contents(frozen)

    assert as_one_who_may_not_write(frozen, "search") == SOUND
    assert f"{frozen / KINDS[kind]} is read-only" in as_one_who_may_not_write(frozen, "add")
    assert contents(frozen) == before, "files of ours would bar those who may write"


def test_what_was_committed_before_a_kill_is_found_with_and_without_the_logs_index(
    tmp_path, encoder, as_one_who_may_not_write
):
    with Corpus(tmp_path / "corpus", create=True, encoder=encoder) as corpus:
        corpus.add_text("Apples are red.", name="a")
        corpus.add_text("Apples are red. Pears are green.", name="a")
        for name in ("whole", "without the index of the log"):
            shutil.copytree(corpus.folder, tmp_path / name)
    (tmp_path / "without the index of the log" / "corpus.sqlite3-shm").unlink()
    for name in ("whole", "without the index of the log"):
        folder = tmp_path / name
        assert (folder / "corpus.sqlite3-wal").stat().st_size
        freeze(folder, *folder.rglob("*"))
        before = contents(folder)

        assert as_one_who_may_not_write(folder, "search") == SOUND
        assert contents(folder) == before
        thaw(folder, *folder.rglob("*"))


@pytest.mark.parametrize("lost", ["lexical", "dense.faiss", "dense.json", "lexical/meta.json"])
def test_indexes_that_are_missing_or_damaged_are_made_again_aside(
    frozen, lost, as_one_who_may_not_write
):
    thaw(frozen, frozen / "lexical")
    path = frozen / lost
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    freeze(frozen, *frozen.glob("lexical"))

    assert as_one_who_may_not_write(frozen, "search") == SOUND


def test_a_backup_that_may_only_be_read_is_a_corpus(frozen, tmp_path, as_one_who_may_not_write):
    thaw(frozen, *frozen.rglob("*"))
    backup(frozen, tmp_path / "backup")
    restore(tmp_path / "backup", tmp_path / "again")
    freeze(tmp_path / "again", tmp_path / "again" / "corpus.sqlite3")

    assert as_one_who_may_not_write(tmp_path / "again", "search") == SOUND
    thaw(tmp_path / "again")


@pytest.mark.parametrize("broken_off", ["change", "removal"])
def test_what_a_broken_off_change_left_behind_hides_nothing_there(
    tmp_path, encoder, monkeypatch, broken_off, as_one_who_may_not_write
):
    folder = tmp_path / "corpus"
    many = " ".join(f"Pears are green, said {number}." for number in range(300))

    def fail(*_: object) -> None:
        raise OSError("power lost")

    with Corpus(folder, create=True, encoder=encoder) as corpus:
        corpus.add_text("Apples are red. Pears are green.", name="a")
        if broken_off == "removal":
            corpus.add_text(many, name="b")
        commit = LocalWriter.commit
        how = {
            "change": ("commit", lambda *given: commit(*given) or fail()),
            "removal": ("finish", fail),
        }
        with monkeypatch.context() as patch:
            patch.setattr(LocalWriter, *how[broken_off])
            if broken_off == "removal":
                corpus.remove(["b"])
            else:
                with pytest.raises(CorpusError, match="power lost"):
                    corpus.add_text(many, name="b")
    freeze(folder, *folder.rglob("*"))

    assert as_one_who_may_not_write(folder, "search") == SOUND
    thaw(folder, *folder.rglob("*"))


def test_what_somebody_who_may_write_changes_is_seen(frozen, encoder, begun):
    process, here = begun(frozen, "search twice")
    assert [here.recv() for _ in range(3)][-1] == "changed?"
    thaw(frozen, *frozen.rglob("*"))
    with Corpus(frozen, encoder=encoder) as corpus:
        corpus.add_text("Pears are yellow now.", name="a")

    here.send("yes")
    told = rest_of(process, here)

    assert told == "\n".join([*["found Pears are yellow now."] * 2, "[] ['a']"])


@pytest.mark.parametrize("dump", FORMATS, ids=lambda path: path.stem)
def test_a_corpus_of_an_earlier_format_that_may_only_be_read_is_searched(
    dump, tmp_path, make_encoder, as_one_who_may_not_write
):
    folder = tmp_path / "corpus"
    folder.mkdir()
    with closing(sqlite3.connect(folder / "corpus.sqlite3")) as database:
        database.executescript(dump.read_text(encoding="utf-8"))
    freeze(folder, *folder.rglob("*"))
    before = contents(folder)

    told = as_one_who_may_not_write(folder, "search an earlier format")

    assert told == "\n".join([*["found Pears are yellow."] * 2, "[] ['fruit']"])
    assert "can't be written" in as_one_who_may_not_write(folder, "feedback")
    assert contents(folder) == before
    thaw(folder)


def test_no_corpus_is_made_where_nothing_may_be_written(frozen, as_one_who_may_not_write):
    told = as_one_who_may_not_write(frozen / "inside", "create")

    assert "can't be used as a corpus folder" in told
    assert not (frozen / "inside").exists()


def test_once_it_may_be_written_again_all_is_there(frozen, encoder, as_one_who_may_not_write):
    as_one_who_may_not_write(frozen, "add")
    thaw(frozen, *frozen.rglob("*"))

    with Corpus(frozen, encoder=encoder) as corpus, corpus.snapshot() as state:
        assert state.text(1) == "Apples are red. Pears are green."
        assert state.search("pears", limit=5)
