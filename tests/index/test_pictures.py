"""Pages as pictures: what is marked on them are the words of the sentence, and nothing else."""

import struct
import subprocess
import sys
from ctypes import byref, c_double

import pypdfium2
import pytest
from pypdfium2 import raw

from index import BadSetting, FileOutcome, OriginalNotKept, UnknownDocument, UserError, page_picture
from index.limits import PICTURE
from index.loading import process
from index.loading.answers import BadAnswer
from index.loading.loaders.pdf.picture import plain
from index.loading.picture_answers import read_picture, written_picture
from tests.index.loaders.made import text_lines
from tests.index.loaders.made_pdf import Sheet, grid, pdf_of, text_field

LEFT = [
    "The left column tells of a harbour town and of",
    "its lighthouse, which was built by two brothers",
    "in the year 1862. Nobody has ever counted the",
    "steps. The office is open on Fridays.",
]
RIGHT = [
    "The right column tells of the ferry. It crosses",
    "the strait twice a day, at nine and at five, and",
    "takes cars (12 at most). Dogs travel free. In a",
    "storm no ferry leaves at all before the morning.",
]


def columns(*, by_rows=False):
    left = [(50, 700 - 14 * at, 11, line) for at, line in enumerate(LEFT)]
    right = [(320, 700 - 14 * at, 11, line) for at, line in enumerate(RIGHT)]
    return (
        [line for pair in zip(left, right, strict=True) for line in pair]
        if by_rows
        else left + right
    )


def turned(*lines):
    """Return operators for lines that run upwards."""
    return [
        f"BT /F 11 Tf 0 1 -1 0 {300 + 14 * at} 100 Tm ({line}) Tj ET"
        for at, line in enumerate(lines)
    ]


HYPHENS = text_lines(
    "It was an unusually long day for every light-",
    "house keeper along the coast, and the final re-",
    "port came late. Nobody slept that night at all.",
)
TABLE = Sheet(
    [
        (x + 4, y + 5, 10, text)
        for y, cells in ((640, ("Code", "Days")), (620, ("E03", "2")), (600, ("E04", "12")))
        for x, text in zip((72, 180), cells, strict=True)
    ],
    ops=grid((72, 180, 300), (600, 620, 640, 660)),
)
PAGES = {
    "one column": Sheet(text_lines(*LEFT)),
    "broken words": Sheet(HYPHENS),
    "two columns": Sheet(columns()),
    "a quarter": Sheet(columns(), rotate=90),
    "upside down": Sheet(columns(), rotate=180),
    "three quarters": Sheet(columns(), rotate=270),
    "turned text": Sheet(ops=turned(*LEFT)),
    "turned text on a turned page": Sheet(ops=turned(*LEFT), rotate=90),
    "a table": TABLE,
}


def in_region(data, number, boxes) -> str:
    """Return the letters of a page that stand in some regions of its picture."""
    with pypdfium2.PdfDocument(data) as document:
        page = document[number - 1]
        text_page, x, y = page.get_textpage(), c_double(), c_double()
        found = ""
        for box in boxes:
            corners = []
            for across, down in ((box.left, box.top), (box.right, box.bottom)):
                place = (round(across * 10**6), round(down * 10**6))
                raw.FPDF_DeviceToPage(page, 0, 0, 10**6, 10**6, 0, *place, byref(x), byref(y))
                corners.append((x.value, y.value))
            (x0, y0), (x1, y1) = corners
            edges = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
            found += plain(text_page.get_text_bounded(*edges))
        return found


def added(corpus, tmp_path, data) -> FileOutcome:
    (tmp_path / "a.pdf").write_bytes(data)
    (outcome,) = corpus.add([tmp_path / "a.pdf"])
    return outcome


@pytest.mark.parametrize("name", PAGES)
def test_what_is_marked_on_the_picture_are_the_words_of_each_sentence(corpus, tmp_path, name):
    data = pdf_of(PAGES[name])
    document = added(corpus, tmp_path, data).document
    with corpus.snapshot() as state:
        sentences = state.sentences_of(document.id)

    assert len(sentences) >= 2
    for sentence in sentences:
        picture = page_picture(corpus, document.id, 1, sentence.start, sentence.end)
        assert in_region(data, 1, picture.boxes) == plain(sentence.text), sentence.text
        assert len(picture.boxes) <= 6, "a box for each line, not for each letter"


