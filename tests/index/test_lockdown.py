"""The process that reads files may read, and nothing else: each promise of SECURITY.md, tried."""

import json
import platform
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from index.loading.process import _worker, parse_file
from index.loading.system_calls import ARCHITECTURES

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parents[1] / "golden" / "loaders"

# By the C library, as the machine code of a parser would. Each gives the error number, 0 if done
ATTEMPTS = """
import ctypes, errno, json, os, sys
from pathlib import Path
import index.loading.lockdown as lockdown

folder = sys.argv[1]
file, name = folder.encode() + b"/kept.txt", folder.encode() + b"/new"
libc = ctypes.CDLL(None, use_errno=True)
open_file = os.open(file, os.O_RDONLY)
writable = os.open(file, os.O_RDWR)

def attempt(function, *arguments):
    ctypes.set_errno(0)
    result = getattr(libc, function)(*arguments)
    if function == "fork" and not result:
        os._exit(0)
    return ctypes.get_errno() if result < 0 else 0

address = b"\\x02\\x00" + (9).to_bytes(2, "big") + bytes([127, 0, 0, 1]) + bytes(8)
kinds = {
    "tcp": (2, 1, 0), "udp": (2, 2, 0), "unix": (1, 1, 0), "tcp6": (10, 1, 0), "netlink": (16, 3, 0)
}
everything = {
    **{f"socket {kind}": ("socket", *of) for kind, of in kinds.items()},
    "socketpair": ("socketpair", 1, 1, 0, (ctypes.c_int * 2)()),
    "write": ("open", file, os.O_WRONLY),
    "append": ("open", file, os.O_WRONLY | os.O_APPEND),
    "make": ("open", name, os.O_WRONLY | os.O_CREAT, 0o600),
    "make to read": ("open", name, os.O_RDONLY | os.O_CREAT, 0o600),
    "empty by opening": ("open", file, os.O_RDONLY | os.O_TRUNC),
    "creat": ("creat", name, 0o600),
    "unlink": ("unlink", file),
    "unlinkat": ("unlinkat", -100, file, 0),
    "rename": ("rename", file, name),
    "truncate": ("truncate", file, ctypes.c_long(0)),
    "ftruncate": ("ftruncate", writable, ctypes.c_long(0)),
    "link": ("link", file, name),
    "symlink": ("symlink", file, name),
    "mkdir": ("mkdir", name, 0o700),
    "rmdir": ("rmdir", folder.encode()),
    "mkfifo": ("mkfifo", name, 0o600),
    "chmod": ("chmod", file, 0o777),
    "fchmod": ("fchmod", open_file, 0o777),
    "chown": ("chown", file, 1, 1),
    "utime": ("utimes", file, None),
    "setxattr": ("setxattr", file, b"user.a", b"b", ctypes.c_size_t(1), 0),
    "fork": ("fork",),
    "exec": ("execve", b"/bin/true", (ctypes.c_char_p * 2)(b"true"), (ctypes.c_char_p * 1)()),
    "kill": ("kill", os.getppid(), 0),
    "ptrace": ("ptrace", 16, os.getppid(), 0, 0),
    "io_uring": ("syscall", 425, 8, (ctypes.c_char * 120)()),
}
held = getattr(lockdown, sys.argv[2])()
results = {what: attempt(*call) for what, call in everything.items()}
results["connect"] = 0
if "socket tcp" in results and results["socket tcp"] == 0:
    opened = libc.socket(2, 1, 0)
    results["connect"] = attempt("connect", opened, address, 16)
Path(file.decode()).read_bytes()
os.listdir(folder)
import mailbox, sqlite3, xml.dom.minidom  # imported later than the lock-down
import threading
done = []
thread = threading.Thread(target=lambda: done.append(1)); thread.start(); thread.join()
print(json.dumps({"held": held, "results": results, "threads": done}))
"""


