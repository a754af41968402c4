"""Forms, notes and what else a PDF holds besides its text."""

import pytest

from index.errors import EmptyDocument
from tests.index.loaders.made import pdf_bytes, text_lines
from tests.index.loaders.made_pdf import Sheet, check_box, note, pdf_of, text_field


def fields_of(loaded):
    return [loaded.text[b.start : b.end] for b in loaded.blocks if b.kind == "field"]


def notes_of(loaded):
    return [loaded.text[b.start : b.end] for b in loaded.blocks if b.kind == "note"]


def test_filled_fields_stand_beside_their_labels_left_above_or_in_their_tooltip(read):
    sheet = Sheet(
        lines=[(72, 700, 11, "Family name:"), (72, 640, 11, "Reason for leaving")],
        annotations=[
            text_field("f1", "Okonkwo", (180, 696, 400, 712)),
            text_field("f2", "The roof leaks.", (72, 600, 400, 632)),
            text_field("f3", "blue", (72, 300, 200, 316), tooltip="Colour of the door"),
        ],
    )
    loaded = read("form.pdf", pdf_of(sheet))
    assert fields_of(loaded) == [
        "Family name: Okonkwo",
        "Reason for leaving: The roof leaks.",
        "Colour of the door: blue",
    ]
    block = next(b for b in loaded.blocks if b.kind == "field")
    assert [loaded.text[c.start : c.end] for c in block.cells] == ["Family name", "Okonkwo"]


def test_boxes_of_a_form_tell_whether_they_are_ticked(read):
    sheet = Sheet(
        lines=[(95, 700, 11, "Vegetarian meals"), (95, 680, 11, "Own boat")],
        annotations=[
            check_box("a", (72, 698, 84, 710), checked=True),
            check_box("b", (72, 678, 84, 690), checked=False),
        ],
    )
    assert fields_of(read("form.pdf", pdf_of(sheet))) == [
        "Vegetarian meals: ☑ yes",
        "Own boat: ☐ no",
    ]


def test_a_form_without_other_text_is_read_and_is_no_scan(read):
    sheet = Sheet(annotations=[text_field("answer", "Behind the boiler.", (72, 600, 300, 616))])
    assert read("form.pdf", pdf_of(sheet)).text == "answer: Behind the boiler."


def test_empty_fields_of_a_form_say_nothing(read):
    sheet = Sheet(
        lines=[(72, 700, 11, "Family name:")],
        annotations=[text_field("f", "", (180, 696, 400, 712))],
    )
    assert read("form.pdf", pdf_of(sheet)).text == "Family name:"


def test_what_readers_typed_on_a_page_are_notes(read):
    sheet = Sheet(
        lines=text_lines("Draft of the letter."),
        annotations=[
            note("Ask Dagny for the date."),
            note("Use the letterhead.", "FreeText"),
            note("", "Highlight"),
        ],
    )
    loaded = read("a.pdf", pdf_of(sheet))
    assert loaded.text.startswith("Draft of the letter.")
    assert notes_of(loaded) == ["Ask Dagny for the date.", "Use the letterhead."]


def test_only_images_is_said_only_of_pages_with_images(read):
    with pytest.raises(EmptyDocument, match="only images"):
        read("scan.pdf", pdf_of(Sheet(images=1)))
    with pytest.raises(EmptyDocument, match="no text on its pages") as refusal:
        read("blank.pdf", pdf_of(Sheet()))
    assert "images" not in str(refusal.value)


def test_what_a_pdf_holds_and_its_text_does_not_is_counted_and_named(read):
    catalog = (
        "/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(app.alert)>>]>>"
        "/EmbeddedFiles<</Names[(b)<</Type/Filespec/F(b.txt)>>]>>>>"
    )
    sheets = [Sheet(lines=text_lines("A page."), images=2), Sheet(images=1), Sheet(images=1)]
    assert read("a.pdf", pdf_of(*sheets, catalog=catalog)).left_out == (
        "2 pictures without text",
        "2 pages that are only pictures",
        "1 attached file",
        "1 script",
    )
    assert read("b.pdf", pdf_bytes(text_lines("A page."))).left_out == ()
