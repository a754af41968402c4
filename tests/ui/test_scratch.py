import os
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from ui.rest.scratch import ScratchFolder, sweep

HOLD = """
import sys, time
from pathlib import Path
from ui.rest.scratch import ScratchFolder
folder = ScratchFolder()
(Path(folder.name) / "upload.pdf").write_text("a document")
print(folder.name, flush=True)
time.sleep(600)
"""


@pytest.fixture(autouse=True)
def _own_temporary_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)


@pytest.fixture
def server():
    with subprocess.Popen([sys.executable, "-c", HOLD], stdout=subprocess.PIPE, text=True) as held:
        yield held, Path(held.stdout.readline().strip())
        held.kill()


def test_an_upload_of_a_server_that_was_killed_is_gone_after_the_next_start(server, tmp_path):
    process, folder = server
    assert (folder / "upload.pdf").exists()
    process.send_signal(signal.SIGKILL)
    process.wait()

    sweep()

    assert list(tmp_path.iterdir()) == []


def test_an_upload_of_a_server_that_runs_is_left_alone(server):
    _, folder = server

    sweep()

    assert (folder / "upload.pdf").exists()


def test_nothing_is_left_of_an_upload_that_another_thread_ends(tmp_path):
    folder = ScratchFolder()
    assert Path(folder.name).stat().st_mode & 0o777 == 0o700 or os.name == "nt"

    for _ in range(2):
        ending = threading.Thread(target=folder.cleanup)
        ending.start()
        ending.join()

    assert list(tmp_path.iterdir()) == []


def test_a_link_that_looks_like_ours_leads_nowhere(tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    (own / "letter.txt").write_text("mine")
    (tmp_path / "verbatim-upload-x.lock").write_text("")
    (tmp_path / "verbatim-upload-x").symlink_to(own)

    sweep()

    assert (own / "letter.txt").read_text() == "mine"