def test_in_columns_that_are_written_row_by_row_little_is_missing_and_nothing_wrong_is_marked(
    corpus, tmp_path
):
    data = pdf_of(Sheet(columns(by_rows=True)))
    document = added(corpus, tmp_path, data).document
    with corpus.snapshot() as state:
        sentences = state.sentences_of(document.id)
    for sentence in sentences:
        picture = page_picture(corpus, document.id, 1, sentence.start, sentence.end)
        marked, whole = in_region(data, 1, picture.boxes), iter(plain(sentence.text))
        assert len(marked) >= 0.9 * len(plain(sentence.text)), sentence.text
        assert all(letter in whole for letter in marked), "in their order, and no others"


def test_of_a_filled_form_the_label_is_marked(corpus, tmp_path):
    fields = [text_field("a", "Hallewell", (200, 690, 400, 710), "Surname")]
    data = pdf_of(Sheet([(72, 695, 11, "Surname"), (72, 640, 11, "Telephone")], annotations=fields))
    document = added(corpus, tmp_path, data).document
    with corpus.snapshot() as state:
        (surname,) = [one for one in state.sentences_of(document.id) if "Halle" in one.text]
    picture = page_picture(corpus, document.id, 1, surname.start, surname.end)

    assert in_region(data, 1, picture.boxes) == "surname"


