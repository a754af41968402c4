"""Does what deploy/Containerfile says in a chroot, and runs it, where there is no container engine.

    sudo python3 deploy/in_chroot.py build FOLDER    # needs debootstrap; FOLDER gets the roots
    sudo python3 deploy/in_chroot.py run FOLDER      # tries the image: see `try_out`

Debian takes the place of the image that FROM names, so Python is Debian's. It is run as the image's
user, with a read-only root, a volume and a /tmp of its own, and no new privileges; the network is
the computer's own. Nothing but Python's own library is needed, and Linux.
"""

import argparse
import json
import os
import re
import shlex
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import Request, urlopen

REPOSITORY = Path(__file__).resolve().parent.parent
CONTAINERFILE = REPOSITORY / "deploy" / "Containerfile"
OLDER = REPOSITORY / "tests" / "golden" / "corpora"
BASE = "base"
PACKAGES = "python3,python3-venv,ca-certificates,passwd"
_PATIENCE = 180.0  # seconds until a server is healthy
QUESTION = "Which pears are green?"


@dataclass(slots=True)
class Stage:
    """A part of a Containerfile, from one FROM to the next.

    Attributes:
        name: What others call it.
        steps: Its other instructions with their arguments, in their order.
    """

    name: str
    steps: list[tuple[str, str]] = field(default_factory=list)

    def last(self, instruction: str) -> str:
        """Return the arguments of an instruction, as it was given last; empty if it wasn't."""
        return next((rest for word, rest in reversed(self.steps) if word == instruction), "")


def stages_of(containerfile: str) -> list[Stage]:
    """Return the stages of a Containerfile.

    Raises:
        ValueError: It begins with something else than FROM.
    """
    lines = [line for line in containerfile.splitlines() if not re.match(r"\s*(#|$)", line)]
    found: list[Stage] = []
    for line in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        word, _, rest = line.strip().partition(" ")
        if word == "FROM":
            named = re.search(r" AS (\S+)$", rest, re.IGNORECASE)
            found.append(Stage(named[1] if named else str(len(found))))
        elif found:
            found[-1].steps.append((word, rest.strip()))
        else:
            raise ValueError(f"It begins with {word}, and not with FROM.")
    return found


def environment_of(stage: Stage) -> dict[str, str]:
    """Return what ENV sets in a stage."""
    words = (word for step, rest in stage.steps if step == "ENV" for word in shlex.split(rest))
    return dict(word.split("=", 1) for word in words)


def build(folder: Path, options: argparse.Namespace) -> None:
    """Make a root for each stage, and do its steps there."""
    base = folder / BASE
    if not base.exists():
        command = [options.debootstrap, "--variant=minbase", f"--include={PACKAGES}"]
        subprocess.run([*command, options.suite, base, *options.mirror], check=True)
    for stage in stages_of(CONTAINERFILE.read_text(encoding="utf-8")):
        root = folder / stage.name
        shutil.rmtree(root, ignore_errors=True)
        subprocess.run(["cp", "-a", base, root], check=True)
        for path in ("/etc/resolv.conf", *options.lend):
            _copy(Path(path), root / path.lstrip("/"))
        arguments = dict(one.split("=", 1) for one in options.arg)
        environment = {name: os.environ[name] for name in options.env if name in os.environ}
        for word, rest in stage.steps:
            say(f"{stage.name}: {word} {rest}"[:160])
            if word == "ARG":
                name, _, usual = rest.partition("=")
                environment[name] = arguments.get(name, usual.strip('"'))
            elif word == "ENV":
                environment |= environment_of(Stage("", [(word, rest)]))
            elif word == "COPY":
                _copy_step(rest, folder, root)
            elif word == "RUN":
                _run_step(rest, root, environment)


def _copy_step(rest: str, folder: Path, root: Path) -> None:
    *options, source, target = rest.split()
    origin = next((one.partition("=")[2] for one in options if one.startswith("--from=")), "")
    to = root / target.lstrip("/")
    if origin:
        _copy(folder / origin / source.lstrip("/"), to)
    elif source == ".":
        ignored = (REPOSITORY / ".dockerignore").read_text(encoding="utf-8").splitlines()
        for kept in (line[1:] for line in ignored if line.startswith("!")):
            _copy(REPOSITORY / kept, to / kept)
    else:
        _copy(REPOSITORY / source, to)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if not source.is_dir():
        shutil.copy(source, target)
        return
    leave = shutil.ignore_patterns("__pycache__")
    shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True, ignore=leave)


def _run_step(command: str, root: Path, environment: dict[str, str]) -> None:
    usual = {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/root",
    }
    mounts = f"mount --make-rprivate / && mount -t proc proc {shlex.quote(str(root / 'proc'))}"
    inner = shlex.join(["chroot", str(root), "/bin/sh", "-ec", command])
    isolated = ["unshare", "--mount", "--pid", "--fork", "/bin/sh", "-ec", f"{mounts} && {inner}"]
    subprocess.run(isolated, check=True, env=usual | environment)


