"""Files are read in a process of their own, which a hostile one can end but not outlast."""

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from index.errors import FileTooLarge, UnreadableFile, UnsupportedFormat
from index.loading.loaders.dispatch import load
from index.loading.process import _worker, begin_reading, parse_file, parse_text
from index.loading.sentences import split_sentences

pytestmark = pytest.mark.slow

GOLDEN = Path(__file__).parents[1] / "golden" / "loaders"
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def new_process():
    _worker.close()
    yield
    _worker.close()


@pytest.mark.parametrize("name", ["lighthouse.txt", "lighthouse.html", "lighthouse.pdf"])
def test_a_file_is_read_as_within_this_process(name):
    parsed = parse_file(GOLDEN / name)
    here = load(GOLDEN / name)
    if not here.date:  # the file's own is looked up in the process that reads
        here = replace(here, date=parsed.file.date, date_from="file")

    assert parsed.file == here
    assert parsed.spans == split_sentences(parsed.file.text, parsed.file.blocks)


def test_errors_come_back_as_they_were_raised(tmp_path):
    (tmp_path / "a.exe").write_bytes(b"MZ\0\0")

    with pytest.raises(UnsupportedFormat, match=r"^a\.exe"):
        parse_file(tmp_path / "a.exe")
    with pytest.raises(UnreadableFile, match=r"encrypted\.pdf"):
        parse_file(GOLDEN / "encrypted.pdf")


def test_names_and_texts_of_any_characters_arrive(tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\n\xe2\x80\xae.txt"))
    path.write_text("Line one.\u2028Two \ud83d.", encoding="utf-8", errors="replace")

    assert parse_file(path).file.text == load(path).text
    assert parse_text("A\x00\ud800. B.", "X", "x").spans == split_sentences("A\x00\ud800. B.")


def test_what_takes_too_long_is_given_up_and_the_next_file_is_read(monkeypatch):
    parse_file(GOLDEN / "lighthouse.txt")
    os.kill(_worker._process.pid, signal.SIGSTOP)
    begun = time.monotonic()

    with pytest.raises(FileTooLarge, match=r"lighthouse\.txt took longer than 1 seconds"):
        parse_file(GOLDEN / "lighthouse.txt", time_limit=1)

    assert time.monotonic() - begun < 60, "not the 120 seconds that files have else"
    assert parse_file(GOLDEN / "lighthouse.txt").spans


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the address space")
def test_what_takes_too_much_memory_is_given_up_and_the_next_file_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr("index.loading.process.MEMORY_LIMIT", 500_000_000)
    (tmp_path / "large.html").write_bytes(b"<p>x" * 6_000_000)

    with pytest.raises((FileTooLarge, UnreadableFile), match=r"large\.html"):
        parse_file(tmp_path / "large.html")

    assert parse_file(GOLDEN / "lighthouse.html").spans, "as much as this takes is left"


def test_a_process_that_breaks_down_is_an_unreadable_file(monkeypatch):
    parse_file(GOLDEN / "lighthouse.txt")
    os.kill(_worker._process.pid, signal.SIGSTOP)
    threading.Timer(0.3, os.kill, (_worker._process.pid, signal.SIGKILL)).start()
    monkeypatch.setattr(_worker, "_start", broken)

    with pytest.raises(UnreadableFile, match=r"lighthouse\.txt can't be read"):
        parse_file(GOLDEN / "lighthouse.txt")


def broken() -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", "input(); import os; os.abort()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def test_a_process_that_ended_for_idleness_is_started_again():
    parse_file(GOLDEN / "lighthouse.txt")
    first = _worker._process
    first.kill()
    first.wait()

    assert parse_file(GOLDEN / "lighthouse.txt").spans
    assert _worker._process.pid != first.pid


def test_it_ends_with_the_program_that_started_it():
    code = (
        "from pathlib import Path; from index.loading import process; import sys, os;"
        "process.parse_file(Path(sys.argv[1])); print(process._worker._process.pid, flush=True);"
        "os.kill(os.getpid(), 9)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(GOLDEN / "lighthouse.txt")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    for _ in range(1200):
        if not alive(int(ran.stdout)):
            return
        time.sleep(0.05)
    raise AssertionError(ran.stdout)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")  # one that nobody waits for may stay as a zombie
    return not status.exists() or status.read_text().split()[2] != "Z"


@pytest.mark.parametrize(
    "name", ["VERBATIM_TOKEN", "VERBATIM_MILVUS_TOKEN", "RAY_AUTH_TOKEN", "AWS_SECRET_ACCESS_KEY"]
)
def test_secrets_in_the_environment_stay_out_of_it(monkeypatch, name):
    monkeypatch.setenv(name, "secret")
    parse_file(GOLDEN / "lighthouse.txt")
    environment = Path(f"/proc/{_worker._process.pid}/environ")
    if not environment.exists():
        pytest.skip("There is no /proc here")

    assert f"{name}=".encode() not in environment.read_bytes()
    assert b"PATH=" in environment.read_bytes()


def test_a_file_that_breaks_the_process_fails_alone(corpus, tmp_path, monkeypatch):
    (tmp_path / "bad.txt").write_text("Pears are green.")
    (tmp_path / "good.txt").write_text("Apples are red.")
    exchange = _worker._exchange

    def breaking(line, *rest):
        return (None, True) if b"bad.txt" in line else exchange(line, *rest)

    monkeypatch.setattr(_worker, "_exchange", breaking)
    outcomes = corpus.add([tmp_path / "bad.txt", tmp_path / "good.txt"])

    assert [outcome.status for outcome in outcomes] == ["failed", "added"]
    assert "longer than 120 seconds" in outcomes[0].reason


def test_a_process_that_was_started_ahead_reads_the_next_file_also_after_it_ended_for_idleness():
    begin_reading()
    ahead = _worker._process
    begin_reading()
    assert _worker._process is ahead, "there is one already"
    parse_file(GOLDEN / "lighthouse.txt")
    assert _worker._process is ahead

    ahead.kill()
    ahead.wait()
    begin_reading()
    assert _worker._process is not ahead
    assert _worker._process.poll() is None
    parse_file(GOLDEN / "lighthouse.txt")