def test_the_picture_is_the_page_as_it_is_turned(corpus, tmp_path):
    document = added(
        corpus, tmp_path, pdf_of(Sheet(columns()), Sheet(columns(), rotate=90))
    ).document
    upright, turned_ = (page_picture(corpus, document.id, number) for number in (1, 2))

    assert (upright.width, upright.height, upright.pages) == (1200, 1600, 2)
    assert (turned_.width, turned_.height) == (1600, 1200)
    assert upright.png[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", upright.png[16:24]) == (1200, 1600)
    assert upright.boxes == ()


def test_of_words_that_stand_twice_on_a_page_the_cited_ones_are_marked(corpus, tmp_path):
    lines = text_lines("Pears are green.", "Figs are ripe now.", "Pears are green.", leading=40)
    document = added(corpus, tmp_path, pdf_of(Sheet(lines))).document
    with corpus.snapshot() as state:
        twice = [one for one in state.sentences_of(document.id) if "Pears" in one.text]
    tops = [page_picture(corpus, document.id, 1, s.start, s.end).boxes[0].top for s in twice]

    assert tops[1] - tops[0] == pytest.approx(80 / 800, abs=0.005)


def test_of_a_sentence_that_runs_over_two_pages_each_shows_its_part(corpus, tmp_path):
    first = Sheet(text_lines("Some words come first. The keeper of the light walked down to the"))
    second = Sheet(text_lines("harbour and came back late. Nobody saw him leave the house again."))
    data = pdf_of(first, second)
    document = added(corpus, tmp_path, data).document
    with corpus.snapshot() as state:
        (over,) = [one for one in state.sentences_of(document.id) if "keeper" in one.text]
    shown = "".join(
        in_region(data, page, page_picture(corpus, document.id, page, over.start, over.end).boxes)
        for page in (1, 2)
    )

    assert shown == plain(over.text)


def test_what_has_no_picture_says_so(corpus, tmp_path):
    corpus.add_text("Pears are green.", name="fruit")
    document = added(corpus, tmp_path, pdf_of(Sheet(text_lines("Figs.")))).document

    with pytest.raises(UnknownDocument):
        page_picture(corpus, 77, 1)
    with pytest.raises(BadSetting, match="fruit is no PDF"):
        page_picture(corpus, 1, 1)
    for page in (0, 2, -1, 10**9):
        with pytest.raises(BadSetting, match="no page"):
            page_picture(corpus, document.id, page)
    assert page_picture(corpus, document.id, 1, 10**9, 5).boxes == ()
    corpus.keep_originals(False)
    with pytest.raises(OriginalNotKept):
        page_picture(corpus, document.id, 1)


@pytest.mark.parametrize("size", [(14400, 14400), (14400, 3), (3, 14400), (2, 2)])
def test_a_page_of_any_size_is_drawn_within_the_limit(corpus, tmp_path, size):
    sheet = Sheet([(1, 1, 1, "Figs are ripe.")], size=size)
    document = added(corpus, tmp_path, pdf_of(sheet)).document
    picture = page_picture(corpus, document.id, 1)

    assert 1 <= picture.width * picture.height <= 1.01 * PICTURE.most


def test_a_file_that_takes_too_long_to_draw_is_given_up_and_the_next_is_drawn(monkeypatch):
    shading = " ".join(["0 0 600 800 re f"] * 400_000)
    with monkeypatch.context() as patched:
        patched.setattr(process, "PICTURE_TIME", process.PICTURE_TIME.__class__("", 0, "", ""))
        with pytest.raises(UserError, match="longer than 0 seconds"):
            process.picture_of(pdf_of(Sheet(ops=[shading])), "a.pdf", 1, "", 0)

    picture = process.picture_of(pdf_of(Sheet(text_lines("Figs."))), "a.pdf", 1, "Figs.", 0)
    assert len(picture.boxes) == 1


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4", b"no PDF at all", bytes(1000)])
def test_a_file_that_is_no_pdf_has_no_picture(data):
    with pytest.raises(UserError, match=r"a\.pdf"):
        process.picture_of(data, "a.pdf", 1, "x", 0)


@pytest.mark.slow
def test_a_process_that_was_taken_over_while_drawing_is_ended(monkeypatch):
    process._drawer.close()
    answer = "{'bytes': 3, 'width': 9, 'height': 9, 'pages': 1, 'boxes': []}".replace("'", '"')
    program = (
        "import sys; sys.stdin.buffer.readline(); "
        f"sys.stdout.write({answer!r} + chr(10) + '<b>'); sys.stdout.flush(); sys.stdin.readline()"
    )

    def start() -> subprocess.Popen[bytes]:
        pipe = subprocess.PIPE
        return subprocess.Popen([sys.executable, "-c", program], stdin=pipe, stdout=pipe)

    with monkeypatch.context() as patched:
        patched.setattr(process._drawer, "_start", start)
        with pytest.raises(UserError, match="crashed"):
            process.picture_of(b"%PDF", "a.pdf", 1, "", 0)
        assert process._drawer._process is None


class Stream:
    """What a process has written."""

    def __init__(self, content) -> None:
        self._rest = content

    def readline(self, most) -> bytes:
        line = self._rest[: self._rest.find(b"\n") + 1][:most]
        self._rest = self._rest[len(line) :]
        return line

    def read(self, size) -> bytes:
        piece, self._rest = self._rest[:size], self._rest[size:]
        return piece


PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"[]",
        b"{}",
        b'{"bytes": 8, "width": 0, "height": 1, "pages": 1, "boxes": []}',
        b'{"bytes": 8, "width": 99999, "height": 99999, "pages": 1, "boxes": []}',
        b'{"bytes": 8, "width": 1, "height": 1, "pages": 1.5, "boxes": []}',
        b'{"bytes": 99, "width": 1, "height": 1, "pages": 1, "boxes": []}',
        b'{"bytes": 999999999999, "width": 1, "height": 1, "pages": 1, "boxes": []}',
        b'{"bytes": 8, "width": 1, "height": 1, "pages": 1, "boxes": [[0, 0, 2, 1]]}',
        b'{"bytes": 8, "width": 1, "height": 1, "pages": 1, "boxes": [[0, 0, NaN, 1]]}',
        b'{"bytes": 8, "width": 1, "height": 1, "pages": 1, "boxes": [["a", 0, 1, 1]]}',
        b'{"bytes": 8, "width": 1, "height": 1, "pages": 1, "boxes": [[0, 1]]}',
        b'{"bytes": 8, "width": 1, "height": 1, "pages": 1, "boxes": [5]}',
        b'{"bytes": 8, "width": 1, "height": 1, "pages": 1, "boxes": 5}',
        b'{"error": "SystemExit", "message": "x"}',
    ],
)
def test_nothing_else_than_a_picture_with_its_boxes_is_taken_for_one(head):
    with pytest.raises(BadAnswer):
        read_picture(Stream(head + b"\n" + PNG))


def test_a_picture_comes_through_as_it_was_written():
    from index import Box

    box = Box(0.1, 0.2, 0.3, 0.4)
    answer = read_picture(Stream(b"".join(written_picture(PNG, 3, 4, 5, [box]))))

    assert answer.error is None
    assert answer.picture.boxes == (box,)
    assert (answer.picture.png, answer.picture.width, answer.picture.pages) == (PNG, 3, 5)
