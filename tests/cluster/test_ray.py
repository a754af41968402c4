"""Encoding on a real Ray cluster of two nodes on this computer."""

import importlib.util
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from index import Corpus
from index.errors import ModelMismatch, WorkersUnavailable
from index.ray_cluster import connected

sys.path.insert(0, str(Path(__file__).parent))
import ray_driver

if not importlib.util.find_spec("ray"):
    pytest.skip("Ray isn't made for this Python", allow_module_level=True)
if not Path("/proc/self/stat").exists():
    pytest.skip(
        "Linux tells which processes there are, and what they listen to", allow_module_level=True
    )

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


class Cluster:
    """A cluster on this computer, run by a process of its own."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("ray_nodes.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.address = self._process.stdout.readline().strip()
        self.nodes = 0

    def tell(self, command: str) -> None:
        self._process.stdin.write(f"{command}\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "done\n"
        self.nodes += 1 if command == "add" else -1

    def busy_workers(self) -> list[int]:
        return [
            pid
            for pid in ray_driver.descendants(self._process.pid)
            if b"ray::encode" in Path(f"/proc/{pid}/cmdline").read_bytes()
        ]

    def end(self) -> None:
        self._process.communicate(timeout=60)


@pytest.fixture(scope="module", autouse=True)
def settings() -> Iterator[None]:
    """Keep Ray, which reads these when it is imported, to this computer; let it find the toys."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(map(str, (ROOT, HERE.parent, HERE))))
        patch.setenv("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("RAY_AUTH_MODE", "token")
        patch.setenv("RAY_AUTH_TOKEN", secrets.token_hex())
        patch.setattr("index.ray_encoder._PATIENCE", 60.0)
        yield


@pytest.fixture(scope="module")
def head(settings) -> Iterator[Cluster]:
    """A cluster that has no CPU yet."""
    started = Cluster()
    yield started
    started.end()


@pytest.fixture
def cluster(head) -> Cluster:
    """The cluster with two nodes of one CPU each."""
    while head.nodes < 2:
        head.tell("add")
    return head


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "encoded"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ten files of 500 sentences; a fifth of them stand in every file."""
    made = tmp_path / "files"
    made.mkdir()
    for number in range(10):
        own = [f"Sentence {place} of file {number} is its own." for place in range(400)]
        shared = [f"Sentence {place} stands everywhere." for place in range(100)]
        (made / f"{number}.txt").write_text("\n\n".join(own + shared))
    return made


UNIQUE = 10 * 400 + 100


def vectors(corpus: Corpus) -> dict[str, np.ndarray]:
    """Return the stored vector of each sentence."""
    with corpus.snapshot() as state:
        texts = {s.id: s.text for d in state.documents() for s in state.sentences_of(d.id)}
    ids = np.array(sorted(texts))
    dimension = corpus._model.ready().dimension
    return {
        texts[int(i)]: vector
        for found, batch in corpus._store.vectors(ids, dimension)
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


def test_a_killed_worker_loses_nothing(cluster, folder, tmp_path, log):
    killed = []

    def kill_one(step) -> None:
        deadline = time.monotonic() + 30
        while step.stage == "encoding" and not killed and time.monotonic() < deadline:
            if busy := cluster.busy_workers():
                os.kill(busy[0], signal.SIGKILL)
                killed.append(busy[0])

    with Corpus(tmp_path / "c", create=True, encoder=ray_driver.LoggingToy(log)) as corpus:
        outcomes = corpus.add([folder], kill_one, cluster.address)

        assert len(killed) == 1
        assert [outcome.status for outcome in outcomes] == ["added"] * 10
        assert_all_there(corpus)


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


def test_a_run_that_was_killed_goes_on_and_encodes_nothing_committed_again(
    cluster, folder, tmp_path, log
):
    arguments = [str(tmp_path / "c"), str(log), cluster.address, str(folder)]
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


def test_workers_of_this_computer_alone_listen_to_nobody_else_and_end(folder, tmp_path, log):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("RAY_")}
    driver = subprocess.Popen(
        [sys.executable, ray_driver.__file__, str(tmp_path / "c"), str(log), "local", str(folder)],
        cwd=ROOT,
        env={**environment, "HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        printed, _ = driver.communicate(timeout=90)
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


class ChangesOnTheWay(ray_driver.ToyEncoder):
    def __reduce__(self):
        return ray_driver.ToyEncoder, ("toy", 64, "other weights")


def test_workers_with_other_weights_are_refused(cluster, folder, tmp_path):
    with (
        Corpus(tmp_path / "c", create=True, encoder=ChangesOnTheWay()) as corpus,
        pytest.raises(ModelMismatch, match=r"worker on 127\.0\.0\.1: toy has other weights"),
    ):
        corpus.add([folder], None, cluster.address)


def test_workers_without_the_package_are_named_with_the_way_out(
    cluster, folder, tmp_path, monkeypatch
):
    absent = ModuleType("only_on_the_driver")
    absent.Absent = type("Absent", (ray_driver.ToyEncoder,), {"__module__": absent.__name__})
    monkeypatch.setitem(sys.modules, absent.__name__, absent)
    with (
        Corpus(tmp_path / "c", create=True, encoder=absent.Absent()) as corpus,
        pytest.raises(
            WorkersUnavailable,
            match=r"(?s)127\.0\.0\.1 can't encode: .*only_on_the_driver.*pip install",
        ),
    ):
        corpus.add([folder], None, cluster.address)


def test_sentences_that_kill_every_worker_end_the_run(cluster, folder, tmp_path, monkeypatch):
    monkeypatch.setattr("index.ray_encoder._DEATHS", 1)
    with (
        Corpus(tmp_path / "c", create=True, encoder=ray_driver.DeadlyToy()) as corpus,
        pytest.raises(WorkersUnavailable, match="gave up on some sentences"),
    ):
        corpus.add([folder / "0.txt"], None, cluster.address)


def test_a_cluster_that_comes_to_no_end_is_left(cluster, folder, tmp_path, log, monkeypatch):
    monkeypatch.setattr("index.ray_encoder._PATIENCE", 0.5)
    with (
        Corpus(tmp_path / "c", create=True, encoder=ray_driver.LoggingToy(log, 60)) as corpus,
        pytest.raises(WorkersUnavailable, match=r"in 0\.5 seconds"),
    ):
        corpus.add([folder], None, cluster.address)


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("nonsense", "no address of a Ray cluster. Give auto, HOST:PORT"),
        ("127.0.0.1:1", "Nobody answers at '127.0.0.1:1'"),
        ("ray://127.0.0.1:1", "Nobody answers at 'ray://127.0.0.1:1'"),
    ],
)
def test_a_cluster_that_is_not_there_is_said_at_once(address, message):
    started = time.monotonic()

    with pytest.raises(WorkersUnavailable, match=message), connected(address):
        pass

    assert time.monotonic() - started < 10


def test_a_cluster_without_a_cpu_is_refused(head):
    while head.nodes:
        head.tell("remove")

    def connect() -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:  # a node that was lost is missed some seconds later
            with connected(head.address):
                time.sleep(0.5)

    with pytest.raises(WorkersUnavailable, match="has no CPU"):
        connect()


def test_without_ray_the_command_that_installs_it_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)

    with (
        pytest.raises(WorkersUnavailable, match=r"pip install 'verbatim-qa\[ray\]'"),
        connected("auto"),
    ):
        pass
