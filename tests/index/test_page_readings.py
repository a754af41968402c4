"""What was read on pages that are pictures is kept with the corpus, and not read again."""

import hashlib
import io
import json
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from index.documents import LoadedFile, NewDocument, Span
from index.errors import EmptyDocument
from index.loading.answers import BadAnswer, read_answer
from index.loading.loaders import known_writing
from index.loading.loaders.known_writing import known_to, writing_on
from index.loading.loaders.ocr import Writing, WrittenLine
from index.loading.page_messages import PageListener, PageTeller
from index.store.store import Store

FONT = Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSerif.ttf"
KEY = hashlib.sha256(b"page").hexdigest()
WRITING = Writing((WrittenLine("A", 1.0, 2.5, 3.0, 4.0, turned=True),), 30, 40, 1)
PICTURE = np.zeros((40, 30, 3), np.uint8)


class Memory(dict):
    """Keeps readings, under the names that both ends have for that."""

    def get(self, key: str) -> bytes:
        return super().get(key, b"")

    def put(self, key: str, reading: bytes) -> None:
        self[key] = reading

    recall, keep = get, put


def scan(*pages: str) -> bytes:
    """Return a PDF of pages that are pictures of a line of print each."""
    letters = ImageFont.truetype(str(FONT), 40)
    drawn = []
    for text in pages:
        page = Image.new("L", (1000, 300), 255)
        ImageDraw.Draw(page).text((60, 120), text, font=letters, fill=0)
        drawn.append(page)
    stream = io.BytesIO()
    drawn[0].save(stream, "PDF", save_all=True, append_images=drawn[1:], resolution=150, quality=95)
    return stream.getvalue()


def kept(corpus) -> dict[str, list]:
    rows = corpus._store.connection.execute("SELECT key, reading FROM page_reading")
    return {key: json.loads(reading) for key, reading in rows}


@pytest.fixture
def store(tmp_path):
    opened = Store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def read_once(monkeypatch):
    """Let the first picture be read, and any after it be an error."""
    results = iter([WRITING])
    monkeypatch.setattr(known_writing, "read_writing", lambda _: next(results))
    monkeypatch.setattr(known_writing, "version", lambda _: "3.10")


def test_a_picture_that_is_known_is_not_read_again(read_once):
    memory = Memory()

    with known_to(memory):
        assert writing_on(PICTURE) == writing_on(PICTURE.copy()) == WRITING
        with pytest.raises(StopIteration):
            writing_on(PICTURE + 1)
        with pytest.raises(StopIteration):
            writing_on(PICTURE.reshape(30, 40, 3))


def test_a_picture_that_another_version_read_is_read_again(read_once, monkeypatch):
    with known_to(Memory()):
        writing_on(PICTURE)
        monkeypatch.setattr(known_writing, "READING", "another")
        known_writing._version.cache_clear()

        with pytest.raises(StopIteration):
            writing_on(PICTURE)
    known_writing._version.cache_clear()


@pytest.mark.parametrize(
    "damaged", [b"", b"{}", b"[", b"[[[1,2]],1,1,0]", b"[1,1,1,1]", b"[" * 100_000]
)
def test_a_reading_that_is_damaged_is_not_used(read_once, damaged):
    class Damaged(Memory):
        def recall(self, key: str) -> bytes:
            return damaged

    with known_to(Damaged()):
        assert writing_on(PICTURE) == WRITING


def test_without_anybody_who_keeps_readings_pictures_are_read_each_time(read_once):
    assert writing_on(PICTURE) == WRITING
    with pytest.raises(StopIteration):
        writing_on(PICTURE)


def test_both_ends_understand_each_other():
    said, answered = io.BytesIO(), io.BytesIO(b'{"bytes": 0}\n{"bytes": 5}\nknown')
    teller = PageTeller(said, answered)
    teller.begun(1, 2)
    assert teller.recall(KEY) == b""
    teller.keep(KEY, b"new")
    teller.begun(2, 2)
    assert teller.recall(KEY) == b"known"
    told, replies, memory = [], [], Memory()
    listener = PageListener(lambda page, pages: told.append((page, pages)), memory, replies.append)
    stream = io.BytesIO(said.getvalue() + b'{"error": "EmptyDocument", "message": "Empty."}\n')

    assert isinstance(read_answer(stream, None, listener).error, EmptyDocument)

    assert told == [(1, 2), (2, 2)]
    assert replies == [b'{"bytes": 0}\n', b'{"bytes": 3}\nnew']
    assert memory == {KEY: b"new"}
    assert listener.keys == [KEY, KEY]


