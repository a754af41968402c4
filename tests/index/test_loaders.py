"""What people are promised of the files they add: their words, a title, or a message that helps."""

import io
import re
import threading
import time
import unicodedata
import zipfile
from pathlib import Path

import docx
import pytest
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.documents import LoadedFile
from index.errors import (
    EmptyDocument,
    FileTooLarge,
    PathNotFound,
    UnreadableFile,
    UnsupportedFormat,
    UserError,
)
from index.loaders import SUFFIXES, choose_title, is_supported, load
from index.loaders.html import html_paragraphs
from index.loaders.text import clean

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "loaders"
SEED = ROOT / "seeds" / "000_d8f7b9f28557dd04.txt"


@pytest.fixture
def read(tmp_path):
    """Write a file and load it."""

    def write_and_load(name: str, content: str | bytes, **limits: int) -> LoadedFile:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return load(path, **limits)

    return write_and_load


def pdf_bytes(*pages, info=""):
    """Return a PDF with Helvetica lines `(x, y, size, text)` on each page."""
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(pages)))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for i, lines in enumerate(pages):
        escaped = [(x, y, size, re.sub(r"([()\\])", r"\\\1", text)) for x, y, size, text in lines]
        shown = "\n".join(f"BT /F {s} Tf {x} {y} Td ({t}) Tj ET" for x, y, s, t in escaped)
        page = "/Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 3 0 R>>>>"
        objects.append(f"<<{page}/Contents {5 + 2 * i} 0 R>>")
        objects.append(f"<</Length {len(shown.encode('cp1252'))}>>stream\n{shown}\nendstream")
    objects.append(f"<<{info}>>")
    written = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(written))
        written += f"{number} 0 obj{content}endobj\n".encode("cp1252")
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    trailer = f"<</Size {size}/Root 1 0 R/Info {len(objects)} 0 R>>"
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer{trailer}startxref\n{len(written)}"
    return written + f"{end}\n%%EOF".encode()


def text_lines(*texts, top=700.0, left=72.0, size=11, leading=13.0):
    return [(left, top - i * leading, size, text) for i, text in enumerate(texts)]


def docx_bytes(document):
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


# --- any format -----------------------------------------------------------------------------------


def test_the_default_article_is_read_exactly_as_it_is():
    loaded = load(SEED)
    assert loaded.text == SEED.read_bytes().decode("utf-8")
    assert loaded.format == "text"
    assert loaded.title == "Venezuela’s self-proclaimed “interim president” has appealed…"
    assert loaded.page_starts == ()


def lighthouse_document():
    """Return the golden article as a Word document."""
    document = docx.Document()
    for block in (GOLDEN / "lighthouse.txt").read_text(encoding="utf-8").rstrip().split("\n\n"):
        if " | " in block:
            rows = [row.split(" | ") for row in block.split("\n")]
            table = document.add_table(len(rows), len(rows[0]))
            for row, texts in zip(table.rows, rows, strict=True):
                for cell, text in zip(row.cells, texts, strict=True):
                    cell.text = text
        elif block.endswith("."):
            document.add_paragraph(block)
        elif ":" in block or " miles" in block:
            document.add_paragraph(block, style="List Bullet")
        else:
            document.add_heading(block, 1)
    return document


def lighthouse_markdown():
    """Return the golden article as a Markdown file with short lines."""
    text = (GOLDEN / "lighthouse.txt").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^(?=The lighthouse of Kerra$|The lamp$|Since 1987$)", "## ", text)
    text = re.sub(r"(?m)^(?=Height|Range|Keepers)", "- ", text)
    text = text.replace("Year | Visitors", "Year | Visitors\n--- | ---")
    return re.sub(r"(?<=\w{4}) (?=\w{5})(?!.*\|)(?<!^##)", "\n", text).replace("Anna", "**Anna**")


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
    if kind == "pdf":  # printed by Chromium; it doesn't say what is a table
        expected = re.sub(r"\n\n?(?=\d{4} \|)", "\n\n", expected).replace(" | ", " ")
    assert loaded.text == expected
    assert loaded.title == "The lighthouse of Kerra"


