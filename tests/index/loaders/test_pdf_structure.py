"""PDFs: headings, lists, captions, notes, columns; what recurs on pages; what is turned."""

import pytest

from index.loading.loaders.pdf.lines import Line
from index.loading.loaders.pdf.loader import _not_read
from index.loading.loaders.pdf.pages import Page
from tests.index.loaders.made import LONG, pdf_bytes, text_lines
from tests.index.loaders.made_pdf import Sheet, pdf_of, unicode_pdf


def blocks_of(loaded, kind):
    found = [block for block in loaded.blocks if block.kind == kind]
    return [loaded.text[block.start : block.end] for block in found]


def test_headings_have_levels_by_their_font_and_number(read):
    ops = []
    for font, y, size, text in (
        ("F", 740, 20, "On boilers"),
        ("B", 700, 11, "1 Safety"),
        ("F", 680, 11, LONG),
        ("B", 640, 11, "1.1 Pressure"),
        ("F", 620, 11, LONG),
        ("B", 580, 11, "2 Cleaning"),
        ("F", 560, 11, LONG),
    ):
        ops.append(f"BT /{font} {size} Tf 72 {y} Td ({text}) Tj ET")
    sheet = Sheet(ops=ops)
    loaded = read("a.pdf", pdf_of(sheet))
    found = [
        (block.level, block.label, loaded.text[block.start : block.end])
        for block in loaded.blocks
        if block.kind == "heading"
    ]
    assert found == [
        (1, "", "On boilers"),
        (2, "1", "1 Safety"),
        (3, "1.1", "1.1 Pressure"),
        (2, "2", "2 Cleaning"),
    ]
    parents = [block.parent for block in loaded.blocks if block.kind == "paragraph"]
    assert [loaded.blocks[parent].label for parent in parents] == ["1", "1.1", "2"]


def test_lines_of_a_table_of_contents_are_no_headings(read):
    lines = [
        (72, 700, 16, "1 Safety . . . . . . . . . . . . 7"),
        (72, 670, 16, "2 Use ......... 12"),
    ]
    lines += text_lines(LONG, LONG, LONG, "ends here.", top=600)
    assert not blocks_of(read("a.pdf", pdf_bytes(lines)), "heading")


def test_items_of_lists_have_their_labels_and_stand_under_what_leads_in(read):
    lines = [
        *text_lines("You need the following things:"),
        (90, 680, 11, "(a) a screwdriver,"),
        (110, 666, 11, "• with a flat blade,"),
        (90, 652, 11, "(b) a lamp."),
    ]
    loaded = read("a.pdf", pdf_bytes(lines))
    found = [(block.label, block.level, block.parent) for block in loaded.blocks]
    assert found == [("", 0, None), ("(a)", 1, 0), ("•", 2, 1), ("(b)", 1, 0)]


@pytest.mark.parametrize(
    "text", ["Table 3: Prices of lamps", "Figure 2. The gate", "Abb. 4: Das Tor"]
)
def test_captions_are_no_paragraphs(text, read):
    loaded = read("a.pdf", pdf_bytes([*text_lines(LONG, "ends."), (72, 600, 11, text)]))
    assert blocks_of(loaded, "caption") == [text]


def test_a_sentence_about_a_table_is_no_caption(read):
    loaded = read("a.pdf", pdf_bytes(text_lines("Table 1 shows what lamps cost in both years.")))
    assert not blocks_of(loaded, "caption")


def test_a_raised_mark_does_not_cut_its_sentence_nor_change_its_number(read):
    lines = [
        (72, 700, 11, "The act was signed in 1998"),
        (204, 705, 6, "1"),
        (72, 686, 11, "Governor Halvorsen put his name to it before many witnesses."),
        *text_lines(LONG, LONG, "ends.", top=640),
        (72, 90, 8, "1 Public Law No. 12."),
    ]
    loaded = read("a.pdf", pdf_bytes(lines))
    assert "19981" not in loaded.text
    assert blocks_of(loaded, "note") == ["1 Public Law No. 12."]


def test_notes_that_the_file_writes_first_come_after_the_text(read):
    lines = [(72, 60, 8, "1 See the annex."), *text_lines(LONG, LONG, LONG, LONG, "ends.")]
    assert [b.kind for b in read("a.pdf", pdf_bytes(lines)).blocks] == ["paragraph", "note"]


def test_facts_in_running_headers_are_kept_once_and_never_a_sentence_of_the_text(read):
    pages = [
        [
            (72, 770, 9, "Pump works, document QA-7731"),
            (72, 700, 11, f"Stop {number}: the town of {town}, arrival on {number} May"),
            (72, 684, 11, "Passengers leave by the rear gangway at every stop."),
            (72, 30, 9, f"Valid until 30 June 2027, page {number}"),
            (300, 20, 9, str(number)),
        ]
        for number, town in enumerate(["Lindau", "Bregenz", "Rorschach", "Arbon"], 1)
    ]
    loaded = read("a.pdf", pdf_bytes(*pages))
    assert blocks_of(loaded, "note") == [
        "Pump works, document QA-7731",
        "Valid until 30 June 2027, page 1",
    ]
    assert loaded.text.count("rear gangway") == 4
    assert not any("4 May" in text and "3 May" in text for text in blocks_of(loaded, "paragraph"))
    note = next(block for block in loaded.blocks if block.kind == "note")
    assert note.end < loaded.page_starts[1]


def test_two_pages_have_running_headers_too(read):
    pages = [
        [(72, 770, 9, f"Corvane Mutual, list 25/1 page {n}"), *text_lines(f"It is text {n}.")]
        for n in (1, 2)
    ]
    assert blocks_of(read("a.pdf", pdf_bytes(*pages)), "note") == [
        "Corvane Mutual, list 25/1 page 1"
    ]


