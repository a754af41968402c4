"""A server that is told to stop ends soon, whatever it is at, and its corpus is whole."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from index import Corpus
from tests.toy_encoder import ToyEncoder

pytestmark = pytest.mark.slow

SERVE = """
import sys, time
import index.loading.process
from index import Corpus
from tests.toy_encoder import ToyEncoder
from ui.server.server import serve

class Slow(ToyEncoder):
    def encode_documents(self, texts, progress=None):
        for place in range(len(texts) * {encoding}):
            print("at work", flush=True)
            time.sleep(0.1)
            progress and progress(place)
        return super().encode_documents(texts, progress)

if {reading}:  # something that reads for ever
    index.loading.process._START = (
        "import sys, time; print('at work', file=sys.stderr); time.sleep(200)"
    )
with Corpus(sys.argv[1], encoder=Slow()) as corpus:
    serve(lambda: corpus, port=0, on_ready=lambda url: print(url, flush=True))
"""


@pytest.mark.slow
@pytest.mark.parametrize("settings", [{"encoding": 1, "reading": 0}, {"encoding": 0, "reading": 1}])
@pytest.mark.skipif(sys.platform == "win32", reason="a process of Windows gets no SIGINT")
def test_ctrl_c_in_the_midst_of_an_upload_ends_the_server_soon(tmp_path, settings):
    with Corpus(tmp_path / "corpus", create=True, encoder=ToyEncoder()) as corpus:
        corpus.add_text("Apples are red.", name="fruit")
    program = [sys.executable, "-c", SERVE.format(**settings), str(tmp_path / "corpus")]
    text = " ".join(
        f"The number {number} stands here." for number in range(2000)
    )  # 200 s to encode
    with subprocess.Popen(
        program,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,  # where the process that reads says that it is at work
        text=True,
        cwd=Path(__file__).parents[2],
        env=os.environ,
    ) as server:
        try:
            url = re.search(r"http://\S+", server.stdout.readline())[0]
            while httpx.get(f"{url}/healthz").json()["page"] is False:
                time.sleep(0.1)

            def upload() -> None:
                with suppress(httpx.HTTPError):
                    httpx.post(f"{url}/api/documents?name=a.txt", content=text, timeout=200)

            sender = threading.Thread(target=upload)
            sender.start()
            assert server.stdout.readline() == "at work\n"
            server.send_signal(signal.SIGINT)
            server.wait(60)
        finally:
            server.kill()
            sender.join()

    with Corpus(tmp_path / "corpus", encoder=ToyEncoder()) as corpus:
        assert corpus.check() == []
        assert [document.name for document in corpus.documents()] == ["fruit"]
        assert corpus.add_text("Pears are green.", name="more").status == "added"
