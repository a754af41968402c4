"""The original file of a document: shown where no browser can run it, else saved."""

import io

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image

from index import NamedFile
from tests.index.loaders.made import text_lines
from tests.index.loaders.made_pdf import Sheet, pdf_of
from ui.protection.admission import Admission
from ui.protection.viewing import VIEWED, viewed_as, viewing_headers
from ui.rest.changes import Changes
from ui.rest.documents import create_router

SCRIPT = "<script>document.title = 'hacked'</script>"
HARMLESS = {"application/pdf", "image/png", "image/jpeg", "image/bmp", "image/webp", "text/plain"}


@pytest.fixture
def sent(corpus, tmp_path):
    """Call it with a file's name and bytes: it is added, and its original asked for to be seen."""
    app = FastAPI()
    app.include_router(create_router(corpus, Changes(), Admission(1, 1)))
    client = TestClient(app)

    def send(name, data, *, view="true"):
        (tmp_path / name).write_bytes(data)
        outcome = corpus.add([NamedFile(tmp_path / name, "up", name)])[0]
        assert outcome.document, outcome
        answer = client.get(f"/api/documents/{outcome.document.id}/original", params={"view": view})
        assert answer.content == data
        assert answer.headers["content-length"] == str(len(data))
        return answer

    return send


def check_saved(answer) -> None:
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")


def check_shown(answer, media_type) -> None:
    assert answer.headers["content-type"] == media_type
    assert answer.headers["content-disposition"].startswith("inline;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    policy = answer.headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "frame-ancestors 'none'"} <= set(policy)
    assert not any("script" in part or "http" in part for part in policy)
    assert ("sandbox" in policy) == (media_type != "application/pdf")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("page.html", f"<p>Apples are red.</p>{SCRIPT}"),
        ("page.txt", f"<!DOCTYPE html><p>Apples are red.</p>{SCRIPT}"),
        ("page.txt", f"<html><p>Apples are red.</p>{SCRIPT}"),
        ("page.pdf", f"<html><p>Apples are red.</p>{SCRIPT}"),
        ("mail.eml", f"Subject: Apples\nContent-Type: text/html\n\n<p>Red.</p>{SCRIPT}"),
        ("page.mht", f"Content-Type: text/html\n\n<html><p>Red.</p>{SCRIPT}"),
    ],
)
def test_what_could_run_in_a_browser_is_saved_whatever_it_is_called(sent, name, data):
    check_saved(sent(name, data.encode()))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", f"Apples are red. {SCRIPT}"),
        ("a.txt", f"<svg xmlns='http://www.w3.org/2000/svg'>{SCRIPT}</svg> Apples."),
        ("a.xml", f"<svg xmlns='http://www.w3.org/2000/svg'>{SCRIPT}</svg>"),
        ("a.js", "alert('Apples are red.')"),
        ("a.md", f"# Apples\n\nThey are red. {SCRIPT}"),
        ("a.csv", f"fruit,colour\napple,{SCRIPT}\n"),
    ],
)
def test_a_text_is_shown_as_text_whatever_markup_stands_in_it(sent, name, data):
    check_shown(sent(name, data.encode()), "text/plain; charset=utf-8")


def test_a_text_in_another_encoding_is_not_said_to_be_unicode(sent):
    old = "Äpfel sind rot. Birnen sind grün. Pflaumen sind süß.".encode("cp1252")
    check_shown(sent("alt.txt", old), "text/plain")
    wide = "Äpfel sind rot.".encode("utf-16")
    check_shown(sent("breit.txt", wide), "text/plain; charset=utf-16")


def test_a_pdf_is_shown_as_a_pdf_be_there_script_in_it_or_html_behind_it(sent):
    catalog = "/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"
    page = pdf_of(Sheet(text_lines("Apples are red in autumn.")), catalog=catalog)
    check_shown(sent("apples.pdf", page + SCRIPT.encode()), "application/pdf")
    check_saved(sent("again.pdf", page, view="false"))


@pytest.mark.parametrize(
    ("format_", "head", "media_type"),
    [
        ("image", b"\x89PNG\r\n\x1a\n...", "image/png"),
        ("image", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("image", b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        ("image", b"BM\0\0", "image/bmp"),
        ("image", b"II*\0", None),  # TIFF, which browsers don't show
        ("image", b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        ("image", b"RIFF\0\0\0\0<htm", None),
        ("image", b"", None),
        ("pdf", b"<html>" + b" " * 2000 + b"%PDF-1.7", None),
        ("pdf", b"", None),
        ("text", b"\0\1\2", None),
        ("text", b"", "text/plain; charset=utf-8"),
        ("text", "€".encode()[:2], "text/plain; charset=utf-8"),  # cut within a character
        *((kind, b"Apples.", None) for kind in ("html", "mhtml", "mail", "epub", "docx", "", "x")),
        *((kind, b"%PDF-1.7", None) for kind in ("html", "docx", "notebook")),
    ],
)
def test_only_what_a_file_is_found_to_be_and_its_bytes_say_is_shown(format_, head, media_type):
    assert viewed_as(format_, head) == media_type


def test_nothing_but_harmless_media_types_is_ever_sent():
    heads = (b"%PDF-1.7", b"\x89PNG\r\n\x1a\n", b"<html><script>", b"<svg/>", b"\xff\xd8\xff", b"a")
    types = {viewed_as(kind, head) for kind in VIEWED for head in heads} - {None}

    assert {one.partition(";")[0] for one in types} <= HARMLESS
    for one in types:
        assert viewing_headers(one)["x-content-type-options"] == "nosniff"


@pytest.mark.browser
def test_texts_and_pictures_are_shown_and_run_nothing_a_web_page_is_saved(
    start, visitor, corpus, tmp_path
):
    (tmp_path / "a.txt").write_text(f"Apples are red. {SCRIPT}")
    (tmp_path / "b.html").write_text(f"<p>Pears are green.</p>{SCRIPT}")
    (tmp_path / "c.pdf").write_bytes(pdf_of(Sheet(text_lines("Plums are blue in summer."))))
    corpus.add([tmp_path / name for name in ("a.txt", "b.html", "c.pdf")])
    url = start(corpus)
    page = visitor.page
    page.goto(f"{url}/d/1")
    link = page.locator("#viewer .file")
    link.get_by_text("Open original").wait_for()
    with page.expect_popup() as opened:
        link.click()
    opened.value.wait_for_load_state()
    assert opened.value.locator("body").inner_text() == f"Apples are red. {SCRIPT}"
    assert opened.value.title() != "hacked"
    assert opened.value.evaluate("self.origin") == "null", "in a sandbox, not at the page's address"
    assert page.url.startswith(url)
    opened.value.close()

    page.goto(f"{url}/d/2")
    link.get_by_text("Save original").wait_for()
    assert visitor.violations() == []
    with page.expect_download() as saved:
        link.click()
    assert saved.value.suggested_filename == "b.html"

    page.goto(f"{url}/d/3")
    link.get_by_text("Open original").wait_for()
    answer = page.request.get(url + link.get_attribute("href"))
    assert answer.headers["content-type"] == "application/pdf"

    stream = io.BytesIO()
    Image.new("RGB", (70, 30)).save(stream, "PNG")
    headers = {"content-type": "image/png", **viewing_headers("image/png")}
    page.route("**/picture", lambda route: route.fulfill(body=stream.getvalue(), headers=headers))
    page.goto(f"{url}/picture")
    assert page.locator("img").evaluate("image => image.decode().then(() => image.width)") == 70
    page.goto(f"{url}/healthz")  # out of the sandbox, in which the tab can't be cleared