@contextmanager
def running(root: Path, volume: Path, command: list[str]) -> Iterator["subprocess.Popen[str]"]:
    """Run a command as the container would be, until the block ends."""
    image = stages_of(CONTAINERFILE.read_text(encoding="utf-8"))[-1]
    user = image.last("USER")
    at = image.last("VOLUME")
    subprocess.run(["chown", "-R", user, volume], check=True)
    there = {name: shlex.quote(f"{root}/{name}") for name in ("", "proc", "tmp", "dev")}
    devices = [f"{there['dev']}/{name}" for name in ("null", "zero", "urandom", "random")]
    steps = [
        "mount --make-rprivate /",
        f"mount --bind {there['']} {there['']}",
        f"mount -o remount,bind,ro {there['']}",
        f"mount -t proc proc {there['proc']}",
        f"mount -t tmpfs -o mode=1777 tmpfs {there['tmp']}",
        f"mount -t tmpfs tmpfs {there['dev']}",
        f"touch {' '.join(devices)}",
        *(f"mount --bind /dev/{Path(one).name} {one}" for one in devices),
        f"mount --bind {shlex.quote(str(volume))} {shlex.quote(f'{root}{at}')}",
    ]
    variables = [f"{name}={value}" for name, value in environment_of(image).items()]
    inside = ["setpriv", "--no-new-privs", *command]
    inner = ["chroot", f"--userspec={user}", str(root), "/usr/bin/env", "-i", *variables, *inside]
    script = " && ".join([*steps, f"exec {shlex.join(inner)}"])
    isolated = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "/bin/sh", "-ec", script]
    process = subprocess.Popen(
        isolated, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def output_of(root: Path, volume: Path, *command: str) -> str:
    """Return what a command prints in the container.

    Raises:
        RuntimeError: It fails.
    """
    with running(root, volume, list(command)) as process:
        printed, _ = process.communicate(timeout=600)
    if process.returncode:
        raise RuntimeError(f"{shlex.join(command)} failed:\n{printed}")
    return printed


def try_out(folder: Path) -> None:
    """Run the image: its page, a question, its limits, and corpora of every earlier format."""
    stages = stages_of(CONTAINERFILE.read_text(encoding="utf-8"))
    root, image = folder / stages[-1].name, stages[-1]
    program = json.loads(image.last("ENTRYPOINT"))
    for path, may in (("/opt/verbatim/x", False), ("/etc/x", False), ("/corpus/x", True)):
        volume = _fresh(folder / "volume")
        try:
            output_of(root, volume, "touch", path)
        except RuntimeError:
            wrote = False
        else:
            wrote = True
        if wrote is not may:
            raise RuntimeError(f"{path} can{'' if wrote else 'not'} be written")
        say(f"{path} can {'' if may else 'not '}be written")
    version = output_of(
        root, volume, "python", "-c", "import torch; print(torch.__version__, torch.version.cuda)"
    )
    say(f"torch and its CUDA: {version.strip()}")
    _serve(root, _fresh(folder / "volume"), program, image, "Which countries recognized Guaido?")
    for dump in sorted(OLDER.glob("*.sql")):
        volume = _fresh(folder / "volume")
        with closing(sqlite3.connect(volume / "corpus.sqlite3")) as database:
            database.executescript(dump.read_text(encoding="utf-8"))
        listed = json.loads(output_of(root, volume, *program, "documents", "--json"))
        say(f"{dump.stem}: opened, {len(listed)} documents")
        output_of(root, volume, *program, "reencode")  # they are of a model made for tests
        _serve(root, volume, program, image, QUESTION)


def _serve(root: Path, volume: Path, program: list[str], image: Stage, question: str) -> None:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    check = json.loads(image.last("HEALTHCHECK").partition("CMD")[2])
    command = [*program, *json.loads(image.last("CMD")), "--port", str(port)]
    begun = time.monotonic()
    with running(root, volume, command) as server:
        while True:
            try:
                output_of(root, _fresh(volume.with_name("unused")), *check, address)
                break
            except RuntimeError as error:
                late = time.monotonic() - begun > _PATIENCE
                if late or server.poll() is not None:
                    raise RuntimeError(f"It doesn't become healthy: {error}") from error
                time.sleep(1)
        say(f"healthy after {time.monotonic() - begun:.1f} s")
        body = json.dumps({"question": question}).encode()
        asked = Request(f"{address}/api/ask", body, {"content-type": "application/json"})
        with urlopen(asked, timeout=_PATIENCE) as response:
            answer = json.load(response)
        say(f"{question} {answer['answered']}: {answer['passages'][0]['text'][:80]}")


def _fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def say(words: str) -> None:
    """Print a line at once."""
    print(words, flush=True)


def main() -> None:
    """Build the image's root, or run it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["build", "run"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--suite", default="bookworm", help="of Debian")
    parser.add_argument("--mirror", nargs=1, default=[], help="of Debian")
    parser.add_argument("--debootstrap", default="debootstrap", help="the program")
    parser.add_argument("--arg", action="append", default=[], help="NAME=VALUE, as --build-arg")
    parser.add_argument("--env", action="append", default=[], help="a variable to pass on")
    parser.add_argument("--lend", action="append", default=[], help="a file or folder to copy in")
    options = parser.parse_args()
    if os.geteuid():
        sys.exit("A chroot needs the rights of root: sudo python3 deploy/in_chroot.py ...")
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if options.what == "build":
        build(folder, options)
    else:
        try_out(folder)


if __name__ == "__main__":
    main()
