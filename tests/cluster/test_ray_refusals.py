"""Clusters that can't be used, or not to the end, and what is said then."""

import sys
import time
from types import ModuleType

import pytest
import ray_driver

from index import Corpus
from index.encoding.ray.ray_cluster import connected
from index.errors import ModelMismatch, WorkersUnavailable


class ChangesOnTheWay(ray_driver.ToyEncoder):
    def __reduce__(self):
        return ray_driver.ToyEncoder, ("toy", 64, "other weights")


@pytest.mark.long
def test_workers_with_other_weights_are_refused(cluster, folder, tmp_path):
    with (
        Corpus(tmp_path / "c", create=True, encoder=ChangesOnTheWay()) as corpus,
        pytest.raises(ModelMismatch, match=r"worker on 127\.0\.0\.1: toy has different weights"),
    ):
        corpus.add([folder], None, cluster.address)


@pytest.mark.long
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


@pytest.mark.long
def test_sentences_that_kill_every_worker_end_the_run(cluster, folder, tmp_path, monkeypatch):
    monkeypatch.setattr("index.encoding.ray.ray_encoder._DEATHS", 1)
    with (
        Corpus(tmp_path / "c", create=True, encoder=ray_driver.DeadlyToy()) as corpus,
        pytest.raises(WorkersUnavailable, match="gave up on some sentences"),
    ):
        corpus.add([folder / "0.txt"], None, cluster.address)


@pytest.mark.long
def test_a_cluster_that_comes_to_no_end_is_left(cluster, folder, tmp_path, log, monkeypatch):
    monkeypatch.setattr("index.encoding.ray.ray_encoder._PATIENCE", 0.5)
    with (
        Corpus(tmp_path / "c", create=True, encoder=ray_driver.LoggingToy(log, 60)) as corpus,
        pytest.raises(WorkersUnavailable, match=r"in 0\.5 seconds"),
    ):
        corpus.add([folder], None, cluster.address)


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("nonsense", "not the address of a Ray cluster. Give auto, HOST:PORT"),
        ("127.0.0.1:1", "Connection refused by '127.0.0.1:1'"),
        ("ray://127.0.0.1:1", "Connection refused by 'ray://127.0.0.1:1'"),
    ],
)
def test_a_cluster_that_is_not_there_is_said_before_ray_looks_for_it(address, message, monkeypatch):
    """Ray itself would look for minutes."""
    monkeypatch.setattr("ray.init", pytest.fail)

    with pytest.raises(WorkersUnavailable, match=message), connected(address):
        pass


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