def test_slides_end_their_sentences(read):
    sheets = [
        Sheet(lines=[(72, 300, 24, f"Slide {n}"), (72, 200, 18, text)], size=(720, 400))
        for n, text in ((1, "Sales are growing in the north"), (2, "Costs in the south are not"))
    ]
    loaded = read("a.pdf", pdf_of(*sheets))
    assert not any("north" in p and "Costs" in p for p in blocks_of(loaded, "paragraph"))


def test_three_columns_are_read_one_after_the_other_though_written_by_rows(read):
    columns = [
        (
            "residents of the lower town",
            "may ask for a parking card at",
            "the office in Bell Street.",
        ),
        (
            "visitors buy their tickets at",
            "machines beside the fountain.",
            "they cost four crowns each.",
        ),
        (
            "lorries above seven tonnes in",
            "the old town must not stop at",
            "the gate in Wall Road at all.",
        ),
    ]
    columns = [column * 2 for column in columns]
    lines = [
        (50 + 165 * at, 700 - 12 * row, 9, column[row])
        for row in range(6)
        for at, column in enumerate(columns)
    ]
    text = read("a.pdf", pdf_bytes(lines)).text.replace("\n\n", " ")
    assert text == " ".join(" ".join(column) for column in columns)


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_a_page_that_lies_on_its_side_is_read_as_it_is_seen(rotate, read):
    turn = {90: "0 1 -1 0 600 0", 180: "-1 0 0 -1 600 800", 270: "0 -1 1 0 0 800"}[rotate]
    lines = text_lines(LONG, LONG, "ends here.", top=500, left=40)
    ops = [f"q {turn} cm", *(f"BT /F {s} Tf {x} {y} Td ({t}) Tj ET" for x, y, s, t in lines), "Q"]
    loaded = read("a.pdf", pdf_of(Sheet(ops=ops, rotate=rotate)))
    assert loaded.text == f"{LONG} {LONG} ends here."
    assert [block.kind for block in loaded.blocks] == ["paragraph"]


def test_what_runs_up_the_margin_is_a_note_and_no_title(read):
    ops = ["q 0 1 -1 0 30 200 cm BT /F 20 Tf 0 0 Td (arXiv:2611.00001 3 Nov 2026) Tj ET Q"]
    lines = [(72, 740, 16, "Moss on roofs"), *text_lines(LONG, "ends here.")]
    loaded = read("a.pdf", pdf_of(Sheet(lines=lines, ops=ops)))
    assert loaded.title == "Moss on roofs"
    assert blocks_of(loaded, "note") == ["arXiv:2611.00001 3 Nov 2026"]
    assert [block.kind for block in loaded.blocks] == ["heading", "paragraph", "note"]


def test_several_lines_in_the_margin_are_read(read):
    shown = ["Downloaded on 3 May", "by the library of Norrhaven", "for its readers"]
    ops = [
        f"q 0 1 -1 0 {30 + 12 * n} 200 cm BT /F 9 Tf 0 0 Td ({text}) Tj ET Q"
        for n, text in enumerate(shown)
    ]
    loaded = read("a.pdf", pdf_of(Sheet(lines=text_lines(LONG, LONG, "ends."), ops=ops)))
    assert " ".join(blocks_of(loaded, "note")).split() == " ".join(shown).split()


@pytest.mark.parametrize("own", ["(anonymous)", "anonymous", "untitled", "(unspecified)"])
def test_a_title_that_a_program_left_is_none(own, read):
    page = [(72, 740, 24, "The Great Storm"), *text_lines(LONG, "ends.")]
    info = "/Title({})".format(own.replace("(", "\\(").replace(")", "\\)"))
    assert read("a.pdf", pdf_bytes(page, info=info)).title == "The Great Storm"


def test_ligatures_are_the_letters_they_stand_for(read):
    data = pdf_bytes(text_lines("Suf@x."))
    encoding = b"/Encoding<</Type/Encoding/BaseEncoding/WinAnsiEncoding/Differences[64/fi]>>"
    assert read("a.pdf", data.replace(b"/Encoding/WinAnsiEncoding", encoding)).text == "Suffix."


def test_a_label_over_a_scan_that_is_not_read_on_the_picture_is_kept():
    def page(*texts):
        lines = [Line(text, 0.0, 50.0, 700.0 - 12 * at, 10.0) for at, text in enumerate(texts)]
        return Page(lines, [], [], [])

    stamped, scanned = page("Copy 7", "ab"), page("Copy of the deed", "7 March")
    assert _not_read(stamped, scanned) == ["ab"]


def test_an_invoice_and_its_copy_keep_their_heads_in_place(read):
    rows = ["Invoice No. 7", "Date: 4 May", "To Bo Ohm", "Oars for 40 EUR", "Sum: 40 EUR", "Thanks"]
    texts = [*rows, "page one of two"], [*rows, "page two of two"]
    made = [[(72, 700 - 30 * at, 10, text) for at, text in enumerate(page)] for page in texts]
    loaded = read("a.pdf", unicode_pdf(*made))
    assert loaded.text.startswith("Invoice No. 7")
    assert loaded.text.count("Invoice No. 7") == 2


def test_a_lowered_digit_is_no_mark_of_a_footnote(read):
    line = [
        (72, 700, 10, "The sea takes up CO"),
        (72 + 95, 697, 6, "2"),
        (200, 700, 10, "each day."),
    ]
    assert "²" not in read("a.pdf", unicode_pdf(line)).text
