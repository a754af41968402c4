"""Plain text is kept as it is, and its lines are taken for what they are."""

import random

import pytest

from index.context import cells_of, context_of
from index.loading.block_answers import read_blocks, written_blocks
from index.loading.loaders.lines import text_blocks
from tests.growth import grows_with_its_size
from tests.index.loaders.made import SEED
from tests.index.loaders.shown import kinds as kinds_of


def found(text):
    return [(block.kind, text[block.start : block.end]) for block in text_blocks(text)]


def above(text, words):
    """Return the context of the block that begins with the words."""
    blocks = text_blocks(text)
    index = next(i for i, b in enumerate(blocks) if text.startswith(words, b.start))
    return context_of(text, blocks, index)


def test_the_seed_article_is_paragraphs_only():
    text = SEED.read_text("utf-8")
    assert found(text) == [("paragraph", line) for line in text.splitlines()]


NOTES = """\
RULES OF THE HOUSE

Meeting of 4 May
----------------

1. Scope
These rules hold for everybody who lives in the house or visits it at night.

2. Quiet hours
Between ten at night and six in the morning nobody plays the drums.
2.1 Exceptions are:
(a) weddings
(b) the last night of the year, when
    the whole street is out
    - until two
    - not in the yard

ARTICLE IV
Bicycles

Bicycles stand in the cellar and not in the hall, where they block the stairs.
"""


def test_headings_give_what_is_below_them_its_context():
    kinds = dict(map(reversed, found(NOTES)))
    assert kinds["RULES OF THE HOUSE"] == kinds["Meeting of 4 May"] == "heading"
    assert kinds["2. Quiet hours"] == kinds["ARTICLE IV\nBicycles"] == "heading"
    assert above(NOTES, "Between ten") == (
        "RULES OF THE HOUSE \u203a Meeting of 4 May \u203a 2. Quiet hours"
    )
    assert "Quiet hours" not in above(NOTES, "Bicycles stand")


def test_items_are_nested_keep_their_signs_and_are_unwrapped():
    blocks = {NOTES[b.start : b.end]: b for b in text_blocks(NOTES)}
    wrapped = "(b) the last night of the year, when\n    the whole street is out"
    assert [blocks[t].level for t in ("(a) weddings", wrapped, "- until two")] == [2, 2, 3]
    assert blocks[wrapped].label == "(b)"
    assert above(NOTES, "(a)").endswith("2. Quiet hours \u203a 2.1 Exceptions are:")
    assert above(NOTES, "- not in the yard").endswith("the whole street is out")


@pytest.mark.parametrize(
    "text",
    [
        "She has worked here since the year of the great flood, as all know. On the\n"
        "5. August 2020 she left and went to the sea, where she stayed\n"
        "until the end of the year. Then she came back and took the old job in the office\n"
        "again, which was what nobody in the town had thought would ever happen to her.",
        "The committee has met in the town hall on Monday, and has begun at\n"
        "7:30 with the reading of the minutes. The mayor was not in the room at\n"
        "that time, which led to a complaint of two members of the opposition.",
    ],
)
def test_a_number_within_wrapped_prose_begins_no_item(text):
    assert found(text) == [("paragraph", text)]


def test_lines_in_small_letters_that_are_alike_are_units():
    names = ["wanda", "kofi", "ulrich", "priya", "mona", "jens", "ida", "olaf"]
    lines = [
        f"{name} has the key to the shed and the desk {n} upstairs"
        for n, name in enumerate(names, 31)
    ]
    assert found("\n".join(lines)) == [("paragraph", line) for line in lines]
    bare = [
        "the fox sleeps under the old bridge near the water mill",
        "nobody has painted the fence since the winter of the flood",
        "small boats come in at noon when the tide is high enough",
        "old letters lie in the drawer of the desk by the window",
    ]
    assert found("\n".join(bare)) == [("paragraph", line) for line in bare]


