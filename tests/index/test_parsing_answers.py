"""What the process that reads files sends is checked: it may have been taken over by a file."""

import io
import json
import subprocess
import sys
from array import array
from dataclasses import replace

import pytest

from index.documents import LoadedFile, Span
from index.errors import FileTooLarge, UnreadableFile
from index.limits import CHARACTERS, SENTENCES
from index.loading import process as parsing
from index.loading.answers import BadAnswer, read_answer, written, written_error
from index.loading.process import _worker, parse_file, split_text

FILE = LoadedFile("Apples are red. Pears are gr\u00fcn.", "Fruit", "pdf", (0, 16))
SPANS = [Span(0, 15, 0), Span(16, 31, 0)]
HEAD = {"bytes": 5, "spans": 0, "title": "T", "format": "text", "page_starts": []}


def test_what_is_written_is_read():
    read = read_answer(io.BytesIO(b"".join(written(FILE, SPANS))), None)

    assert (read.file, read.spans, read.error) == (FILE, SPANS, None)


def test_a_text_that_was_given_is_not_taken_from_the_answer():
    read = read_answer(io.BytesIO(b"".join(written(None, SPANS))), FILE.text)

    assert (read.file, read.spans) == (None, SPANS)


def test_an_error_comes_back_as_it_was():
    (error,) = [read_answer(io.BytesIO(written_error(FileTooLarge("Too large."))), None).error]

    assert type(error) is FileTooLarge
    assert str(error) == "Too large."


def head(**changed: object) -> bytes:
    return json.dumps(HEAD | changed).encode() + b"\n"


def spans(*numbers: int) -> bytes:
    return head(spans=len(numbers) // 3) + b"Text." + array("q", numbers).tobytes()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\n",
        b"{",
        b"[]\n",
        b"null\n",
        b"{}\n",
        b"[" * 100_000 + b"\n",
        b'"' + b"a" * 2_000_000 + b'"\n',
        b'{"error": "SystemExit", "message": "x"}\n',
        b'{"error": "__builtins__", "message": "x"}\n',
        b'{"error": "CorpusDamaged", "message": "x"}\n',
        b'{"error": ["UnreadableFile"], "message": "x"}\n',
        b'{"error": "UnreadableFile", "message": 1}\n',
        b'{"error": "UnreadableFile", "message": ""}\n',
        b'{"error": "UnreadableFile", "message": "' + b"a" * 20_000 + b'"}\n',
        head() + b"Text",
        head(bytes=-1) + b"Text.",
        head(bytes=True) + b"T",
        head(bytes="5") + b"Text.",
        head(bytes=10**30) + b"Text.",
        head() + b"Text\xff",
        head() + b"Tex\0.",
        head(title="") + b"Text.",
        head(title=["T"]) + b"Text.",
        head(title="\ud800") + b"Text.",
        head(title="t" * 20_000) + b"Text.",
        head(format="exe") + b"Text.",
        head(format=["text"]) + b"Text.",
        head(page_starts="0") + b"Text.",
        head(page_starts=[0, 9]) + b"Text.",
        head(page_starts=[3, 1]) + b"Text.",
        head(page_starts=[-1]) + b"Text.",
        head(page_starts=[0.5]) + b"Text.",
        head(page_starts=[0] * 10_001) + b"Text.",
        head(spans=1) + b"Text.",
        head(spans=SENTENCES.most + 1) + b"Text." + bytes(24 * (SENTENCES.most + 1)),
        head(spans=-1) + b"Text.",
        spans(0, 6, 0),
        spans(-1, 2, 0),
        spans(2, 2, 0),
        spans(3, 1, 0),
        spans(0, 3, 0, 2, 5, 0),
        spans(0, 3, 1, 3, 5, 0),
        spans(0, 3, -1),
    ],
)
def test_an_answer_that_is_not_as_promised_is_refused(answer):
    with pytest.raises(BadAnswer):
        read_answer(io.BytesIO(answer), None)


class Endless(io.RawIOBase):
    """Gives bytes for as long as they are asked for."""

    taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:
        buffer[:] = b"{" * len(buffer)
        self.taken += len(buffer)
        return len(buffer)


def test_an_answer_without_end_is_given_up_early():
    endless = Endless()

    with pytest.raises(BadAnswer):
        read_answer(io.BufferedReader(endless), None)

    assert endless.taken < 2_000_000


HOSTILE = """
import sys
sys.stdin.buffer.readline()
sys.stdout.buffer.write(%r)
sys.stdout.buffer.flush()
sys.stdin.buffer.readline()
"""


@pytest.mark.parametrize(
    "answer", [b'{"bytes": 99999999999, "spans": 1}\n', b"{}\n", spans(0, 900, 0)]
)
def test_a_process_that_was_taken_over_costs_its_file_and_is_ended(tmp_path, monkeypatch, answer):
    (tmp_path / "a.txt").write_text("Text.")
    _worker.close()

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", HOSTILE % answer], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    with monkeypatch.context() as patched:
        patched.setattr(_worker, "_start", start)
        with pytest.raises(UnreadableFile, match=r"a\.txt can't be read: the program"):
            parse_file(tmp_path / "a.txt")
        assert _worker._process is None

    assert parse_file(tmp_path / "a.txt").file.text == "Text."


def test_a_document_of_too_many_sentences_is_refused_with_what_to_do(corpus, tmp_path):
    (tmp_path / "many.txt").write_text("Wait... " * 750_000)
    (tmp_path / "few.txt").write_text("Wait... for it.")

    outcomes = {o.source[-8:]: o for o in corpus.add([tmp_path])}

    refused = outcomes["many.txt"]
    assert refused.status == "failed"
    assert refused.reason == (
        "many.txt has more than 200,000 sentences, the most that is read of one document. "
        "Split it into several."
    )
    assert outcomes["/few.txt"].status == "added"


def test_a_text_of_too_many_sentences_or_characters_is_refused(monkeypatch):
    with pytest.raises(FileTooLarge, match="memo has more than 200,000 sentences"):
        split_text("Wait... " * 300_000, "memo")
    monkeypatch.setattr(parsing, "CHARACTERS", replace(CHARACTERS, most=10))
    with pytest.raises(FileTooLarge, match="memo holds more than 10 characters"):
        split_text("Wait for it.", "memo")


def test_a_file_of_too_much_text_is_refused(tmp_path, monkeypatch):
    from index.loading.loaders.dispatch import load

    (tmp_path / "a.txt").write_text("Wait for it.")
    monkeypatch.setattr("index.loading.loaders.dispatch.CHARACTERS", replace(CHARACTERS, most=10))
    with pytest.raises(FileTooLarge, match=r"a\.txt holds more than 10 characters of text"):
        load(tmp_path / "a.txt")
