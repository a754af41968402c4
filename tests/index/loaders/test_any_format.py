"""A file of any kind is read for what it is, or refused with a message that helps."""

import io
import re
import zipfile
from pathlib import Path

import docx
import pytest

from index.errors import (
    EmptyDocument,
    FileTooLarge,
    PathNotFound,
    UnreadableFile,
    UnsupportedFormat,
)
from index.loading.loaders.dispatch import SUFFIXES, is_supported, load
from tests.index.loaders.made import (
    GOLDEN,
    SEED,
    docx_bytes,
    lighthouse_document,
    lighthouse_markdown,
    pdf_bytes,
    text_lines,
)


def test_the_default_article_is_read_exactly_as_it_is():
    loaded = load(SEED)
    assert loaded.text == SEED.read_bytes().decode("utf-8")
    assert loaded.format == "text"
    assert loaded.title == "Venezuela’s self-proclaimed “interim president” has appealed…"
    assert loaded.page_starts == ()


@pytest.mark.parametrize("kind", ["html", "pdf", "docx", "md"])
def test_an_article_reads_the_same_in_every_format(kind, read):
    expected = (GOLDEN / "lighthouse.txt").read_text(encoding="utf-8").rstrip("\n")
    match kind:
        case "docx":
            loaded = read("lighthouse.docx", docx_bytes(lighthouse_document()))
        case "md":
            loaded = read("lighthouse.md", lighthouse_markdown())
        case _:
            loaded = load(GOLDEN / f"lighthouse.{kind}")
    expected = re.sub(r"\n\n(?=Range of|Keepers until)", "\n", expected)  # one list
    if kind in {"docx", "pdf"}:  # with the signs that Word prints and the page shows before items
        expected = re.sub(r"(?m)^(?=Height of|Range of|Keepers until)", "• ", expected)
    text = loaded.text
    for block in loaded.blocks if kind == "pdf" else ():
        if block.kind == "note":  # the browser's header and footer
            text = text.replace("\n\n" + loaded.text[block.start : block.end], "")
    assert text == expected
    assert loaded.title == "The lighthouse of Kerra"


def test_a_folder_walk_takes_files_by_their_suffix():
    assert is_supported(Path("a/Report.PDF"))
    assert is_supported(Path("notes.markdown"))
    assert not is_supported(Path("photo.heic"))
    assert not is_supported(Path("README"))
    assert {".txt", ".md", ".html", ".htm", ".pdf", ".docx"} <= SUFFIXES


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("paper.txt", pdf_bytes(text_lines("A line of text.")), "pdf"),
        ("junk-first.pdf", b"\x00\x01 junk" + pdf_bytes(text_lines("A line of text.")), "pdf"),
        ("report.bin", docx_bytes(lighthouse_document()), "docx"),
        ("page.txt", "<!-- saved -->\n<!DOCTYPE html><p>Hello there.", "html"),
        ("about-pdf.txt", "A PDF begins with %PDF-1.7 or another version.", "text"),
        ("README.md", "<p align=center>Logo</p>\n\n# Name\n\nText.", "markdown"),
        ("letter.txt", r"{\rtf1\ansi Hello there}", "rtf"),
        ("LICENSE", "You may copy it.", "text"),
        ("server.log", "\x1b[31mfailed\x1b[0m at 12:00", "text"),
    ],
)
def test_content_decides_how_a_file_is_read_and_then_its_suffix(name, content, found, read):
    assert read(name, content).format == found


@pytest.mark.parametrize(
    ("name", "content", "advice"),
    [
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "save it as .docx"),
        ("photo.heic", b"\0\0\0\x18ftypheic" + b"\0" * 60, "Save it as .png or .jpg"),
        ("program.exe", b"MZ" + b"\0" * 60, ".docx"),
        ("data.xyz", "plain enough", "rename it to .txt"),
        ("renamed.txt", bytes(range(256)) * 4, "binary"),
    ],
)
def test_other_kinds_of_file_are_refused_with_the_way_out(name, content, advice, read):
    with pytest.raises(UnsupportedFormat, match=re.escape(advice)) as refusal:
        read(name, content)
    assert name in str(refusal.value)


def test_an_archive_is_refused_whatever_its_name(read):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("content.xml", "<office/>")
    with pytest.raises(UnsupportedFormat, match="Unpack it"):
        read("letter.txt", stream.getvalue())
    with pytest.raises(UnreadableFile, match="does not contain a Word document"):
        read("letter.docx", stream.getvalue())


def test_missing_forbidden_and_endless_files_are_named_not_crashed_on(tmp_path):
    with pytest.raises(PathNotFound, match=r"no file gone\.txt"):
        load(tmp_path / "gone.txt")
    with pytest.raises(PathNotFound):
        load(tmp_path / "a\0b.txt")
    with pytest.raises(UnsupportedFormat, match="is a folder"):
        load(tmp_path)
    with pytest.raises(UnsupportedFormat, match="not an ordinary file"):
        load(Path("/dev/zero"))
    with pytest.raises(UnreadableFile):
        load(tmp_path / ("x" * 300 + ".txt"))


def test_a_file_that_may_not_be_read_says_so(tmp_path, monkeypatch):
    path = tmp_path / "private.txt"
    path.write_text("secret")

    def refuse(*_args):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(
        UnreadableFile, match=r"private\.txt can't be read: permission denied"
    ) as refusal:
        load(path)
    assert str(tmp_path) not in str(refusal.value)


def test_a_file_over_the_limit_is_refused(read):
    assert read("a.txt", "ten bytes.", max_bytes=10).text == "ten bytes."
    with pytest.raises(FileTooLarge, match="larger than 9 bytes"):
        read("a.txt", "ten bytes.", max_bytes=9)


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.pdf", "a.docx", "a"])
@pytest.mark.parametrize("content", [b"", b" \r\n\t "])
def test_an_empty_file_is_called_empty(name, content, read):
    with pytest.raises(EmptyDocument, match=r"a.* is empty"):
        read(name, content)


def test_a_page_or_document_without_words_has_no_text(read):
    with pytest.raises(EmptyDocument, match="no text"):
        read("a.html", "<html><script>var x = 1</script><img src=a.png></html>")
    with pytest.raises(EmptyDocument, match="no text"):
        read("a.docx", docx_bytes(docx.Document()))
