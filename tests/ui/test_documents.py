"""Adding, choosing and removing documents on the page."""

import threading
from dataclasses import replace
from pathlib import Path

import docx
import pytest

from index import SUFFIXES
from ui import limits

pytestmark = pytest.mark.browser
GOLDEN = Path(__file__).parents[1] / "golden" / "loaders"
PEARS = "The pears in the cold frame are green."


def open_documents(visitor) -> None:
    visitor.page.get_by_role("button", name="Documents", exact=True).click()
    visitor.page.locator("#documents[open]").wait_for()


def add(visitor, *paths) -> str:
    """Choose files in the dialog; return what it says of the last one."""
    before = visitor.page.locator("#documents .progress > li").count()
    visitor.page.set_input_files("#documents input[type=file]", [str(path) for path in paths])
    line = visitor.page.locator("#documents .progress li").first
    visitor.page.wait_for_function(
        "count => document.querySelectorAll('#documents .progress .busy').length === 0"
        " && document.querySelectorAll('#documents .progress > li').length === count",
        arg=before + len(paths),
    )
    return line.inner_text()


def paste(visitor, title: str, text: str) -> None:
    visitor.page.get_by_text("Paste a text").click()
    visitor.page.get_by_label("Title").fill(title)
    visitor.page.get_by_role("textbox", name="Text").fill(text)
    visitor.page.get_by_role("button", name="Add this text").click()


def close_documents(visitor) -> None:
    visitor.page.keyboard.press("Escape")
    visitor.page.locator("#documents").wait_for(state="hidden")


def test_a_file_added_on_an_empty_page_can_be_asked_about(start, visitor, corpus, tmp_path):
    (tmp_path / "notes.md").write_text("# Garden\n\nThe pears are green. Plums are blue.")
    visitor.open(start(corpus))
    open_documents(visitor)

    assert add(visitor, tmp_path / "notes.md") == "notes.md: added, 3 sentences"
    close_documents(visitor)
    visitor.page.wait_for_function(
        "() => document.querySelector('#status').innerText.includes('1 document')"
    )

    assert "The pears are green." in visitor.ask("Which pears are green?")


def file_of(kind, sentence, folder) -> Path:
    """Return a file that says a sentence, in one of the formats."""
    path = folder / f"garden.{kind}"
    if kind == "docx":
        document = docx.Document()
        document.add_heading("Garden")
        document.add_paragraph(sentence)
        document.save(str(path))
    else:
        before, after = {"html": ("<h1>Garden</h1><p>", "</p>"), "md": ("# Garden\n\n", "\n")}.get(
            kind, ("", "")
        )
        path.write_text(f"{before}{sentence}{after}", encoding="utf-8")
    return path


def test_each_format_leads_from_upload_to_an_answer(start, visitor, corpus, tmp_path):
    said = {
        kind: f"The {fruit} in the cold frame are green."
        for kind, fruit in {"txt": "pears", "md": "plums", "html": "figs", "docx": "kiwis"}.items()
    }
    files = [file_of(kind, sentence, tmp_path) for kind, sentence in said.items()]
    visitor.open(start(corpus))
    open_documents(visitor)
    add(visitor, *files, GOLDEN / "lighthouse.pdf")
    lines = visitor.page.locator("#documents .progress li").all_inner_texts()
    assert [line.partition(", ")[0] for line in reversed(lines)] == [
        *(f"garden.{kind}: added" for kind in said),
        "lighthouse.pdf: added",
    ]
    close_documents(visitor)

    def opened() -> str:
        """Open what the last answer cites first; return what the viewer shows."""
        answer = visitor.page.locator("#chat [data-testid=bot]").last
        answer.locator('a[href^="/d/"]').first.click()
        visitor.page.locator("#viewer .current").wait_for()
        text = visitor.page.locator("#viewer").inner_text()
        visitor.page.keyboard.press("Escape")
        return text

    for sentence in said.values():
        assert sentence in visitor.ask(sentence)
        assert sentence in opened()
    assert ", page 1" in visitor.ask("Who built the lighthouse?")
    assert "lighthouse" in opened()