PAGE, ASK, KEEP = ({"page": 1, "pages": 2}, {"recall": KEY}, {"keep": KEY, "bytes": 3})


@pytest.mark.parametrize(
    "messages",
    [
        [ASK],
        [PAGE, KEEP],
        [PAGE, ASK, ASK],
        [PAGE, ASK, KEEP, KEEP],
        [PAGE, ASK, {"page": 2, "pages": 2}, KEEP],
        [PAGE, ASK, {"keep": KEY[::-1], "bytes": 3}],
        [PAGE, ASK, {"keep": KEY, "bytes": 10**10}],
        [PAGE, ASK, {"keep": KEY, "bytes": -1}],
        [PAGE, ASK, {"keep": KEY, "bytes": 3.0}],
        [PAGE, ASK, {"keep": KEY}],
        [PAGE, {"recall": "../../etc/passwd"}],
        [PAGE, {"recall": None}],
        [PAGE, {"recall": [KEY]}],
    ],
)
def test_a_process_that_was_taken_over_keeps_nothing_that_was_not_asked_for(messages):
    lines = [json.dumps(one).encode() + b"\n" + b"xyz" * ("keep" in one) for one in messages]
    end = b'{"error": "EmptyDocument", "message": "Empty."}\n'
    memory = Memory()

    with pytest.raises(BadAnswer):
        read_answer(
            io.BytesIO(b"".join(lines) + end),
            None,
            PageListener(None, memory, lambda _: None),
        )
    assert memory in ({}, {KEY: b"xyz"})


def test_a_process_that_may_not_ask_is_not_answered():
    lines = [json.dumps(one).encode() + b"\n" for one in (PAGE, ASK)]

    with pytest.raises(BadAnswer):
        read_answer(io.BytesIO(b"".join(lines)), None, PageListener())


def test_readings_stay_as_long_as_a_document_uses_them(store):
    file = LoadedFile("Text.", "T", "pdf", (0,))
    store.readings.put(KEY, b"one")
    store.readings.put(KEY[::-1], b"other")
    with store.transaction():
        for source in ("a", "b"):
            store.put(NewDocument(source, source, "", file, list[Span]()), 1, {})
            store.readings.set(source, [KEY, "unknown"])
        store.readings.drop_unused()
    assert [store.readings.get(key) for key in (KEY, KEY[::-1])] == [b"one", b""]

    with store.transaction():
        store.readings.set("a", [])
        store.readings.drop_unused()
    assert store.readings.get(KEY) == b"one"

    with store.transaction():
        store.delete([store.document_from("b").id])
        store.readings.drop_unused()
    assert store.readings.get(KEY) == b""


@pytest.mark.slow
def test_a_scan_that_is_given_twice_or_read_anew_is_read_from_what_is_kept(
    corpus, tmp_path, monkeypatch
):
    first, second = tmp_path / "first.pdf", tmp_path / "second.pdf"
    first.write_bytes(scan("The gate opens at seven.", "The keys hang in the hall."))
    corpus.add([first])
    assert len(kept(corpus)) == 2
    connection = corpus._store.connection
    connection.execute("UPDATE page_reading SET reading = replace(reading, 'seven', 'eleven')")
    connection.execute("UPDATE page_reading SET reading = CAST(reading AS BLOB)")

    second.write_bytes(first.read_bytes() + b"\n% saved again")
    corpus.add([second])
    monkeypatch.setattr("index.changing.reading._EXTRACTION", "another")
    corpus.add([first])

    with corpus.snapshot() as state:
        for document in state.documents():
            assert "The gate opens at eleven." in state.text(document.id)
    assert len(kept(corpus)) == 2
    assert corpus.check() == []
    corpus.remove(["first.pdf"])
    assert len(kept(corpus)) == 2
    corpus.remove(["second.pdf"])
    assert kept(corpus) == {}


@pytest.mark.slow
def test_a_run_that_is_broken_off_is_gone_on_with_where_it_stopped(corpus, tmp_path):
    path = tmp_path / "long.pdf"
    path.write_bytes(scan("The gate opens at seven.", "The keys hang in the hall.", "The end."))

    def break_off(step) -> None:
        if step.page == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        corpus.add([path], progress=break_off)
    assert len(kept(corpus)) == 2

    (outcome,) = corpus.add([path])

    assert outcome.document.pictured == (1, 2, 3)
    path.write_bytes(scan("The gate opens at nine."))
    corpus.add([path])
    assert [lines[0][0][0] for lines in kept(corpus).values()] == ["The gate opens at nine."]