def test_short_lines_under_their_lead_in_are_its_items():
    text = "For the dough you need:\nflour\ntwo eggs\nbrown sugar\n\nMix it well."
    assert [kind for kind, _ in found(text)] == ["paragraph", *["item"] * 3, "paragraph"]
    assert above(text, "two eggs") == "For the dough you need:"


def test_labels_that_stand_together_are_fields_with_their_values():
    text = "Name: Ola Kerr\nPhone: 0555 01\nAddress:\n9 Low Road\nHolm\n\nNote: a last word."
    blocks = text_blocks(text)
    assert [b.kind for b in blocks] == ["field", "field", "field", "paragraph"]
    values = [text[b.cells[1].start : b.cells[1].end] for b in blocks[:3]]
    assert values == ["Ola Kerr", "0555 01", "9 Low Road\nHolm"]


@pytest.mark.parametrize("signs", [("Q: ", "A: "), ("1) ", ""), ("", "")])
def test_an_answer_stands_under_its_question(signs):
    text = "{0}When is the pool open?\n{1}From ten.\n\n{0}Who may come?\n{1}All members."
    text = text.format(*signs)
    assert above(text, f"{signs[1]}All") == f"{signs[0]}Who may come?"


def test_settings_stand_under_their_section_and_a_log_doesnt():
    text = (
        "[disk]\npath = /data\nsize = 40 gb\n\n"
        "2031-04-05 10:00:01 info  copy began. Two disks\n2031-04-05 10:09:44 warn  copy ended\n"
    )
    assert [kind for kind, _ in found(text)] == ["heading", "field", "field", "code", "code"]
    assert above(text, "size") == "[disk]"
    assert above(text, "2031-04-05 10:00") == ""


@pytest.mark.parametrize(
    "table",
    [
        "Room\tSeats\tFloor\nElm\t12\t1\nOak\t40\t2",
        "Room     Seats   Floor\nElm         12       1\nOak         40       2",
        "+------+-------+-------+\n| Room | Seats | Floor |\n+------+-------+-------+\n"
        "| Elm  | 12    | 1     |\n| Oak  | 40    | 2     |",
        "Room,Seats,Floor\nElm,12,1\nOak,40,2",
        'Room;Seats;Floor\nElm;"12";1\nOak;40;2',
    ],
)
def test_rows_of_a_table_know_their_columns(table):
    blocks = text_blocks(table)
    rows = [i for i, b in enumerate(blocks) if b.kind == "row"]
    named = [[(c.name, c.text) for c in cells_of(table, blocks, i)] for i in rows]
    assert named == [
        [("Room", "Elm"), ("Seats", "12"), ("Floor", "1")],
        [("Room", "Oak"), ("Seats", "40"), ("Floor", "2")],
    ]


def test_the_reference_line_of_a_letter_names_the_values_below_it():
    text = (
        "Your ref     Your letter of     Our ref       Date\n"
        "JP/22        3 February 2024    KS-4471/mh    19.02.2024\n\nDear Mr Holm,\n"
    )
    blocks = text_blocks(text)
    assert [block.kind for block in blocks] == ["header", "row", "paragraph"]
    assert {cell.name: cell.text for cell in cells_of(text, blocks, 1)} == {
        "Your ref": "JP/22",
        "Your letter of": "3 February 2024",
        "Our ref": "KS-4471/mh",
        "Date": "19.02.2024",
    }


@pytest.mark.parametrize(
    "text",
    [
        "Ane Holm     Bo Ohm     Cem Ak\nchair        clerk      member\n",
        "Room 4     Room 5     Room 6\n12 beds    9 beds     4 beds\n",
    ],
)
def test_two_lines_in_columns_are_no_table_where_nothing_tells_names_from_values(text):
    assert [kind for kind, _ in found(text)] == ["paragraph", "paragraph"]


def test_a_table_without_names_has_none():
    text = "Elm\t12\t1\nOak\t40\t2"
    assert [b.kind for b in text_blocks(text)] == ["row", "row"]


