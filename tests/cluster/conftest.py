"""A Ray cluster of two nodes on this computer, and files to index on it."""

import importlib.util
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import ray_driver

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


@pytest.fixture(scope="package", autouse=True)
def settings() -> Iterator[None]:
    """Keep Ray, which reads these when it is imported, to this computer; let it find the toys."""
    if not importlib.util.find_spec("ray"):
        pytest.skip("Ray isn't made for this Python")
    if not Path("/proc/self/stat").exists():
        pytest.skip("Linux tells which processes there are, and what they listen to")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(map(str, (ROOT, HERE.parent, HERE))))
        patch.setenv("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("RAY_AUTH_MODE", "token")
        patch.setenv("RAY_AUTH_TOKEN", secrets.token_hex())
        patch.setattr("index.encoding.ray.ray_encoder._PATIENCE", 60.0)
        yield


@pytest.fixture(scope="package")
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