def test_a_folder_walk_takes_files_by_their_suffix():
    assert is_supported(Path("a/Report.PDF"))
    assert is_supported(Path("notes.markdown"))
    assert not is_supported(Path("photo.jpeg"))
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
        ("letter.rtf", rb"{\rtf1\ansi Hello}", "save it as .docx"),
        ("letter.txt", rb"{\rtf1\ansi Hello}", "save it as .docx"),
        ("photo.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 60, "OCR"),
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
    with pytest.raises(UnsupportedFormat, match=r"save it as \.docx"):
        read("letter.odt", stream.getvalue())
    with pytest.raises(UnreadableFile, match="not a Word document"):
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
    with pytest.raises(UnreadableFile, match=r"private\.txt may not be read") as refusal:
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


# --- plain text -----------------------------------------------------------------------------------


def test_line_ends_are_unified_and_control_characters_dropped():
    assert clean("\ufeffa\r\nb\rc\u2028d\u2029e\ff\x0bg\x85h") == "a\nb\nc\nd\ne\nf\ng\nh"
    assert clean("a\0b\x07\tc\x1b[1mbold\x1b[0m\x9f") == "ab\tcbold"
    assert clean("\ud800 ﬁ ½ e\u0301 \u00a0\u200b") == "\ufffd ﬁ ½ e\u0301 \u00a0\u200b"


SENTENCE = "Les résultats de l’été « déçoivent » — à 5 € près."


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_text_is_decoded_whatever_wrote_it(encoding, read):
    assert read("a.txt", SENTENCE.encode(encoding)).text == SENTENCE


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "Президент России заявил, что переговоры продолжатся завтра в Москве."),
        ("koi8_r", "Президент России заявил, что переговоры продолжатся завтра в Москве."),
        ("cp1250", "V pondělí se v Praze sejdou ministři zahraničí, aby jednali o pomoci."),
        ("cp932", "日本の首都は東京です。人口は約一千四百万人です。"),
        ("gb18030", "中国的首都是北京。人口很多，历史悠久。"),
    ],
)
def test_older_encodings_are_recognised(encoding, text, read):
    assert read("a.txt", text.encode(encoding)).text == text


def test_one_bad_byte_does_not_spoil_the_rest(read):
    assert read("a.txt", (SENTENCE * 9).encode() + b"\xe2\x80").text == SENTENCE * 9 + "\ufffd"


# --- Markdown -------------------------------------------------------------------------------------


def test_markdown_gives_the_text_a_reader_sees(read):
    source = (
        "# The *big* one\n\nSome **bold** and `code`, a [link](http://x.org), ![logo](l.png) and\n"
        "a soft line end; AT&amp;T ~~gone~~.  \nNew line.\n\n1. first\n2. second\n\n   more\n\n"
        "> quoted\n\n```py\ndef f():\n\n    return 1\n```\n\n<details><summary>More</summary>\n\n"
        "Folded <kbd>Ctrl</kbd>.\n\n</details>\n\n<!-- not shown -->\n"
    )
    loaded = read("a.md", source)
    assert loaded.title == "The big one"
    assert loaded.text.split("\n\n") == [
        "The big one",
        "Some bold and code, a link, and a soft line end; AT&T gone.\nNew line.",
        *("first", "second", "more", "quoted"),
        *("def f():", "    return 1"),
        *("More", "Folded Ctrl."),
    ]


def test_markdown_tables_are_rows_of_cells(read):
    source = "|City|*People*|\n|-|-:|\n|Oslo|717,710|\n||none|\n"
    assert read("a.md", source).text == "City | People\nOslo | 717,710\n| none"


def test_front_matter_names_the_document_and_is_not_text(read):
    loaded = read("a.md", "---\ntitle: 'How we work'\ntags:\n  - a\n---\nWe meet on Monday.")
    assert (loaded.title, loaded.text) == ("How we work", "We meet on Monday.")
    assert "Between" in read("b.md", "---\nBetween two breaks.\n---\nAfter.").text


# --- HTML -----------------------------------------------------------------------------------------


