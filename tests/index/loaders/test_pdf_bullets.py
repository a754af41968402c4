"""PDFs whose bullets are drawn, or signs of fonts of signs: their items are items of lists."""

import pytest

from index.loading.loaders.pdf.bullets import with_bullets
from index.loading.loaders.pdf.drawn import Mark
from index.loading.loaders.pdf.lines import Line
from index.loading.loaders.pdf.pages import Page
from tests.growth import TIMES, grows_with_its_size
from tests.index.loaders.made import LONG, text_lines
from tests.index.loaders.made_pdf import Sheet, pdf_of, text_field, unicode_pdf

THINGS = ["a lamp with a flat top", "two oars", "a rope of eight yards"]
CIRCLE = "{x} {y} m {x} {t} {r} {t} {r} {y} c {r} {b} {x} {b} {x} {y} c f"


def disc(x, y, size=4):
    return CIRCLE.format(x=x, r=x + size, y=y, t=y + size * 0.66, b=y - size * 0.66)


SHAPES = {
    "square": lambda x, y: f"{x} {y - 1.5} 3.5 3.5 re f",
    "disc": disc,
    "ring": lambda x, y: disc(x, y)[:-1] + "S",
    "filled and drawn": lambda x, y: disc(x, y) + "\n" + disc(x, y)[:-1] + "S",
    "triangle": lambda x, y: f"{x} {y - 2} m {x + 4} {y} l {x} {y + 2} l h f",
    "dash": lambda x, y: f"{x} {y} m {x + 5} {y} l S",
    "filled dash": lambda x, y: f"{x} {y} 6 0.8 re f",
    "picture": lambda x, y: f"q 5 0 0 5 {x} {y - 2.5} cm /I Do Q",
}


def items_of(loaded):
    return [
        (block.label, block.level, loaded.text[block.start : block.end])
        for block in loaded.blocks
        if block.kind == "item"
    ]


def listed(shape, things, top=600, left=90, step=16):
    """Return lines of a list, and the operators that draw its bullets."""
    lines = [(left, top - step * at, 11, thing) for at, thing in enumerate(things)]
    return lines, [SHAPES[shape](left - 14, y + 3.5) for _, y, _, _ in lines]


@pytest.mark.parametrize("shape", SHAPES)
def test_lines_with_a_drawn_bullet_are_items_of_a_list(shape, read):
    lines, ops = listed(shape, THINGS)
    above = text_lines("You need the following things on board", top=620)

    loaded = read("a.pdf", pdf_of(Sheet(lines=[*above, *lines], ops=ops)))

    label = "⁃" if "dash" in shape else "•"
    assert items_of(loaded) == [(label, 1, f"{label} {thing}") for thing in THINGS]
    assert [block.parent for block in loaded.blocks[1:]] == [0, 0, 0]


def test_an_item_of_several_lines_is_one_and_those_further_in_are_below_it(read):
    lines = [
        (90, 600, 11, LONG),
        (90, 587, 11, "and ends on the next line"),
        (110, 571, 11, "a lamp with a flat top"),
        (110, 555, 11, "two oars"),
        (90, 539, 11, "a rope of eight yards"),
    ]
    ops = [SHAPES["disc"](x - 14, y + 3.5) for x, y, *_ in (lines[0], *lines[2:])]

    found = items_of(read("a.pdf", pdf_of(Sheet(lines=lines, ops=ops))))

    assert [level for _, level, _ in found] == [1, 2, 2, 1]
    assert found[0][2] == f"• {LONG} and ends on the next line"


def test_a_list_may_go_on_over_the_page(read):
    first, second = listed("square", THINGS[:1], top=60), listed("square", THINGS[1:2], top=740)
    sheets = [Sheet(lines=lines, ops=ops) for lines, ops in (first, second)]

    assert len(items_of(read("a.pdf", pdf_of(*sheets)))) == 2


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_bullets_of_a_page_that_lies_on_its_side_are_found(rotate, read):
    turn = {90: "0 1 -1 0 600 0", 180: "-1 0 0 -1 600 800", 270: "0 -1 1 0 0 800"}[rotate]
    lines, ops = listed("square", THINGS, top=500)
    shown = [f"BT /F {size} Tf {x} {y} Td ({text}) Tj ET" for x, y, size, text in lines]
    sheet = Sheet(ops=[f"q {turn} cm", *shown, *ops, "Q"], rotate=rotate)

    assert len(items_of(read("a.pdf", pdf_of(sheet)))) == 3