def test_questions_are_answered_while_a_file_is_added(start, visitor, corpus, tmp_path, encoder):
    corpus.add_text("Apples are red.", name="a")
    (tmp_path / "b.txt").write_text(PEARS)
    asked, encode = threading.Event(), encoder.encode_documents

    def waiting(texts, progress=None):
        assert asked.wait(60)
        return encode(texts, progress)

    encoder.encode_documents = waiting
    url = start(corpus)
    visitor.open(url)
    other = visitor.another()
    other.open(url)
    open_documents(visitor)
    visitor.page.set_input_files("#documents input[type=file]", str(tmp_path / "b.txt"))
    visitor.page.locator("#documents .progress .busy").wait_for()

    during = other.ask("Which pears are green?")
    asked.set()
    visitor.page.get_by_text("b.txt: added, 1 sentence").wait_for()
    after = other.ask("Which pears are green?")

    assert "Apples are red." in during
    assert PEARS not in during
    assert PEARS in after


def test_each_file_has_its_own_line_that_says_what_became_of_it(start, visitor, corpus, tmp_path):
    (tmp_path / "good.txt").write_text("Kale grows.")
    (tmp_path / "<b>bad.exe").write_bytes(b"MZ\x90\x00\x03\x00")
    visitor.open(start(corpus))
    open_documents(visitor)

    add(visitor, tmp_path / "good.txt", tmp_path / "<b>bad.exe", tmp_path / "good.txt")
    lines = visitor.page.locator("#documents .progress li").all_inner_texts()

    assert lines[0] == "good.txt: is already there, unchanged, 1 sentence"
    assert lines[1].startswith("<b>bad.exe: ")
    assert "unsupported format" in lines[1]
    assert lines[2] == "good.txt: added, 1 sentence"
    assert [document.name for document in corpus.documents()] == ["good.txt"]


def test_a_text_can_be_pasted(start, visitor, corpus):
    visitor.open(start(corpus))
    open_documents(visitor)
    drop = visitor.page.locator("#documents .drop")
    assert "PDF, Word, Excel, PowerPoint, e-books" in drop.locator("p").first.inner_text()
    drop.get_by_text("All file types").click()
    assert set(drop.locator(".kinds p").first.inner_text().split()) >= SUFFIXES
    assert visitor.violations() == []
    paste(visitor, "Garden", "Kale grows.")

    visitor.page.get_by_text("Garden: added, 1 sentence").wait_for()
    visitor.page.locator("#documents tbody th").wait_for()
    assert visitor.page.locator("#documents tbody th a").all_inner_texts() == ["Garden"]


def test_a_list_that_comes_late_does_not_take_the_place_of_a_later_one(start, visitor, corpus):
    held = []

    def hold_the_first(route) -> None:
        if held:
            route.continue_()
        else:
            held.append((route, route.fetch()))

    visitor.page.route("**/api/documents", hold_the_first)
    visitor.open(start(corpus))
    open_documents(visitor)
    paste(visitor, "Garden", "Kale grows.")
    line = visitor.page.locator("#documents tbody th", has_text="Garden")
    line.wait_for()
    ((first, before),) = held
    assert before.json() == []
    with visitor.page.expect_event("requestfinished"):
        first.fulfill(response=before)
    visitor.page.wait_for_timeout(100)

    assert line.is_visible()


