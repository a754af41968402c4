"""Killed at any instant or refused by the disk, a corpus is in its old or its new state.

Runs 50 times; VERBATIM_DURABILITY_RUNS=1000 is the long mode.
"""

import json
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import Corpus

RUNS = int(os.environ.get("VERBATIM_DURABILITY_RUNS", "50"))
ON_ONE_CORPUS = 10  # runs one after another, before a new corpus is begun
CHANGES = Path(__file__).parent / "changes.py"
ROOT = Path(__file__).parents[2]


def changing(folder, journal, seed, *fault) -> subprocess.Popen:
    """Return a process that will change the corpus once a line is written to it."""
    return subprocess.Popen(
        [sys.executable, str(CHANGES), str(folder), str(journal), str(seed), *fault],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def one_ahead(started: Iterator[subprocess.Popen]) -> Iterator[subprocess.Popen]:
    """Yield one process after another, and start the next one beforehand."""
    process = next(started)
    for following in started:
        yield process
        process = following
    yield process


def kill_in_the_middle(process, journal, rng) -> None:
    """Let a process change the corpus, and kill it some time after its first change."""
    noted = journal.stat().st_size if journal.exists() else 0
    process.stdin.write("begin\n")
    process.stdin.flush()
    while process.poll() is None and (not journal.exists() or journal.stat().st_size == noted):
        time.sleep(0.005)
    time.sleep(rng.uniform(0, 0.5))
    process.kill()
    _, error = process.communicate()
    assert process.returncode == -9, error


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
    """Check all that a person could notice of it; return the version each document is at."""
    assert corpus.check() == []
    found = {document.name: version_of(corpus, document) for document in corpus.documents()}
    for name, versions in allowed.items():
        assert found.get(name) in versions, (name, found.get(name), versions)
    assert set(found) <= set(allowed)
    with corpus.snapshot() as state:
        for name in allowed:
            for hit in state.search(f"says {name}{found.get(name, 'v0')}", limit=5):
                sentence = state.sentences([hit.sentence_id])[hit.sentence_id]
                owner = state.document(sentence.document_id).name
                assert f"{owner}{found[owner]}." in sentence.text
                text = state.text(sentence.document_id, sentence.start, sentence.end)
                assert text == sentence.text
    return found


def refused_by_the_disk(process) -> None:
    """Let a process change the corpus until the disk refuses, which it has to say as it should."""
    _, error = process.communicate("begin\n", timeout=120)
    assert process.returncode == 1
    last = error.strip().splitlines()[-1]
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


def kill_and_look_over(tmp_path, make_encoder, series) -> None:
    """Kill one process after another, and look the corpus over after each."""
    rng = random.Random(series)  # noqa: S311 - no secret
    folder, journal = tmp_path / "corpus", tmp_path / "journal"
    interrupted = 0
    seeds = range(1 + series * ON_ONE_CORPUS, 1 + (series + 1) * ON_ONE_CORPUS)
    for process in one_ahead(changing(folder, journal, seed) for seed in seeds):
        kill_in_the_middle(process, journal, rng)
        with Corpus(folder, create=True, encoder=make_encoder()) as corpus:
            allowed, in_the_middle = states(journal)
            found = look_over(corpus, allowed)
        interrupted += in_the_middle
        with journal.open("a", encoding="utf-8") as notes:
            notes.write(json.dumps({"found": {name: found.get(name) for name in allowed}}) + "\n")

    assert interrupted > 0


@pytest.mark.parametrize("series", range(-(-RUNS // ON_ONE_CORPUS)))
def test_a_killed_process_leaves_the_old_or_the_new_state(tmp_path, make_encoder, series):
    kill_and_look_over(tmp_path, make_encoder, series)


def test_so_it_does_where_milvus_searches(tmp_path, make_encoder, milvus):
    settings = {"engine": "milvus", "milvus_uri": milvus.uri}
    Corpus(tmp_path / "corpus", create=True, encoder=make_encoder(), **settings).close()

    kill_and_look_over(tmp_path, make_encoder, 1000)