def test_a_quote_of_a_mail_is_a_quote_and_is_unwrapped():
    quoted = (
        "> I have looked at the boiler in the cellar of number nine, and I think\n"
        "> that the pump has to be replaced before the winter, since it is old.\n>"
    )
    text = f"Ulla wrote on Monday that\n\n{quoted}\n> Yours, Ulla\n\nI agree."
    assert ("quote", quoted) in found(text)
    assert ("quote", "> Yours, Ulla") in found(text)


PIECES = [*"aB \t\n|,;", "  ", "\n\n", "- ", "1. ", "(a) ", ": ", " = ", "> ", "---", "===", "# "]
PIECES += ["Title", "word. ", "12:30:10 ", "2024-01-01 10:00 ", "CAPS", "\r", "\x1c", "\u3000"]
PIECES += ["i. ", "§ 3 ", "Article IV", '"', "[x]"]


def test_any_text_is_held_by_its_blocks_in_their_order():
    rng = random.Random(11)  # noqa: S311 - no secret
    for _ in range(1_000):
        text = "".join(rng.choice(PIECES) for _ in range(rng.choice([3, 12, 40])))
        blocks = text_blocks(text)
        assert read_blocks(written_blocks(blocks), text) == blocks
        outside, end = "", 0
        for block in blocks:
            outside += text[end : block.start]
            end = block.end
        assert not (outside + text[end:]).strip()


UNITS = ["a  b\n", "aaa  bbb\nbb   cc c\n", "x: y\n", "x:\n", "a\tb\nc\td\te\tf\n", "a | b\nc\n"]
UNITS += [
    "- x\n",
    "1. x\n (a) y\n",
    "CAPS HERE\n",
    "> a\n",
    ">\n",
    "---\n",
    "# x\n",
    "[a]\nb = c\n",
]
UNITS += ['"a,b\n', "a,b,c\n"]


