"""Files that are damaged or made to do harm are read, or refused, in a time like their size."""

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.errors import UserError
from index.loading.loaders.dispatch import SUFFIXES, load
from tests.growth import TIMES, grows_with_its_size
from tests.index.loaders.made import (
    GOLDEN,
    LONG,
    RTF,
    SEED,
    docx_bytes,
    lighthouse_document,
    lighthouse_markdown,
    opendocument_bytes,
    pdf_bytes,
    pptx_bytes,
    text_lines,
    xlsx_bytes,
)
from tests.index.loaders.test_epub import chapter, epub
from tests.index.loaders.test_mail import mail
from tests.index.loaders.test_xls import BUDGET, workbook


@pytest.mark.parametrize(
    ("name", "make", "size"),
    [
        ("a.md", lambda n: "<!---->" * n + "Text.", 140),
        ("a.md", lambda n: "---\na" + " " * n + "b\n---\nText.", 100_000),
        ("a.md", lambda n: "<h1>" * n + "Text.", 50_000),
        ("a.md", lambda n: "[[" * n + "Text.", 8_000),
        ("a.md", lambda n: "$a $$b %%c ==d [^e] " * n + "Text.", 3_000),
        ("a.md", lambda n: "$$a\n" * n + "Text.", 10_000),
        ("a.md", lambda n: "[^a]: " * n + "Text.[^a]", 5_000),
        ("a.md", lambda n: "[^a]: note\n\n" * n + "Text." + "[^a]" * 10 * n, 2_000),
        ("a.md", lambda n: "> " * n + "Text.", 5_000),
        ("a.md", lambda n: "- " * n + "Text.", 5_000),
        ("a.md", lambda n: "> [!note]\n\n" * n + "Text.", 3_000),
        ("a.md", lambda n: "---\na: " + "[" * n + "\n---\nText.", 9_000),
        ("a.md", lambda n: "---\n" + "a: b\n" * n + "---\nText.", 20_000),
        ("a.html", lambda n: "<p>a" + "&nbsp;" * n + "<br>Text.", 100_000),
        ("a.pdf", lambda n: pdf_bytes(text_lines("." * n + "!", "a" * n + "-", "b")), 30_000),
    ],
)
def test_patterns_do_not_stumble_over_long_repetitions(name, make, size, read):
    contents, texts = {n: make(n) for n in (size, size // TIMES)}, {}

    assert grows_with_its_size(lambda n: texts.__setitem__(n, read(name, contents[n]).text), size)
    assert texts[size]


@pytest.mark.parametrize(
    ("make", "size"),
    [
        (lambda n: "<div>" * n + "deep", 100_000),
        (lambda n: "<ul><li>" * n + "deep" + "</ul>" * n, 10_000),
        (lambda n: "<select>" + "<option>x" * n + "</select>deep", 50_000),
        (lambda n: "<div " + " ".join(f"a{i}" for i in range(n)) + ">deep", 50_000),
        (lambda n: "".join(f"<b a{i}>" for i in range(n)) + "<p>" * 4 * n + "deep", 5_000),
        (lambda n: "<ol>" * n + "deep", 20_000),
        (lambda n: "<table><tr>" + "<td rowspan=65534>" * n + "deep" + "<tr>" * 10 * n, 2_000),
        (lambda n: "<table><tr><th colspan=1000>" + "<tr><th colspan=1000>" * n + "deep", 9_000),
        (lambda n: "<table><tr><td>" * n + "deep", 5_000),
        (lambda n: "<dl>" * n + "<dt>" * n + "deep", 9_000),
        (lambda n: "<details><summary>" * n + "deep", 9_000),
        (lambda n: "<sup><a href=#a>" * n + "deep", 9_000),
        (lambda n: "<input type=text value=''>" * n + "deep", 20_000),
        (lambda n: "<div class=comments>" * n + "deep" + "<p>" * n, 9_000),
        (lambda n: "<header>" * n + "<h1>deep", 9_000),
    ],
)
def test_hostile_markup_is_read_in_a_time_like_its_size(make, size, read):
    markup, texts = {n: make(n) for n in (size, size // TIMES)}, {}

    assert grows_with_its_size(lambda n: texts.__setitem__(n, read("a.html", markup[n]).text), size)
    assert texts[size] == "deep"


VALID = {
    ".pdf": pdf_bytes([(72, 740, 20, "Heading"), *text_lines(LONG, "ends.")], text_lines("End.")),
    ".docx": docx_bytes(lighthouse_document()),
    ".html": (GOLDEN / "lighthouse.html").read_bytes(),
    ".md": lighthouse_markdown().encode(),
    ".txt": SEED.read_bytes(),
    ".eml": mail("Yes.\nOn 1.1.2020 Otto wrote:\n> Ten?\n").encode(),
    ".xlsx": xlsx_bytes(),
    ".pptx": pptx_bytes(),
    ".rtf": RTF,
    ".xls": workbook(("Budget", BUDGET)),
    **{f".{kind}": opendocument_bytes(kind) for kind in ("odt", "ods", "odp")},
    ".epub": epub({"a.xhtml": chapter("<h1>One</h1><p>The flood.</p>")}),
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


@pytest.mark.slow
@quick
@given(
    data=st.binary(max_size=3_000)
    | st.text(max_size=1_000).map(lambda t: t.encode("utf-8", "replace")),
    suffix=st.sampled_from([*sorted(SUFFIXES), "", ".doc", ".xyz"]),
    head=st.sampled_from([b"", b"%PDF-1.7\n", b"PK\x03\x04", b"<html>", b"\xff\xfe", b"---\n"]),
)
def test_random_bytes_give_a_text_or_a_message(data, suffix, head, tmp_path):
    check(head + data, suffix, tmp_path)


@pytest.mark.slow
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