def test_dropped_files_are_added(start, visitor, corpus):
    visitor.open(start(corpus))
    visitor.page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File(["Kale grows."], "drop.txt", {type: "text/plain"}));
          document.body.dispatchEvent(
            new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
        }"""
    )

    visitor.page.get_by_text("drop.txt: added, 1 sentence").wait_for()
    assert [document.name for document in corpus.documents()] == ["drop.txt"]


def test_the_page_keeps_to_the_limits_of_the_server(start, visitor, corpus, tmp_path, monkeypatch):
    monkeypatch.setattr("ui.limits.UPLOAD", replace(limits.UPLOAD, most=2_000_000))
    monkeypatch.setattr("ui.limits.PASTED", replace(limits.PASTED, most=40))
    (tmp_path / "large.txt").write_bytes(b"x" * 2_000_001)
    sent = []
    visitor.page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
    url = start(corpus)
    visitor.open(url)
    open_documents(visitor)

    told = add(visitor, tmp_path / "large.txt")
    paste(visitor, "", "Kale grows. " * 5)
    visitor.page.get_by_text("This text is longer than 40 characters").wait_for()

    assert told.startswith("large.txt: larger than 2 MB, the upload limit.")
    assert f"GET {url}/api/documents" in sent, "the list of documents"
    assert not [request for request in sent if request.startswith(f"POST {url}/api/documents")]
    assert visitor.page.get_by_role("textbox", name="Text").input_value() == "Kale grows. " * 5


def test_a_pasted_text_that_is_refused_comes_back(start, visitor, corpus, monkeypatch):
    monkeypatch.setattr("ui.rest.uploads.MAX_DOCUMENTS", 0)
    visitor.open(start(corpus))
    open_documents(visitor)
    paste(visitor, "Garden", "Kale grows.")
    visitor.page.get_by_text("Garden: The corpus holds 0 documents").wait_for()

    assert visitor.page.get_by_role("textbox", name="Text").input_value() == "Kale grows."
    assert visitor.page.get_by_label("Title").input_value() == "Garden"


def test_files_of_one_name_in_folders_that_are_dropped_are_all_added(start, visitor, corpus):
    visitor.open(start(corpus))
    visitor.page.evaluate(
        """() => {
          const file = (path, text) => ({isFile: true, fullPath: path, name: "a.txt",
            file: (done) => done(new File([text], "a.txt"))});
          const folder = (...inside) => ({isFile: false, createReader: () => ({
            readEntries: (done) => done(inside.splice(0))})});
          const root = folder(folder(file("/notes/one/a.txt", "Kale grows.")),
            folder(file("/notes/two/a.txt", "Leeks grow.")),
            folder(file("/notes/.git/a.txt", "Hidden.")));
          DataTransferItem.prototype.webkitGetAsEntry = () => root;
          const data = new DataTransfer();
          data.items.add(new File(["a folder"], "notes"));
          document.body.dispatchEvent(
            new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
        }"""
    )

    visitor.page.get_by_text("notes/two/a.txt: added, 1 sentence").wait_for()
    visitor.page.get_by_text("notes/one/a.txt: added, 1 sentence").wait_for()
    assert sorted(document.name for document in corpus.documents()) == [
        "notes/one/a.txt",
        "notes/two/a.txt",
    ]
    visitor.page.get_by_text("Left out: 1 hidden").click()
    visitor.page.get_by_text("notes/.git/a.txt").wait_for()


def test_another_file_of_a_name_is_kept_and_replaces_the_first_by_one_click(
    start, visitor, corpus, tmp_path
):
    visitor.open(start(corpus))
    open_documents(visitor)
    path = tmp_path / "notes.txt"
    path.write_text("Kale grows.")
    add(visitor, path)
    path.write_text("Leeks grow.")

    assert add(visitor, path).startswith(
        "notes.txt: added as notes (2).txt, 1 sentence. notes.txt has different content and is kept"
    )
    assert [document.name for document in corpus.documents()] == ["notes.txt", "notes (2).txt"]
    visitor.page.get_by_role("button", name="Replace notes.txt").click()
    visitor.page.get_by_text("notes.txt: replaced its older version, 1 sentence").wait_for()
    visitor.page.wait_for_function(
        "() => document.querySelectorAll('#documents tbody tr').length === 1"
    )

    (document,) = corpus.documents()
    with corpus.snapshot() as state:
        assert (document.name, state.text(document.id)) == ("notes.txt", "Leeks grow.")


def test_a_pasted_text_of_a_title_that_is_there_replaces_it_by_one_click(start, visitor, corpus):
    visitor.open(start(corpus))
    open_documents(visitor)
    paste(visitor, "Garden", "Kale grows.")
    visitor.page.get_by_text("Garden: added, 1 sentence").wait_for()
    visitor.page.get_by_label("Title").fill("Garden")
    visitor.page.get_by_role("textbox", name="Text").fill("Leeks grow.")
    visitor.page.get_by_role("button", name="Add this text").click()
    visitor.page.get_by_role("button", name="Replace pasted: Garden").click()
    visitor.page.get_by_text("replaced its older version").wait_for()
    visitor.page.wait_for_function(
        "() => document.querySelectorAll('#documents tbody tr').length === 1"
    )

    (document,) = corpus.documents()
    with corpus.snapshot() as state:
        assert (document.title, state.text(document.id)) == ("Garden", "Leeks grow.")


def test_a_folder_that_is_chosen_is_added_and_what_is_left_out_is_named(
    start, visitor, corpus, tmp_path
):
    folder = tmp_path / "project"
    for name in ("one/README.md", "two/README.md", "a.ppt", "b.ppt", "c.xlsb", ".env"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"This is {name}.")
    visitor.open(start(corpus))
    open_documents(visitor)
    with visitor.page.expect_file_chooser() as chosen:
        visitor.page.get_by_role("button", name="Choose a folder").click()
    chosen.value.set_files(str(folder))
    visitor.page.get_by_text("project/one/README.md: added, 1 sentence").wait_for()
    visitor.page.get_by_text("project/two/README.md: added, 1 sentence").wait_for()

    visitor.page.get_by_text("Left out: 2 .ppt, 1 .xlsb: unsupported formats").click()
    visitor.page.get_by_text("project/b.ppt").wait_for()
    assert sorted(document.name for document in corpus.documents()) == [
        "project/one/README.md",
        "project/two/README.md",
    ]


@pytest.mark.browser
def test_the_list_names_what_a_text_lacks_and_gives_the_file_back(start, visitor, corpus, tmp_path):
    (tmp_path / "a.md").write_text("# Pears\n\nPears are green.\n\n![](a.png)\n")
    corpus.add([tmp_path / "a.md"])
    visitor.open(start(corpus))
    visitor.page.get_by_role("button", name="Documents", exact=True).click()
    line = visitor.page.locator("#documents tbody tr")

    assert "Not in its text: 1 picture" in line.inner_text()
    with visitor.page.expect_download() as download:
        line.get_by_role("link", name="Save the file of Pears").click()
    assert Path(download.value.path()).read_text().startswith("# Pears\n")
    assert download.value.suggested_filename == "a.md"


def test_the_page_says_which_folders_are_followed_and_when_they_were_read(
    start, visitor, corpus, tmp_path
):
    visitor.open(start(corpus))
    open_documents(visitor)
    visitor.page.locator("#documents .none").get_by_text("No documents yet").wait_for()
    assert visitor.page.locator("#documents .followed").is_hidden()
    close_documents(visitor)
    (tmp_path / "papers <b>").mkdir()
    (tmp_path / "papers <b>" / "a.txt").write_text("Apples are red.")
    corpus.add([tmp_path / "papers <b>"])
    (tmp_path / "later").mkdir()
    corpus.follow([tmp_path / "later"])
    open_documents(visitor)

    told = visitor.page.locator("#documents .followed:not([hidden])")

    told.wait_for()
    words = told.inner_text()
    assert words.startswith("Followed: later (not read yet), papers <b> (read ")
