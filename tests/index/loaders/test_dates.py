"""The day that a file says itself that it is of."""

import io
import zipfile

import docx
import pytest

from index.loading.loaders.dates import own_date
from tests.index.loaders.made import docx_bytes, opendocument_bytes, pdf_bytes, text_lines


def archive(name, content):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr(name, content)
    return stream.getvalue()


def page(head):
    return f"<html><head>{head}</head><body><p>Text</p></body></html>".encode()


PDF = pdf_bytes(text_lines("Text"), info="/CreationDate(D:20240131093000+01'00')")


@pytest.mark.parametrize(
    ("format_", "data", "day"),
    [
        ("mail", b"Date: Fri, 12 Jan 2024 23:30:00 -0500\nSubject: x\n\nHello", "2024-01-12"),
        ("mail", b"71\nSubject: x\nDate: 12 Jan 2024 10:00:00 +0000\n\nHello", "2024-01-12"),
        ("mail", b"Subject: x\nDate: soon\n\nHello", ""),
        ("mail", b"Subject: x\n\nDate: 12 Jan 2024 10:00:00 +0000", ""),
        ("pdf", PDF, "2024-01-31"),
        ("pdf", pdf_bytes(text_lines("x"), info="/ModDate(D:20230228)"), "2023-02-28"),
        ("pdf", pdf_bytes(text_lines("x")), ""),
        ("pdf", b"%PDF- nothing", ""),
        (
            "html",
            page('<meta property="article:published_time" content="2024-05-06T10:00">'),
            "2024-05-06",
        ),
        ("html", page("<meta content='2024-05-06' name=DC.date>"), "2024-05-06"),
        ("html", page('<time pubdate datetime="2024-05-06">yesterday</time>'), "2024-05-06"),
        ("html", page('<time datetime="2024-05-06">opens</time>'), ""),
        ("html", page('<meta name="viewport" content="2024-05-06">'), ""),
        ("markdown", b"---\ntitle: x\ndate: 2024-05-06\n---\nText", "2024-05-06"),
        ("markdown", b"+++\r\ndate = '2024-05-06T01:02:03Z'\r\n+++\r\nText", "2024-05-06"),
        ("markdown", b"# x\n\ndate: 2024-05-06\n", ""),
        ("markdown", b"---\ndate: 2024-02-30\n---\nText", ""),
        (
            "epub",
            archive("OEBPS/a.opf", '<dc:date opf:event="x">2019-08-07</dc:date>'),
            "2019-08-07",
        ),
        (
            "xlsx",
            archive("docProps/core.xml", "<dcterms:created>1601-01-01T0</dcterms:created>"),
            "",
        ),
        (
            "xlsx",
            archive("docProps/core.xml", "<dcterms:created>2999-01-01T0</dcterms:created>"),
            "",
        ),
        ("text", b"Date: Fri, 12 Jan 2024 23:30:00 -0500", ""),
    ],
)
def test_a_file_says_of_which_day_it_is(format_, data, day):
    assert own_date(format_, data) == day


def test_an_office_file_is_of_the_day_on_which_it_was_last_saved():
    import datetime

    document = docx.Document()
    document.core_properties.created = datetime.datetime(2010, 1, 1)
    document.core_properties.modified = datetime.datetime(2024, 3, 4)

    assert own_date("docx", docx_bytes(document)) == "2024-03-04"
    assert own_date("odt", opendocument_bytes("odt")) != ""


@pytest.mark.parametrize("format_", ["mail", "pdf", "html", "markdown", "docx", "epub", "odt"])
def test_a_file_made_to_take_for_ever_takes_no_time(format_):
    for piece in (b"<meta ", b"---\n", b"date:", b"a=", b"Date: ", b"PK\x03\x04", b"\x00"):
        assert own_date(format_, piece * (400_000 // len(piece))) == ""
