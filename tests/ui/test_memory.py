"""What the server does to keep its memory small."""

import platform
import subprocess
import sys

import pytest

ARENAS = """
import ctypes, sys, threading
from pathlib import Path
from ui.server.memory import limit_arenas

if sys.argv[1] == "limited":
    limit_arenas()
libc = ctypes.CDLL(None)
libc.malloc.restype = libc.fopen.restype = ctypes.c_void_p
together = threading.Barrier(8)

def work():
    together.wait()
    for _ in range(50):
        libc.malloc(ctypes.c_size_t(10_000))
    together.wait()

threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
file = ctypes.c_void_p(libc.fopen(sys.argv[2].encode(), b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
print(Path(sys.argv[2]).read_text().count("<heap nr="))
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another malloc")
def test_threads_share_few_arenas(tmp_path):
    def arenas(how: str) -> int:
        command = [sys.executable, "-c", ARENAS, how, str(tmp_path / how)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return int(done.stdout)

    assert arenas("limited") <= 2 < arenas("as it is")
