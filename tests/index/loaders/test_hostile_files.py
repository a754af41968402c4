"""Files that are damaged or made to do harm are read, or refused, in seconds."""

import time
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.errors import UserError
from index.loading.loaders.dispatch import SUFFIXES, load
from index.loading.loaders.html.loader import html_paragraphs
from tests.index.loaders.made import (
    GOLDEN,
    LONG,
    SEED,
    docx_bytes,
    lighthouse_document,
    lighthouse_markdown,
    pdf_bytes,
    text_lines,
)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.md", "<!---->" * 140 + "Text."),
        ("a.md", "---\na" + " " * 100_000 + "b\n---\nText."),
        ("a.md", "<h1>" * 50_000 + "Text."),
        ("a.html", "<p>a" + "&nbsp;" * 100_000 + "<br>Text."),
        ("a.pdf", pdf_bytes(text_lines("." * 30_000 + "!", "a" * 30_000 + "-", "b"))),
    ],
)
def test_patterns_do_not_stumble_over_long_repetitions(name, content, read):
    start = time.monotonic()
    assert read(name, content).text
    assert time.monotonic() - start < 4


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 100_000 + "deep",
        "<ul><li>" * 40_000 + "deep" + "</ul>" * 40_000,
        "<select>" + "<option>x" * 50_000 + "</select>deep",
        "<div " + " ".join(f"a{i}" for i in range(50_000)) + ">deep",
        "".join(f"<b a{i}>" for i in range(5_000)) + "<p>" * 20_000 + "deep",
    ],
)
def test_hostile_markup_is_read_in_seconds(markup):
    start = time.monotonic()
    assert html_paragraphs(markup) == ["deep"]
    assert time.monotonic() - start < 8


VALID = {
    ".pdf": pdf_bytes([(72, 740, 20, "Heading"), *text_lines(LONG, "ends.")], text_lines("End.")),
    ".docx": docx_bytes(lighthouse_document()),
    ".html": (GOLDEN / "lighthouse.html").read_bytes(),
    ".md": lighthouse_markdown().encode(),
    ".txt": SEED.read_bytes(),
}


def check(data, suffix, folder):
    path = folder / f"file{suffix}"
    path.write_bytes(data)
    try:
        loaded = load(path)
    except UserError as error:
        message = str(error)
    else:
        check_text(loaded)
        return
    assert path.name in message
    assert str(folder) not in message


def check_text(loaded):
    loaded.text.encode("utf-8")
    controls = {c for c in loaded.text + loaded.title if unicodedata.category(c) == "Cc"}
    assert controls <= {"\n", "\t"}
    assert loaded.title.strip()
    assert "\n" not in loaded.title
    assert list(loaded.page_starts) == sorted(loaded.page_starts)
    assert all(0 <= start <= len(loaded.text) for start in loaded.page_starts)


quick = settings(
    max_examples=150, deadline=5_000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@quick
@given(
    data=st.binary(max_size=3_000)
    | st.text(max_size=1_000).map(lambda t: t.encode("utf-8", "replace")),
    suffix=st.sampled_from([*sorted(SUFFIXES), "", ".doc", ".xyz"]),
    head=st.sampled_from([b"", b"%PDF-1.7\n", b"PK\x03\x04", b"<html>", b"\xff\xfe", b"---\n"]),
)
def test_random_bytes_give_a_text_or_a_message(data, suffix, head, tmp_path):
    check(head + data, suffix, tmp_path)


@quick
@given(data=st.data(), suffix=st.sampled_from(sorted(VALID)))
def test_damaged_files_give_a_text_or_a_message(data, suffix, tmp_path):
    content = bytearray(VALID[suffix])
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(content) - 1))
        piece = data.draw(st.binary(max_size=6))
        content[place : place + data.draw(st.integers(0, 40))] = piece
        content = content or bytearray(b" ")
    check(bytes(content[: data.draw(st.integers(1, len(content)))]), suffix, tmp_path)
    check(bytes(content), suffix, tmp_path)
