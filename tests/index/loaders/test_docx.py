"""Word documents, in the order their reader sees."""

import io
import zipfile

import docx
import pytest
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from index.errors import FileTooLarge, UnreadableFile
from tests.index.loaders.made import docx_bytes, lighthouse_document


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
        *("1. Open the door", "Seen.", "In a box."),
    ]


def test_footnotes_that_nothing_refers_to_follow_the_text_of_a_word_document(read):
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
