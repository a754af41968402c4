"""A conversation saved as one HTML file: it proves itself, and nothing in it is markup."""

import base64
import contextlib
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa import Excerpt, Source, ask
from tests.index.loaders.made import text_lines
from tests.index.loaders.made_pdf import Sheet, pdf_of
from tests.ui.hostile import HOSTILE
from tests.ui.test_conversation import answered, handed
from ui.limits import PICTURED
from ui.page.conversation import Held, Turn
from ui.page.evidence import as_html, pieces_of, proof_of, quoted_of
from ui.page.saved import as_json, saved
from ui.translation.catalogue import ENGLISH, words_of

LINES = ("Apples are red in autumn.", "Pears are green in spring.", "Plums are blue in summer.")
PEARS = "Which pears are green?"


class Tags(HTMLParser):
    """The elements and the words of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags, self.attributes, self.words = set(), set(), []

    def handle_starttag(self, tag, attributes) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attributes}

    def handle_data(self, data) -> None:
        self.words.append(data)


def written(held: Held, **settings) -> str:
    turns = list(saved(held, weaker=True))
    quoted = [passage for turn in turns for passage in turn.answer.passages]
    states = {quoted_of(passage): "same" for passage in quoted}
    words = settings.pop("words", ENGLISH)
    folders = {passage.corpus: "" for passage in quoted}
    states |= settings.pop("states", {})
    return as_html(held.title, turns, states, {}, folders, words)


PLAIN = Tags()
PLAIN.feed(written(Held((answered("Who?"),))))


def check_nothing_became_markup(text: str) -> None:
    turn = answered(text, text, query=f"{text} again")
    (passage,) = turn.answer.passages
    passage = replace(passage, document=Source(1, text, text, text), context=text, sha256=text)
    passage = replace(passage, highlights=())
    turn = replace(turn, answer=replace(turn.answer, passages=(passage,)), asked=text)
    page = written(Held((turn,), text))
    found = Tags()
    found.feed(page)

    assert found.tags <= PLAIN.tags | {"mark"}
    assert found.attributes <= PLAIN.attributes
    assert " ".join(text.split()) in " ".join("".join(found.words).split())
    assert "script" not in found.tags


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_a_document_or_question_becomes_markup(text):
    check_nothing_became_markup(text)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), min_size=5))
def test_any_text_stays_text(text):
    if text.strip():
        check_nothing_became_markup(text)


def test_the_file_holds_no_script_and_asks_nothing_of_any_computer():
    page = written(Held((answered("Who?"),)))

    assert "default-src 'none'; img-src data:; style-src 'unsafe-inline'" in page
    assert not re.search(r"(?i)<script|<link|<iframe|\bon\w+=|https?:|url\(|@import|href=", page)


def test_what_answers_is_marked_and_nothing_of_the_words_is_lost():
    (passage,) = answered("Who?", "Pears are green.").answer.passages
    for places in (
        (),
        ((10, 15),),
        ((10, 15), (15, 18)),
        ((20, 26), (10, 15)),
        ((5, 12), (11, 99)),
    ):
        words = tuple(Excerpt("", start, end) for start, end in places)
        pieces = pieces_of(replace(passage, highlights=words))
        assert "".join(piece.text for piece in pieces) == passage.text
        assert any(piece.marked for piece in pieces) == bool(places)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Asked November 30, 2026, 19:07 UTC"),
        ("de", "Gefragt am 30. November 2026, 19:07 UTC"),
        ("es", "Preguntado el 30 de noviembre de 2026, 19:07 UTC"),
        ("fr", "Question posée le 30 novembre 2026, 19:07 UTC"),
    ],
)
def test_times_are_in_the_language_of_the_page_and_in_json_as_programs_read_them(language, said):
    asked = "2026-11-30T21:07:00+02:00"
    held = Held((replace(answered("Who?"), asked=asked),))
    page = written(held, words=words_of(language))

    assert f">{said}</p>" in page
    in_words = re.search(r"<time[^>]*>[^<]*UTC", page)[0].partition(">")[2]
    assert not re.search(r"\d-\d", in_words)
    assert re.search(r'<time datetime="\d{4}-\d\d-\d\dT', page)
    assert json.loads(as_json(held))[0]["asked"] == asked


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("2026-03-01T09:05:00", "Asked March 1, 2026, 09:05 UTC"),
        ("2026-03-01", "Asked March 1, 2026, 00:00 UTC"),
        ("", "Asked "),
        ("yesterday & before", "Asked yesterday &amp; before"),
        ("9999-12-31T23:59:59-14:00", "Asked 9999-12-31T23:59:59-14:00"),
        ("0001-01-01T00:00:00+14:00", "Asked 0001-01-01T00:00:00+14:00"),
        ("x" * 100_000, f"Asked {'x' * 40}"),
    ],
)
def test_whatever_time_a_browser_kept_the_conversation_is_saved(asked, said):
    held = Held((replace(answered("Who?"), asked=asked),))

    assert f'<p class="muted">{said}</p>' in written(held)


def proved(line: str) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(line, {})  # noqa: S102 - that is what the reader of the file does with it
    return out.getvalue()


def test_the_line_of_python_proves_the_quotation_and_nothing_else(corpus, monkeypatch):
    monkeypatch.setenv("VERBATIM_CORPUS", str(corpus.folder))
    monkeypatch.setattr("qa.verification.open_corpus", lambda _: corpus)
    text = "Pears 'are' \"green\" \u202eand\\n\U0001f600 so on."
    corpus.add_text(text, name="fruit", title="On “fruit”\nand 'more'")
    (passage, *_) = ask(PEARS, corpus=corpus).passages
    line = proof_of(passage, "")

    assert "\u202e" not in line, "nothing turns the line around"
    assert "\n" not in line
    assert proved(line).startswith("Verification(valid=True")
    assert "valid=False" in proved(proof_of(replace(passage, text=passage.text + "x"), ""))
    corpus.add_text("Plums.", name="fruit")
    assert "valid=False" in proved(line)


def test_a_document_that_has_changed_or_is_gone_is_said_to_be():
    held = Held((answered("Who?"),))
    place = ("", 1, "ab" * 32)

    assert "had another text" in written(held, states={place: "changed"})
    assert "no longer in the corpus" in written(held, states={place: "gone"})
    assert "warning" not in re.sub(r"(?s)<style>.*</style>", "", written(held))


@pytest.fixture
def fruit(corpus, tmp_path):
    page = text_lines(*LINES, leading=60)
    (tmp_path / "fruit.pdf").write_bytes(pdf_of(Sheet(page)))
    corpus.add([tmp_path / "fruit.pdf"])
    return corpus


def hand_over(url, held) -> str:
    answer = httpx.post(f"{url}/api/conversations", content=handed(held))
    assert answer.status_code == 200, answer.text
    return f"{url}/api/conversations/{answer.json()['name']}"


@pytest.mark.slow
def test_the_page_stands_beside_the_quotation_with_its_words_marked(start, fruit, monkeypatch):
    held = Held((Turn(PEARS, ask(PEARS, corpus=fruit)),), title="On <b>pears</b>")
    address = hand_over(start(fruit), held)
    answer = httpx.get(f"{address}.html", params={"weaker": True})
    page = answer.text

    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "On &lt;b&gt;pears&lt;/b&gt;" in page
    pictures = re.findall(r'src="data:image/png;base64,([^"]+)"', page)
    assert len(pictures) == page.count("<figure>") == len(held.turns[0].answer.passages)
    assert base64.b64decode(pictures[0]).startswith(b"\x89PNG")
    assert page.count("<rect ") >= len(pictures)
    monkeypatch.setattr("ui.page.exports.PICTURED", replace(PICTURED, most=1))
    fewer = httpx.get(f"{address}.html", params={"weaker": True}).text
    assert fewer.count("<figure>") == 1
    assert "Only the first 1 page" in fewer
    fruit.remove([1])
    gone = httpx.get(f"{address}.html").text
    assert "<figure>" not in gone
    assert "no longer in the corpus" in gone


@pytest.mark.slow
def test_what_is_handed_over_is_held_to_its_limits_and_found_by_its_name_only(start, corpus):
    url = start(corpus)
    conversations = f"{url}/api/conversations"
    address = hand_over(url, Held((answered("Who?"),), "Pears"))

    assert httpx.get(address, params={"last": 1}).json()["turns"][0]["question"] == "Who?"
    assert httpx.get(f"{address}.md").text.startswith("# Pears")
    assert json.loads(httpx.get(f"{address}.json").text)[0]["question"] == "Who?"
    assert httpx.get(f"{address}.exe").status_code in (404, 422)
    assert httpx.get(address, params={"last": 51}).status_code == 422
    for name in ("0" * 32, "x", "..%2Fx"):
        for kind in ("", ".md", ".html"):
            assert httpx.get(f"{conversations}/{name}{kind}").status_code in (404, 422)
    assert httpx.post(conversations, content=b"{").status_code == 422
    assert httpx.post(conversations, content=b'{"turns": 1}').status_code == 422
    assert httpx.post(conversations, content=b"x" * 10_000_001).status_code == 413
    foreign = {"Origin": "http://evil.example"}
    assert httpx.post(conversations, content=b"{}", headers=foreign).status_code == 403


@pytest.mark.browser
def test_a_conversation_is_saved_from_the_list_in_each_format(start, visitor, fruit, tmp_path):
    visitor.open(start(fruit))
    visitor.ask(PEARS)
    page = visitor.page
    page.get_by_role("button", name="Conversations", exact=True).click()
    saved_as = {}
    for kind in ("Evidence pack", "Markdown", "JSON"):
        options = page.get_by_role("button", name="Options for")
        if options.get_attribute("aria-expanded") == "false":
            options.click()
        page.get_by_role("button", name=f"Save… “{PEARS}”").click()
        page.get_by_role("radio", name=kind).check()
        with page.expect_download() as download:
            page.get_by_role("button", name="Save", exact=True).click()
        page.locator("#saving").wait_for(state="hidden")
        saved_as[kind] = tmp_path / download.value.suggested_filename
        download.value.save_as(saved_as[kind])

    assert [file.name for file in saved_as.values()] == [
        f"Which-pears-are-green.{suffix}" for suffix in ("html", "md", "json")
    ]
    assert "> Pears are green in spring." in saved_as["Markdown"].read_text(encoding="utf-8")
    (turn,) = json.loads(saved_as["JSON"].read_text(encoding="utf-8"))
    assert turn["weaker_passages_left_out"] == 2
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.context.set_offline(True)
    try:
        page.goto(saved_as["Evidence pack"].as_uri())
        image = page.locator("figure img")
        assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 500
        mark = page.locator("rect").first.bounding_box()
        sheet = image.bounding_box()
        assert sheet["x"] < mark["x"] < sheet["x"] + sheet["width"]
        assert sheet["y"] < mark["y"] < sheet["y"] + sheet["height"]
        assert visitor.violations() == []
    finally:
        page.context.set_offline(False)
    assert all(address.startswith(("file:", "data:")) for address in asked)