def test_a_web_page_keeps_its_words_and_loses_its_furniture(read):
    page = """<!DOCTYPE html><html><head><title>A day  out &amp; about</title>
    <style>p {color: red}</style></head><body>
    <header><a href=/>Site</a></header><nav><ul><li>Home<li>About</ul></nav>
    <main><article><header><h1>A day<br>out</h1><p>By Ann</p></header>
    <p>First  <b>bold</b>
    words.<!-- note --> Caf&eacute;s&nbsp;open.<br>New line.<br>and the same sentence.</p>
    <div hidden>secret</div><span style="display: none">secret</span><i aria-hidden=true>x</i>
    <div>Loose <p>inside</p> tail</div>
    <pre>  keep
      this</pre><ul><li>One<li><p>Two</p></ul><h2>Part<a href=#p>¶</a></h2>
    <h3><button>Is it free?</button></h3><p>Yes.</p><button>Subscribe</button>
    </article></main><footer>All rights reserved</footer><script>track()</script></body></html>"""
    loaded = read("a.html", page)
    assert loaded.title == "A day out & about"
    assert loaded.text.split("\n\n") == [
        *("A day out", "By Ann"),
        "First bold words. Cafés\u00a0open.\nNew line. and the same sentence.",
        *("Loose", "inside", "tail", "  keep\n      this", "One", "Two", "Part"),
        *("Is it free?", "Yes."),
    ]


def test_tables_of_data_are_rows_and_tables_of_layout_are_paragraphs():
    data = "<table><tr><th>City<th>People<tr><td>Oslo<br>North<td>7</table>"
    assert html_paragraphs(data) == ["City | People\nOslo North | 7"]
    layout = f"<table><tr><td><p>One.<p>Two.<td>Side<tr><td></td><td>{data}</table>"
    assert html_paragraphs(layout) == ["One.", "Two.", "Side", "City | People\nOslo North | 7"]


def test_a_page_that_is_nothing_but_furniture_is_still_read(read):
    assert read("a.html", "<nav><a href=a>Only links</a></nav>").text == "Only links"


@pytest.mark.parametrize(
    "page",
    [
        '<meta charset="windows-1251"><p>Москва</p>'.encode("cp1251"),
        '<meta http-equiv=x content="text/html; charset=iso-8859-5"><p>Москва</p>'.encode(
            "iso8859-5"
        ),
        '<meta charset="iso-8859-1"><p>Москва</p>'.encode(),
        '<meta charset="utf-16"><p>Москва</p>'.encode(),
        '<meta charset="utf-16"><p>&#1052;осква</p>'.encode("utf-16"),
    ],
)
def test_a_page_is_decoded_as_it_declares_unless_it_is_utf8(page, read):
    assert read("a.html", page).text == "Москва"


def test_characters_by_number_are_cleaned_like_others():
    assert html_paragraphs("<p>a&#1;b&#x2028;c&shy;d&#xD800;") == ["ab cd\ufffd"]


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


# --- PDF ------------------------------------------------------------------------------------------


LONG = "A full line of the paragraph that reaches the right edge of the column here"
STORY = (
    "On the night of 12 January the lens stopped. The keeper’s grandson, who was then",
    "nine years old, turned it by hand until the morning, counting aloud to keep the",
    "time, and forty ships passed the rock without knowing that the light by which they",
    "steered was held in its course by a child who had been told to stop when he could",
    "no longer count. Nobody has lived in the tower since. The goats are remembered in",
    "the name of the landing.",
)


def test_a_sentence_that_goes_on_over_the_page_stays_one_sentence(read):
    second = text_lines(*STORY[3:], "Another paragraph, set apart by nothing.")
    loaded = read("a.pdf", pdf_bytes(text_lines(*STORY[:3]), [], second))
    assert loaded.text == " ".join(STORY) + "\n\nAnother paragraph, set apart by nothing."
    assert len(loaded.page_starts) == 3
    assert loaded.text[loaded.page_starts[2] :].startswith("steered was held")
    assert list(loaded.page_starts) == sorted(loaded.page_starts)


def test_running_heads_and_page_numbers_are_left_out_but_totals_stay(read):
    pages = [
        [
            (72, 760, 9, "Annual report"),
            *text_lines(f"The {word} page has a text of its own, which is kept."),
            (72, 60, 11, f"Total: {total} euros"),
            (300, 30, 9, f"Page {number} of 4"),
        ]
        for number, (word, total) in enumerate(
            [("first", 120), ("second", 80), ("third", 977), ("fourth", 5)], 1
        )
    ]
    text = read("a.pdf", pdf_bytes(*pages)).text
    assert "Annual report" not in text
    assert "of 4" not in text
    assert text.count("a text of its own") == 4
    assert re.findall(r"Total: (\d+) euros", text) == ["120", "80", "977", "5"]


