"""Encoding on a real Ray cluster: nothing is lost, and nothing is other than on one computer."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import ray_driver

from index import Corpus

ROOT = Path(__file__).parents[2]
UNIQUE = 10 * 400 + 100  # sentences of `folder`


def vectors(corpus: Corpus) -> dict[str, np.ndarray]:
    """Return the stored vector of each sentence."""
    with corpus.snapshot() as state:
        texts = {s.id: s.text for d in state.documents() for s in state.sentences_of(d.id)}
    ids = np.array(sorted(texts))
    dimension = corpus._model.ready().dimension
    return {
        texts[int(i)]: vector
        for found, batch in corpus._store.vectors.batches(ids, dimension)
        for i, vector in zip(found, batch, strict=True)
    }


def assert_all_there(corpus: Corpus) -> None:
    assert [document.sentences for document in corpus.documents()] == [500] * 10
    assert corpus.check() == []
    local = ray_driver.ToyEncoder()
    stored = vectors(corpus)
    assert len(stored) == UNIQUE
    for text, vector in stored.items():
        assert vector @ local.encode_query(text) > 0.9999, text


@pytest.mark.long
def test_a_killed_worker_loses_nothing(cluster, folder, tmp_path, log):
    killed = []

    def kill_one(step) -> None:
        deadline = time.monotonic() + 60
        while step.stage == "encoding" and not killed and time.monotonic() < deadline:
            if busy := cluster.busy_workers():
                os.kill(busy[0], signal.SIGKILL)
                killed.append(busy[0])

    with Corpus(tmp_path / "c", create=True, encoder=ray_driver.LoggingToy(log)) as corpus:
        outcomes = corpus.add([folder], kill_one, cluster.address)

        assert len(killed) == 1
        assert [outcome.status for outcome in outcomes] == ["added"] * 10
        assert_all_there(corpus)


@pytest.mark.long
def test_a_lost_node_loses_nothing(cluster, folder, tmp_path, log):
    lost = []

    def lose_one(step) -> None:
        if step.stage == "encoding" and not lost:
            lost.append(step)
            cluster.tell("lose")

    with Corpus(tmp_path / "c", create=True, encoder=ray_driver.LoggingToy(log)) as corpus:
        corpus.add([folder], lose_one, cluster.address)

        assert len(lost) == 1
        assert_all_there(corpus)


@pytest.mark.long
def test_a_run_that_was_killed_goes_on_and_encodes_nothing_committed_again(
    cluster, folder, tmp_path, log
):
    # So slow that it is at work when it is seen to have committed something, and is killed
    arguments = [str(tmp_path / "c"), str(log), cluster.address, "0.5", str(folder)]
    driver = subprocess.Popen(
        [sys.executable, ray_driver.__file__, *arguments],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    try:
        with Corpus(tmp_path / "c", create=True, encoder=ray_driver.LoggingToy(log)) as corpus:
            deadline = time.monotonic() + 60
            while not corpus.documents() and driver.poll() is None and time.monotonic() < deadline:
                time.sleep(0.01)
            driver.kill()
            driver.wait()
            committed = set(vectors(corpus))
            assert 0 < len(committed) < UNIQUE, "killed in the middle"
            totals = []

            corpus.add(
                [folder],
                lambda step: (
                    totals.append((step.total, step.done)) if step.stage == "encoding" else None
                ),
                cluster.address,
            )

            assert sum(total for total, done in totals if total == done) == UNIQUE - len(committed)
            assert_all_there(corpus)
            written = Counter(log.read_text().splitlines())
            assert {written[text] for text in committed} == {1}
    finally:
        driver.kill()
        driver.wait()


@pytest.mark.model
def test_the_command_makes_the_vectors_that_one_computer_makes(
    cluster, seed_folder, seed_corpus, tmp_path
):
    ran = subprocess.run(
        [
            *(sys.executable, "-m", "ui", "index", seed_folder, "--json"),
            *("--corpus", tmp_path / "c", "--ray", cluster.address),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert ran.returncode == 0, ran.stderr
    assert {outcome["status"] for outcome in json.loads(ran.stdout)} == {"added"}
    with Corpus(tmp_path / "c") as corpus:
        expected, stored = vectors(seed_corpus), vectors(corpus)
        assert stored.keys() == expected.keys()
        assert all(stored[text] @ expected[text] > 0.9999 for text in expected)
        assert corpus.check() == []


@pytest.mark.long
def test_workers_of_this_computer_alone_listen_to_nobody_else_and_end(folder, tmp_path, log):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("RAY_")}
    driver = subprocess.Popen(
        [
            *(sys.executable, ray_driver.__file__, str(tmp_path / "c"), str(log), "local", "0.05"),
            str(folder),
        ],
        cwd=ROOT,
        env={**environment, "HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        printed, _ = driver.communicate(timeout=300)
    finally:
        driver.kill()
        driver.wait()

    loopback = {"0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000"}
    assert driver.returncode == 0
    assert json.loads(printed), "Ray's processes listen to each other"
    assert set(json.loads(printed)) <= loopback
    assert not (tmp_path / ".ray").exists()
    with Corpus(tmp_path / "c", encoder=ray_driver.ToyEncoder()) as corpus:
        assert_all_there(corpus)
    assert sorted(Counter(log.read_text().splitlines()).values()) == [1] * UNIQUE