@pytest.mark.parametrize(
    ("lines", "ops"),
    [
        # One alone
        listed("square", THINGS[:1]),
        # Boxes to tick, icons
        (listed("square", THINGS)[0], [f"70 {600 - 16 * at} 10 10 re S" for at in range(3)]),
        # Dotted lines before page numbers
        ([(90, 600 - 16 * at, 11, f"{at} oars") for at in range(3)],
         [f"{x} {602 - 16 * at} 1.2 1.2 re f" for at in range(3) for x in range(50, 86, 5)]),
        # Marks on an axis, beside what they stand for
        ([(90, 600 - 16 * at, 11, f"{at} kg") for at in range(3)],
         ["78 550 m 78 620 l S",
          *(f"78 {603 - 16 * at} m 84 {603 - 16 * at} l S" for at in range(3))]),
        # Points of a chart, few of which stand beside words
        (listed("disc", THINGS)[0], [*listed("disc", THINGS)[1],
                                     *(disc(200 + 7 * n, 300 + n * n % 90) for n in range(30))]),
        # Headings
        ([(90, 600 - 60 * at, 18, f"Of {thing}") for at, thing in enumerate(THINGS)]
         + text_lines(LONG, LONG, LONG, "ends.", top=400),
         [f"76 {603 - 60 * at} 6 6 re f" for at in range(3)]),
        # Below the line, and far from it
        (listed("square", THINGS)[0], [f"76 {595 - 16 * at} 3.5 3.5 re f" for at in range(3)]),
        (listed("square", THINGS)[0], [f"30 {602 - 16 * at} 3.5 3.5 re f" for at in range(3)]),
        # Colours of a chart, explained in a table
        ([part for at in range(4) for part in ((90, 600 - 16 * at, 11, f"north {'abcd'[at]}"),
                                               (190, 600 - 16 * at, 11, f"{at} t"))],
         [f"76 {602 - 16 * at} 5 5 re f" for at in range(4)]),
        # Between words of a line
        ([part for at in range(3) for part in ((60, 600 - 16 * at, 11, "Press"),
                                               (110, 600 - 16 * at, 11, "to stop the engine"))],
         [f"96 {602 - 16 * at} 3.5 3.5 re f" for at in range(3)]),
    ],
    ids=["one", "boxes", "dots", "axis", "chart", "headings", "below", "far", "table", "between"],
)  # fmt: skip
def test_what_else_is_drawn_beside_lines_is_no_bullet(lines, ops, read):
    loaded = read("a.pdf", pdf_of(Sheet(lines=lines, ops=ops)))

    assert not items_of(loaded)
    assert "•" not in loaded.text


def test_boxes_of_a_form_are_no_bullets(read):
    lines, ops = listed("square", THINGS)
    fields = [text_field("Name", "Ida", (300, 700, 400, 715))]

    assert not items_of(read("a.pdf", pdf_of(Sheet(lines=lines, ops=ops, annotations=fields))))


@pytest.mark.parametrize(
    ("sign", "label"),
    [("\uf0b7", "•"), ("\uf0a7", "▪"), ("\uf0d8", "➢"), ("\uf0fc", "✓"), ("\uf076", "❖"),
     ("\uf06e", "•"), ("\uf0e8", "➔"), ("\uf02d", "•"), ("◆", "◆"), ("➤", "➤"), ("❍", "❍")],
)  # fmt: skip
def test_signs_of_fonts_of_signs_are_bullets(sign, label, read):
    lines = [(90, 600 - 16 * at, 11, f"{sign} {thing}") for at, thing in enumerate(THINGS)]

    assert items_of(read("a.pdf", unicode_pdf(lines))) == [
        (label, 1, f"{label} {thing}") for thing in THINGS
    ]


@pytest.mark.parametrize(
    ("font", "code", "label"),
    [("Wingdings-Regular", r"\247", "▪"), ("ABCDEF+Wingdings", r"\330", "➢"),
     ("Wingdings", "v", "❖"), ("ZapfDingbats", "l", "●"), ("ZapfDingbats", "n", "■")],
)  # fmt: skip
def test_signs_that_a_file_has_as_letters_are_bullets(font, code, label, read):
    ops = [
        f"BT /W 11 Tf 76 {600 - 16 * at} Td ({code}) Tj /F 11 Tf 14 0 Td ({thing}) Tj ET"
        for at, thing in enumerate(THINGS)
    ]
    encoding = "" if font == "ZapfDingbats" else "/Encoding/WinAnsiEncoding"
    fonts = f"/W<</Type/Font/Subtype/Type1/BaseFont/{font}{encoding}>>"

    loaded = read("a.pdf", pdf_of(Sheet(ops=ops), fonts=fonts))

    assert items_of(loaded) == [(label, 1, f"{label} {thing}") for thing in THINGS]


@pytest.mark.parametrize(
    "text",
    [
        "\ue012\ue034\ue013 \ue044\ue022",
        "\uf061\uf062 \uf063\uf064",
        "\ue502ord of it",
        "\uf020 oars",
    ],
)
def test_text_of_a_font_that_does_not_say_its_letters_is_left_as_it_is(text, read):

    assert read("a.pdf", unicode_pdf([(90, 600, 11, text)])).text == text


def test_many_marks_and_lines_are_looked_at_in_a_time_like_their_number():
    def page(n):
        lines = [Line("a word", 20.0 + at % 7, 60.0, 400.0 + at / n, 10.0) for at in range(n)]
        return Page(lines, [], [], [], marks=[Mark(10.0, 402.0 + at / 400, 13.0, 405.0)
                                              for at in range(min(n, 400))])  # fmt: skip

    pages = {n: [page(n)] for n in (3_200, 3_200 // TIMES)}
    assert grows_with_its_size(lambda n: with_bullets(pages[n]), 3_200)