def test_pages_that_are_all_alike_are_kept(read):
    text = read("a.pdf", pdf_bytes(*[text_lines("Draft, not for sale.")] * 3)).text
    assert text.count("Draft, not for sale.") == 3


def test_words_broken_at_a_line_end_are_whole_again(read):
    lines = text_lines(
        "The committee asked for more infor-",
        "mation about the self-",
        "proclaimed president, the Anglo-",
        "American talks and the well-known COVID-",
        "19 figures of a well-",
        "known institute in 1990–",
        "2000.",
    )
    assert read("a.pdf", pdf_bytes(lines)).text == (
        "The committee asked for more information about the self-proclaimed president, the "
        "Anglo-American talks and the well-known COVID-19 figures of a well-known institute in "
        "1990–2000."
    )


def test_programs_that_do_not_hyphenate_keep_their_hyphens(read):
    lines = text_lines("They met Kremlin-", "linked contractors.")
    assert "Kremlinlinked" in read("a.pdf", pdf_bytes(lines)).text
    printed = pdf_bytes(lines, info="/Producer(Skia/PDF m140)")
    assert "Kremlin-linked" in read("a.pdf", printed).text


@pytest.mark.parametrize(
    ("lines", "paragraphs"),
    [
        # A blank line.
        (text_lines(LONG, LONG, "ends.") + text_lines("Next one.", top=640), 2),
        # The first line is indented.
        ([*text_lines(LONG, LONG + "."), (90, 674, 11, LONG[3:]), (72, 661, 11, "ends.")], 2),
        # The last line is short.
        (text_lines(LONG, LONG, "ends here.", LONG, LONG, "ends too."), 2),
        # A heading.
        ([(72, 720, 16, "Part One"), *text_lines(LONG, LONG, "ends.")], 2),
        # A list.
        (text_lines(LONG, "as follows:", "• one", "• two", "1. three", "2. four"), 5),
        # The mark of a footnote makes no paragraph.
        ([(72, 700, 11, "As he said"), (127, 705, 6, "2"), (131, 700, 11, ", it was.")], 1),
    ],
)
def test_lines_are_joined_to_paragraphs(lines, paragraphs, read):
    assert len(read("a.pdf", pdf_bytes(lines)).text.split("\n\n")) == paragraphs


def test_a_footnote_does_not_cut_the_sentence_above_it(read):
    first = [*text_lines(*STORY[:4]), (72, 90, 8, "1 See the annex.")]
    text = read("a.pdf", pdf_bytes(first, text_lines(*STORY[4:]))).text
    assert text == "1 See the annex.\n\n" + " ".join(STORY)


def test_a_scanned_pdf_asks_for_ocr():
    path = GOLDEN / "scanned.pdf"
    with pytest.raises(EmptyDocument, match=r"scanned.*ocrmypdf scanned\.pdf"):
        load(path)


def test_a_pdf_of_too_many_pages_is_refused_before_it_is_read(read, monkeypatch):
    monkeypatch.setattr("index.loaders.pdf.MAX_PAGES", 2)

    with pytest.raises(FileTooLarge, match=r"3 pages; 2 are the most .* Split it"):
        read("long.pdf", pdf_bytes(*[[(72, 700, 12, "A page.")]] * 3))


def test_an_encrypted_pdf_asks_to_remove_the_password():
    with pytest.raises(UnreadableFile, match=r"encrypted\.pdf is encrypted. Remove its password"):
        load(GOLDEN / "encrypted.pdf")


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"not a PDF at all"])
def test_a_damaged_pdf_says_so(content, read):
    with pytest.raises(UnreadableFile, match=r"a\.pdf is damaged"):
        read("a.pdf", content)


@pytest.mark.parametrize(
    ("info", "title"),
    [
        ("/Title(On lighthouses)", "On lighthouses"),
        ("/Title(Microsoft Word - Annual_report v2.docx)", "Annual report v2"),
        ("/Title(untitled)", "The Great Storm"),
        ("", "The Great Storm"),
    ],
)
def test_the_title_of_a_pdf_is_its_own_or_its_largest_line(info, title, read):
    page = [(72, 740, 24, "The Great Storm"), *text_lines(LONG, LONG, "ends.")]
    assert read("0001.pdf", pdf_bytes(page, info=info)).title == title


