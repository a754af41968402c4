"""Killed at any instant or refused by the disk, a corpus is in its old or its new state.

Runs 30 times, and 5 times where Milvus searches, which takes its time; the long mode is
VERBATIM_DURABILITY_RUNS=1000.
"""

import json
import os
import random
import re
import shutil
import sqlite3
import time
from contextlib import closing
from itertools import cycle
from pathlib import Path

import pytest

from index import DENSE, LEXICAL, Corpus, backup, restore
from index.store.migrations import MIGRATIONS
from tests.durability.changes import change_for_ever
from tests.durability.forked import Forked
from tests.toy_encoder import ToyEncoder

RUNS = int(os.environ.get("VERBATIM_DURABILITY_RUNS", "30"))
ON_ONE_CORPUS = 10  # runs one after another, before a new corpus is begun
ON_MILVUS = max(5, RUNS // 10)  # each kind of change, and the first once more
LONGEST = {"add": 0.1, "remove": 0.05, "backup": 0.02, "any": 0.5}  # seconds that deeds last
ROOT = Path(__file__).parents[2]


def changing(folder, journal, seed, *fault) -> Forked:
    """Return a process that changes the corpus once it is told to begin."""
    return Forked(journal.with_name("errors"), change_for_ever, folder, journal, seed, *fault)


def kill_in_the_middle(process, journal, rng, deed) -> None:
    """Let a process change the corpus, and kill it some time after it began such a deed."""
    start = journal.stat().st_size if journal.exists() else 0
    process.begin()
    while process.is_alive() and not begins(journal, start, deed):
        time.sleep(0.001)
    time.sleep(rng.uniform(0, LONGEST[deed]))
    code, error = process.kill()
    assert code == -9, error


def begins(journal, start: int, deed: str) -> bool:
    """Return whether the last line of the journal, later than `start`, is that of such a deed."""
    if not journal.exists():
        return False
    lines = journal.read_bytes()[start:].splitlines()
    return bool(lines) and (deed == "any" or f'"deed": "{deed}"'.encode() in lines[-1])


def states(journal) -> tuple[dict[str, set[str | None]], bool]:
    """Return the versions that each document may be at, and whether a change was under way."""
    allowed: dict[str, set[str | None]] = {}
    begun: dict[str, str | None] = {}
    for line in journal.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if "found" in entry:
            allowed = {name: {version} for name, version in entry["found"].items()}
        elif "done" in entry:
            allowed |= {name: {version} for name, version in entry["done"].items()}
        begun = entry.get("begun", {})
    for name, version in begun.items():
        allowed[name] = allowed.get(name, {None}) | {version}
    return allowed, bool(begun)


def version_of(corpus, document) -> str:
    """Return the one version that all of a document's sentences say."""
    with corpus.snapshot() as state:
        sentences = state.sentences_of(document.id)
    (version,) = {re.search(r"v\d+", sentence.text)[0] for sentence in sentences}
    assert [s.number for s in sentences] == list(range(1, document.sentences + 1))
    return version


def look_over(corpus, allowed) -> dict[str, str]:
    """Check all that a person could notice of it; return the version each document is at.

    Searched first, before `check` puts anything in order.
    """
    found = {document.name: version_of(corpus, document) for document in corpus.documents()}
    for name, versions in allowed.items():
        assert found.get(name) in versions, (name, found.get(name), versions)
    assert set(found) <= set(allowed)
    search(corpus, found)
    assert corpus.check() == []
    search(corpus, found)
    return found


def search(corpus, found) -> None:
    """Look for each document by its words and by its meaning: what is there has to be found."""
    with corpus.snapshot() as state:
        for name, version in found.items():
            for weights in (LEXICAL, DENSE):
                hits = state.search(f"says {name}{version}", limit=5, weights=weights)
                assert hits
                for place, hit in enumerate(hits):
                    sentence = state.sentences([hit.sentence_id])[hit.sentence_id]
                    owner = state.document(sentence.document_id).name
                    assert f"{owner}{found[owner]}." in sentence.text
                    assert owner == name or place or weights is DENSE, "words tell documents apart"
                    text = state.text(sentence.document_id, sentence.start, sentence.end)
                    assert text == sentence.text


def refused_by_the_disk(process) -> None:
    """Let a process change the corpus until the disk refuses, which it has to say as it should."""
    process.begin()
    code, error = process.end(300)
    assert code == 1
    last = error.strip().splitlines()[-1]
    if last.startswith("index.errors.BadSetting: "):  # a backup, which changes nothing
        assert re.search(r"backup-\d+ can't be written: .* the corpus is as it was\.$", last), error
        return
    assert last.startswith("index.errors.CorpusError: The corpus in "), error
    assert "What it held before is unharmed." in last


@pytest.mark.parametrize("series", range(-(-RUNS // ON_ONE_CORPUS)))
@pytest.mark.parametrize("fault", ["full", "fsync"])
def test_a_disk_that_refuses_leaves_the_old_or_the_new_state(tmp_path, make_encoder, series, fault):
    rng = random.Random(f"{fault} {series}")  # noqa: S311 - no secret
    folder, journal = tmp_path / "corpus", tmp_path / "journal"
    with Corpus(folder, create=True, encoder=make_encoder()):
        pass
    for run in range(ON_ONE_CORPUS // 5):
        size = f"full={rng.randrange(100_000, 1_500_000)}"
        seed = 1 + series * ON_ONE_CORPUS + run
        how = size if fault == "full" else fault
        refused_by_the_disk(changing(folder, journal, seed, how))
        with Corpus(folder, create=True, encoder=make_encoder()) as corpus:
            allowed, _ = states(journal)
            found = look_over(corpus, allowed)
        with journal.open("a", encoding="utf-8") as notes:
            notes.write(json.dumps({"found": {name: found.get(name) for name in allowed}}) + "\n")


def kill_and_look_over(tmp_path, make_encoder, series, runs=ON_ONE_CORPUS) -> None:
    """Kill one process after another, and look the corpus over after each."""
    rng = random.Random(series)  # noqa: S311 - no secret
    folder, journal = tmp_path / "corpus", tmp_path / "journal"
    interrupted = 0
    seeds = range(1 + series * ON_ONE_CORPUS, 1 + series * ON_ONE_CORPUS + runs)
    deeds = cycle(LONGEST)
    for process in (changing(folder, journal, seed) for seed in seeds):
        deed = next(deeds)
        kill_in_the_middle(process, journal, rng, deed)
        with Corpus(folder, create=True, encoder=make_encoder()) as corpus:
            allowed, in_the_middle = states(journal)
            found = look_over(corpus, allowed)
        interrupted += in_the_middle
        if deed == "backup":
            look_backups_over(tmp_path, make_encoder, found)
        with journal.open("a", encoding="utf-8") as notes:
            notes.write(json.dumps({"found": {name: found.get(name) for name in allowed}}) + "\n")

    assert interrupted > 0


def look_backups_over(tmp_path, make_encoder, found) -> None:
    """Let the last of them be whole, or not there; where it isn't, the same can be made now."""
    # A killed one leaves `X.new`, and files that SQLite and its lock have beside it
    begun = {tmp_path / re.match(r"backup-\d+", path.name)[0] for path in tmp_path.glob("backup-*")}
    for path in begun:
        made_now = not path.exists()
        if made_now:
            backup(tmp_path / "corpus", path)
        restore(path, tmp_path / "again")
        with Corpus(tmp_path / "again", encoder=make_encoder()) as again:
            names = {document.name: version_of(again, document) for document in again.documents()}
            search(again, names)
            assert again.check() == []
            assert names == found or not made_now
        shutil.rmtree(tmp_path / "again")
    for path in tmp_path.glob("backup-*"):
        path.unlink()


@pytest.mark.parametrize("series", range(-(-RUNS // ON_ONE_CORPUS)))
def test_a_killed_process_leaves_the_old_or_the_new_state(tmp_path, make_encoder, series):
    kill_and_look_over(tmp_path, make_encoder, series)


def test_so_it_does_where_milvus_searches(tmp_path, make_encoder, milvus):
    settings = {"engine": "milvus", "milvus_uri": milvus.uri}
    Corpus(tmp_path / "corpus", create=True, encoder=make_encoder(), **settings).close()

    kill_and_look_over(tmp_path, make_encoder, 1000, ON_MILVUS)


def open_and_wait(folder) -> None:
    with Corpus(folder, encoder=ToyEncoder(dimension=16)):
        time.sleep(600)


@pytest.mark.parametrize("series", range(-(-RUNS // ON_ONE_CORPUS)))
def test_killed_while_a_corpus_is_brought_to_a_later_format_nothing_is_lost(
    tmp_path, make_encoder, series
):
    rng = random.Random(f"migrations {series}")  # noqa: S311 - no secret
    folder = tmp_path / "corpus"
    folder.mkdir()
    dump = (ROOT / "tests" / "golden" / "corpora" / "format-1.sql").read_text(encoding="utf-8")
    with closing(sqlite3.connect(folder / "corpus.sqlite3")) as database:
        database.executescript(dump)
        columns = "name, stamp, title, format, sha256, characters, sentences, added, page_starts"
        database.executescript(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) "  # noqa: S608
            f"INSERT INTO document (source, {columns}, text) "
            f"SELECT 'copy' || i, {columns}, text FROM document, n;"
            "INSERT INTO sentence (document_id, number, paragraph, start_at, end_at, vector_id) "
            "SELECT document.id, number, paragraph, start_at, end_at, vector_id "
            "FROM document, sentence WHERE source LIKE 'copy%' ORDER BY document.id, number;"
            "INSERT OR REPLACE INTO meta SELECT 'next_sentence_id', 1 + max(id) FROM sentence;"
        )
    formats = set()
    for _ in range(ON_ONE_CORPUS // 2):
        process = Forked(tmp_path / "errors", open_and_wait, folder)
        process.begin()
        time.sleep(rng.uniform(0, 0.15))
        code, error = process.kill()
        assert code == -9, error
        with closing(sqlite3.connect(folder / "corpus.sqlite3")) as database:
            formats |= set(database.execute("PRAGMA user_version").fetchone())

    with Corpus(folder, encoder=make_encoder(dimension=16)) as corpus:
        with corpus.snapshot() as state:
            assert state.document_count == 3001
            assert state.text(1) == state.text(3001)
            (hit,) = state.search("pears are yellow", limit=1, weights=LEXICAL)
            assert state.sentences([hit.sentence_id])[hit.sentence_id].text == "Pears are yellow."
        assert corpus.check() == []
    assert formats <= set(range(1, 1 + len(MIGRATIONS)))
