"""The process that reads files, with its coverage measured.

It may write no file and is ended by a signal, so coverage can't save what it measured there. A
second process, forked before the limits are set, gets it through a pipe after each file and saves
it.
"""

import os
import struct
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
_LENGTH = struct.Struct("<Q")


def install() -> None:
    """Let `index.loading.process` start this process from now on."""
    from index.loading import process as parsing

    plain, measured = "from index.loading.worker import", "from tests.measured_worker import"
    assert plain in parsing._START
    parsing._START = parsing._START.replace(plain, measured)


def main(memory_limit: int, idle: int) -> None:
    """Do what the worker's own `main` does, measured."""
    import coverage

    started = coverage.Coverage.current()  # by coverage itself, which would save to a file
    if started:
        started.stop()
        started._auto_save = False
    measuring = coverage.Coverage(data_file=None, config_file=str(ROOT / "pyproject.toml"))
    figures = _saver()
    measuring.start()

    from index.loading import worker as parsing_worker

    following = parsing_worker._next

    def report_and_wait(*arguments) -> bytes:
        measured = measuring.get_data().dumps()
        _write(figures, _LENGTH.pack(len(measured)) + measured)
        return following(*arguments)

    parsing_worker._next = report_and_wait
    parsing_worker.main(memory_limit, idle)


def _saver() -> int:
    """Start a process that saves what is written to the returned descriptor, until its end."""
    readable, writable = os.pipe()
    if os.fork():
        os.close(readable)
        return writable
    os.close(writable)
    silent = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):  # the worker's pipes end with the worker, not with this
        os.dup2(silent, descriptor)
    _save_all(readable)
    os._exit(0)


def _save_all(readable: int) -> None:
    import coverage

    file = ROOT / f".coverage.worker.{os.getpid()}"
    unfinished = file.with_suffix(".unfinished")

    with os.fdopen(readable, "rb") as measured:
        while len(length := measured.read(_LENGTH.size)) == _LENGTH.size:
            (size,) = _LENGTH.unpack(length)
            if len(figures := measured.read(size)) < size:
                break  # the worker was ended in the middle
            data = coverage.CoverageData(str(unfinished))
            data.loads(figures)
            data.close()
            unfinished.replace(file)


def _write(descriptor: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


if __name__ == "__main__":
    sys.exit("This is started by the tests, under `make coverage`.")