def test_pdfs_can_be_read_from_several_threads():
    expected, found = load(GOLDEN / "lighthouse.pdf"), []
    threads = [
        threading.Thread(target=lambda: found.append(load(GOLDEN / "lighthouse.pdf")))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 6


# --- Word -----------------------------------------------------------------------------------------


def test_a_word_document_is_read_in_order_with_what_is_inserted_and_boxed(read):
    document = docx.Document()
    document.core_properties.title = "Minutes of May"
    document.add_heading("Minutes", 0)
    paragraph = document.add_paragraph("We  met\ton ")
    paragraph.add_run("Monday").bold = True
    paragraph.add_run(" secret").font.hidden = True
    tracked = "<w:{0} {1}><w:r><w:{2}>{3}</w:{2}></w:r></w:{0}>"
    for tag, text_tag, text in (("ins", "t", " at ten"), ("del", "delText", " at nine")):
        xml = tracked.format(tag, nsdecls("w"), text_tag, text)
        paragraph._p.append(parse_xml(xml.replace("<w:t>", '<w:t xml:space="preserve">')))
    paragraph.add_run(".").add_break()
    paragraph.add_run("All came.")
    table = document.add_table(2, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Name", "Vote"
    table.cell(1, 0).text, table.cell(1, 1).text = "Ann", "yes"
    document.add_paragraph("Open the door", style="List Number")
    box = (
        f"<w:p {nsdecls('w')}><w:r><w:t>Seen.</w:t></w:r><w:r><w:pict><w:txbxContent><w:p><w:r>"
        "<w:t>In a box.</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>"
    )
    document.element.body.insert_element_before(parse_xml(box), "w:sectPr")
    loaded = read("a.docx", docx_bytes(document))
    assert loaded.title == "Minutes of May"
    assert loaded.text.split("\n\n") == [
        "Minutes",
        "We met on Monday at ten.\nAll came.",
        "Name | Vote\nAnn | yes",
        *("Open the door", "Seen.", "In a box."),
    ]


def test_footnotes_follow_the_text_of_a_word_document(read):
    document = docx.Document()
    document.add_paragraph("As is known.")
    note = "<w:footnote{}><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:footnote>"
    notes = note.format(' w:type="separator" w:id="-1"', "line") + note.format("", "See below.")
    xml = f"<w:footnotes {nsdecls('w')}>{notes}</w:footnotes>"
    part = Part(
        PackURI("/word/footnotes.xml"), "application/xml", xml.encode(), document.part.package
    )
    document.part.relate_to(part, "http://schemas.openxmlformats.org/x/footnotes")
    assert read("a.docx", docx_bytes(document)).text == "As is known.\n\nSee below."


def test_a_word_document_without_a_title_is_called_by_its_heading(read):
    document = docx.Document()
    document.core_properties.title = "Word Document"
    document.add_heading("The plan", 1)
    document.add_paragraph("Go.")
    assert read("a.docx", docx_bytes(document)).title == "The plan"


def test_word_documents_that_cannot_be_read_say_why(read):
    whole = docx_bytes(lighthouse_document())
    with pytest.raises(UnreadableFile, match="damaged"):
        read("a.docx", whole[: len(whole) // 2])
    with pytest.raises(UnreadableFile, match="password"):
        read("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    bomb = io.BytesIO()
    with (
        zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("word/document.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(201):
            part.write(bytes(1_000_000))
    with pytest.raises(FileTooLarge, match="huge when uncompressed"):
        read("a.docx", bomb.getvalue())


# --- titles ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "text", "name", "title"),
    [
        (" My\n title ", "Text.", "a.txt", "My title"),
        ("", "A short line\n\nAnd then more text.", "notes.txt", "A short line"),
        ("", "This is a sentence.\nAnd more.", "annual_report-2023.txt", "Annual report 2023"),
        ("", "hard wrapped text that goes\non here.", "my notes.txt", "My notes"),
        ("", "Only one line", "000_d8f7b9f28557dd04.txt", "Only one line"),
        ("Document1", "Only one line.", "scan_0001.pdf", "Only one line."),
        (
            "",
            "The words of a text " * 9,
            "",
            "The words of a text The words of a text The words of a text…",
        ),
        ("", "", "", "Untitled"),
        ("", "日本の首都は東京です。", "議事録.txt", "議事録"),
    ],
)
def test_a_title_is_the_best_that_can_be_had(own, text, name, title):
    assert choose_title(own, text, name) == title


# --- no file crashes it ---------------------------------------------------------------------------

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