def tried(tmp_path: Path, function: str) -> tuple[list[str], dict[str, int]]:
    (tmp_path / "kept.txt").write_text("Kept.")
    ran = subprocess.run(
        [sys.executable, "-B", "-c", textwrap.dedent(ATTEMPTS), str(tmp_path), function],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert told["threads"] == [1], "what reads may use threads"
    if not told["held"]:
        pytest.skip("This kernel has none of it")
    return told["held"], told["results"]


linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux's kernel refuses it")


@linux
@pytest.mark.skipif(platform.machine() not in ARCHITECTURES, reason="no list for this processor")
def test_on_linux_the_kernel_refuses_all_but_reading(tmp_path):
    held, results = tried(tmp_path, "lock_down")
    if "seccomp" not in held:
        pytest.skip("This kernel has no seccomp")

    assert results.pop("connect") == 0, "there is no socket to connect"
    assert {what for what, error in results.items() if error == 0} == set()
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]
    assert (tmp_path / "kept.txt").read_text() == "Kept."


@linux
@pytest.mark.skipif(platform.machine() not in ARCHITECTURES, reason="no list for this processor")
def test_seccomp_alone_refuses_all_but_reading(tmp_path):
    _, results = tried(tmp_path, "_seccomp")

    results.pop("connect")
    assert {what for what, error in results.items() if error == 0} == set()


@linux
def test_landlock_alone_keeps_files_and_folders_as_they_are_and_tcp_closed(tmp_path):
    (held,), results = tried(tmp_path, "_landlock")
    version = int(held.split()[1])

    asked = ["write", "append", "make", "creat", "unlink", "rename", "link", "symlink", "mkdir"]
    asked += ["mkfifo", "exec"]
    asked += ["truncate", "empty by opening"] if version >= 3 else []
    asked += ["connect"] if version >= 4 else []
    asked += ["kill"] if version >= 6 else []
    assert [what for what in asked if results[what] == 0] == []
    assert (tmp_path / "kept.txt").exists()


BY_PYTHON = """
import os, sys
from index.loading import lockdown
lockdown._seccomp = lockdown._landlock = tuple
assert lockdown.lock_down() == ("python",)
import os, shutil, socket, subprocess
from pathlib import Path
kept, new = Path(sys.argv[1]) / "kept.txt", Path(sys.argv[1]) / "new"
for attempt in (
    lambda: kept.write_text("x"), lambda: kept.open("a"), lambda: new.open("x"),
    lambda: os.open(kept, os.O_RDWR), lambda: os.truncate(kept, 0), kept.unlink,
    lambda: kept.rename(new), new.mkdir, lambda: new.symlink_to(kept), lambda: os.link(kept, new),
    lambda: kept.chmod(0o777), lambda: os.utime(kept), lambda: shutil.rmtree(kept.parent),
    socket.socket, lambda: socket.getaddrinfo("localhost", 1),
    lambda: subprocess.Popen([sys.executable]), lambda: os.system("true"), lambda: os.kill(1, 0),
):
    try:
        attempt()
    except PermissionError:
        continue
    sys.exit(f"done: {attempt}")
import mailbox, xml.dom.minidom
assert kept.read_text() == "Kept."
print("read", flush=True)
"""


def test_elsewhere_python_refuses_all_but_reading(tmp_path):
    (tmp_path / "kept.txt").write_text("Kept.")
    ran = subprocess.run(
        [sys.executable, "-B", "-c", BY_PYTHON, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ran.returncode, ran.stdout.strip()) == (0, "read"), ran.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


@linux
def test_the_process_that_reads_files_is_locked_down():
    parse_file(GOLDEN / "lighthouse.pdf")
    status = Path(f"/proc/{_worker._process.pid}/status").read_text()

    assert "NoNewPrivs:\t1\n" in status
    if platform.machine() in ARCHITECTURES:
        assert "Seccomp:\t2\n" in status, "2 is a filter"


@pytest.mark.parametrize("architecture", ARCHITECTURES.values(), ids=ARCHITECTURES)
def test_what_files_and_sockets_are_reached_by_is_known_on_every_processor(architecture):
    needed = "socket connect sendto openat unlinkat renameat2 mkdirat linkat symlinkat truncate"
    needed += " ftruncate fchmodat fchownat clone clone3 openat2 io_uring_setup execve kill tgkill"

    assert set(needed.split()) <= set(architecture.numbers)
    assert len(set(architecture.numbers.values())) == len(architecture.numbers)
