"""A folder that may not be written to: an error that says so, and nothing changed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from index import Corpus

TESTS = Path(__file__).parents[1]
TRY = """
import sys
from pathlib import Path
from index import Corpus
from index.errors import RetrievalError
from toy_encoder import ToyEncoder

folder, deed = Path(sys.argv[1]), sys.argv[2]
try:
    with Corpus(folder, create=deed == "create", encoder=ToyEncoder()) as corpus:
        if deed == "search":
            with corpus.snapshot() as state:
                print("found", len(state.search("pears", limit=5)))
        elif deed == "add":
            corpus.add_text("Plums are blue.", name="b")
            print("added")
except RetrievalError as error:
    print(error)
"""


def as_one_who_may_not_write(folder: Path, deed: str) -> str:
    """Do it in a process for which permissions count even if it belongs to root."""
    capabilities = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
    if os.geteuid():
        capabilities = []
    elif not shutil.which("setpriv"):
        pytest.skip("root may write anywhere, and there is no setpriv to forbid it")
    done = subprocess.run(
        [*capabilities, sys.executable, "-c", TRY, str(folder), deed],
        env={**os.environ, "PYTHONPATH": f"{TESTS}{os.pathsep}{TESTS.parent}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert not done.stderr, done.stderr
    return done.stdout.strip()


@pytest.fixture
def frozen(tmp_path, encoder):
    """A corpus whose folder and files are for reading only."""
    folder = tmp_path / "corpus"
    with Corpus(folder, create=True, encoder=encoder) as corpus:
        corpus.add_text("Apples are red. Pears are green.", name="a")
    everything = [folder, *folder.rglob("*")]
    for path in everything:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield folder
    for path in everything:
        if path.exists():
            path.chmod(0o755 if path.is_dir() else 0o644)


@pytest.mark.parametrize("deed", ["search", "add"])
def test_a_read_only_corpus_is_named_and_left_as_it_is(frozen, deed):
    before = {path: path.read_bytes() for path in frozen.rglob("*") if path.is_file()}

    told = as_one_who_may_not_write(frozen, deed)

    assert f"{frozen} can't be written" in told
    assert "get the right to write there" in told
    assert {path: path.read_bytes() for path in frozen.rglob("*") if path.is_file()} == before


def test_no_corpus_is_made_where_nothing_may_be_written(frozen):
    told = as_one_who_may_not_write(frozen / "inside", "create")

    assert "can't be used as a corpus folder" in told
    assert not (frozen / "inside").exists()


def test_once_it_may_be_written_again_all_is_there(frozen, encoder):
    as_one_who_may_not_write(frozen, "add")
    for path in [frozen, *frozen.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)

    with Corpus(frozen, encoder=encoder) as corpus, corpus.snapshot() as state:
        assert state.text(1) == "Apples are red. Pears are green."
        assert state.search("pears", limit=5)