@pytest.mark.parametrize("unit", UNITS)
def test_a_long_text_takes_time_in_proportion_to_its_length(unit):
    assert grows_with_its_size(lambda size: text_blocks(unit * (size // len(unit))), 64_000)


@pytest.mark.parametrize("unit", ["a  ", "a\t", "a|", "1.", "- ", "a,", "a", " "])
def test_a_long_line_takes_time_in_proportion_to_its_length(unit):
    def work(size: int) -> None:
        line = f"b{unit * size}: b"
        assert text_blocks(f"{line}\n{line}\n{line}")

    assert grows_with_its_size(work, 50_000)


def test_names_of_columns_can_be_stored_whatever_is_in_them():
    text = "Na\ud800me\tCount\nax\t3\nbx\t4\ncx\t5\n"

    header = next(block for block in text_blocks(text) if block.kind == "header")

    assert header.columns == ("Na?me", "Count")


@pytest.mark.parametrize(
    ("mark", "signs"), [("1)", ("1)", "2)")), ("\u00b9", ("\u00b9", "\u00b2"))]
)
def test_footnotes_are_notes_with_their_marks(mark, signs, read):
    text = (
        f"The rent{mark} is due on the third.\n\nThe cellar is dry{signs[1]} and cold.\n\n"
        f"{signs[0]} Without heating.\n{signs[1]} Since May, when the wall was mended.\n"
    )
    loaded = read("a.txt", text)
    assert kinds_of(loaded) == ["paragraph", "paragraph", "note", "note"]
    assert [block.label for block in loaded.blocks[2:]] == list(signs)


def test_a_numbered_list_beside_a_formula_in_brackets_is_a_list(read):
    loaded = read("a.txt", "Measure the gas (some CO2) twice:\n\n1) at noon\n2) at night\n")
    assert kinds_of(loaded) == ["paragraph", "item", "item"]


LETTER = """\
Tide Works Ltd, 12 Low Road, Holm

Mr Jonas Holm
9 High Road
Holm

Claim about the yearly bill, customer 80 114

Dear Mr Holm,

thank you for your letter. We have had the reading of your meter
(No. 1160) checked. On the last day of December its counter stood at
14,382 units.

We shall pay you the difference by the middle of March, that is with
the next bill.

Kind regards

i. A. Mara Otto
"""


def test_the_sentences_of_a_letter_are_whole_though_most_of_its_lines_are_short():
    kinds = {text: kind for kind, text in found(LETTER)}
    whole = (
        "thank you for your letter. We have had the reading of your meter\n(No. 1160) checked. On "
        "the last day of December its counter stood at\n14,382 units."
    )
    assert kinds[whole] == "paragraph"
    assert kinds["9 High Road"] == kinds["i. A. Mara Otto"] == "paragraph"


def test_long_lines_that_are_ended_are_paragraphs_each():
    lines = [
        "The lamp in the hall is broken, and nobody knows when it will be mended.",
        "All bicycles have to leave the yard before the ninth of May at noon.",
        "New keys are at the office, where a deposit of ten euros is to be paid.",
    ]
    assert found("\n".join(lines)) == [("paragraph", line) for line in lines]


def test_labels_in_columns_are_fields_also_with_dots_and_initials():
    text = "Present:     E. Marsh, T. Okoro, L. Brandt\nTel.:        0412 55\nRef.-No.: 7\n"
    blocks = text_blocks(text)
    assert [[text[c.start : c.end] for c in block.cells] for block in blocks] == [
        ["Present", "E. Marsh, T. Okoro, L. Brandt"],
        ["Tel.", "0412 55"],
        ["Ref.-No.", "7"],
    ]


def test_days_head_the_entries_of_a_diary():
    text = (
        "Mon 4 March\nIt rained, and I stayed in.\n\nTue 5 March\n- swim\n\n6 March 2024:\nSun.\n"
    )
    assert [kind for kind, _ in found(text)] == [
        *("heading", "paragraph", "heading", "item", "heading", "paragraph")
    ]
    assert above(text, "- swim") == "Tue 5 March"


@pytest.mark.parametrize("line", ["2024", "12", "3 eggs", "May", "5 May or later"])
def test_what_only_looks_like_a_day_heads_nothing(line):
    kinds = [
        kind for kind, _ in found(f"{line}\nThe ferry left at noon.\n\n{line}\nIt came back.\n")
    ]
    assert "heading" not in kinds


def test_questions_of_an_exam_are_apart_from_their_parts_and_answers():
    text = (
        "1. (a) Name the oceans.        [2 marks]\n   (b) Which is the largest?   [1 mark]\n\n"
        "2. Which gas do plants give off? [1 mark]\n   A  nitrogen\n   B  oxygen\n   C  hydrogen\n"
    )
    assert [text for kind, text in found(text) if kind == "item"] == [
        *("1. (a) Name the oceans.        [2 marks]", "(b) Which is the largest?   [1 mark]"),
        *("2. Which gas do plants give off? [1 mark]", "A  nitrogen", "B  oxygen", "C  hydrogen"),
    ]
    assert above(text, "B  oxygen") == "2. Which gas do plants give off? [1 mark]"


def test_a_list_may_begin_below_a_wrapped_line_that_leads_in():
    text = (
        "(1) The lease may be ended by either side, to the end of a month only, with a notice in\n"
        "writing. (2) The notice is to be given, in good time before that, by whoever ends it to\n"
        "1. the landlord, if it is the tenant,\n2. all tenants, if it is the landlord.\n"
    )
    assert [kind for kind, _ in found(text)] == ["item"] * 3


def test_comments_among_settings_part_nothing():
    text = "[net]\nhost = 10.0.0.14\n; since May\nport = 9100\n\n[paper]\nsize = A4\n"
    assert [kind for kind, _ in found(text)] == [
        *("heading", "field", "note", "field", "heading", "field")
    ]
