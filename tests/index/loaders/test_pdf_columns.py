"""PDFs whose columns nearly touch: they are read one after the other, and nothing else is cut."""

from itertools import zip_longest

import pytest

from tests.growth import TIMES, grows_with_its_size
from tests.index.loaders.made_pdf import Sheet, pdf_of, unicode_pdf

# Thousandths of a size that letters of Helvetica are wide
WIDTHS = dict(zip(
    "abcdefghijklmnopqrstuvwxyz .-",
    (556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
     278, 556, 500, 722, 500, 500, 500, 278, 278, 333),
    strict=True,
))  # fmt: skip
SPACE = 0.278  # sizes
SIZE = 10
FIRST = (
    "the residents of the lower town may ask for a card at the office in bell street which opens "
    "at nine and closes at noon on all days but sunday when nobody is there and the bell that gave "
    "the street its name is heard in the whole of the town as it was three hundred years ago when "
    "the last of the masons had left and the gates were shut for the night by a man with a lamp."
)
SECOND = (
    "visitors buy their tickets at machines beside the fountain and pay with coins or with a card "
    "of any bank that has a branch in the county while lorries above seven tonnes must not stop at "
    "the gate nor anywhere near it whatever their drivers say to the guards who have heard all of "
    "it before and only point to the sign that was put up there in the year of the great flood."
)
THIRD = (
    "boats are moored along the quay in the order in which they came and those that come too late "
    "for a place have to wait in the outer harbour until one of the others leaves or the master of "
    "the port lets them lie beside it for which they pay half of the price and get no water and no "
    "light but may use the stairs that lead to the market and to the baths of the fishermen."
)


def length(text):
    """Return how long a text is, in points."""
    return sum(WIDTHS[letter] for letter in text) * SIZE / 1000


def filled(text, width):
    """Return the lines of a column of a width."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if length(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def shown(x, y, text, width=0.0):
    """Return the operators that write a line, its spaces widened until it is so wide."""
    more = (width - length(text)) / text.count(" ") if width and " " in text else 0
    return f"BT /F {SIZE} Tf {more:.3f} Tw {x} {y} Td ({text}) Tj ET"


def columns(*texts, gutter, justified, width=150.0, top=700):
    """Return the operators that write columns row by row, as far apart as their longest lines."""
    set_lines = [filled(text, width) for text in texts]
    widths = [width if justified else max(map(length, lines)) for lines in set_lines]
    lefts = [50 + sum(widths[:at]) + at * gutter * SIZE for at in range(len(texts))]
    found = []
    for row, lines in enumerate(zip_longest(*set_lines)):
        for left, line, own, wide in zip(lefts, lines, set_lines, widths, strict=True):
            if line:
                stretched = wide if justified and line is not own[-1] else 0.0
                found.append(shown(left, top - 12 * row, line, stretched))
    return found


def text_of(read, *ops):
    return read("a.pdf", pdf_of(Sheet(ops=list(ops)))).text


@pytest.mark.parametrize("justified", [True, False])
@pytest.mark.parametrize("spaces", [1.0, 1.25, 1.5])
def test_columns_that_nearly_touch_are_read_one_after_the_other(spaces, justified, read):
    ops = columns(FIRST, SECOND, gutter=spaces * SPACE, justified=justified)

    assert text_of(read, *ops).split() == [*FIRST.split(), *SECOND.split()]


@pytest.mark.parametrize("justified", [True, False])
def test_three_columns_that_nearly_touch_are_read_one_after_the_other(justified, read):
    ops = columns(FIRST, SECOND, THIRD, gutter=1.5 * SPACE, justified=justified, width=140)

    assert text_of(read, *ops).split() == [*FIRST.split(), *SECOND.split(), *THIRD.split()]


def test_a_word_that_is_broken_at_the_end_of_a_column_is_whole_again(read):
    lines = filled(FIRST, 150)
    ops = columns(FIRST, SECOND, gutter=0.4, justified=True)
    assert lines[2].endswith(" nine")
    ops[4] = shown(50, 676, f"{lines[2][:-2]}-", 150)
    ops[6] = shown(50, 664, f"ne {lines[3]}", 150)

    assert text_of(read, *ops).split() == [*FIRST.split(), *SECOND.split()]


def test_what_goes_over_both_columns_stays_whole(read):
    above = [shown(50, 760 - 12 * row, line) for row, line in enumerate(filled(THIRD[:190], 304))]
    below = [shown(50, 530 - 12 * row, line) for row, line in enumerate(filled(THIRD[:190], 304))]
    ops = columns(FIRST, SECOND, gutter=0.4, justified=True)

    words = text_of(read, *above, *ops, *below).split()

    whole = THIRD[:190].split()
    assert words == [*whole, *FIRST.split(), *SECOND.split(), *whole]


@pytest.mark.parametrize("width", [140, 200, 300, 420])
@pytest.mark.parametrize("justified", [True, False])
def test_ordinary_prose_is_never_cut_at_its_spaces(width, justified, read):
    text = " ".join([FIRST, SECOND, THIRD] * 3)[:3000]
    ops = columns(text, gutter=0, justified=justified, width=width, top=780)

    assert text_of(read, *ops).split() == text.split()


@pytest.mark.parametrize("rows", [2, 4, 7])
def test_a_river_through_some_lines_of_prose_is_no_gutter(rows, read):
    # Letters of one width: behind the first 24 of each of these lines is a space
    river = ["and now they went to the town of which we had heard", "while the bells of towns"
             " rang from the hills near it", "nobody else had been out on the quay since it broke",
             "as the water rose to all doors of the lower streets", "there were a few old men in"
             " boats that had no oars", "who asked us to tell the others what we had seen so",
             "that help might be found before the night came down"][:rows]  # fmt: skip
    other = ["and nobody forgot afterwards what had been promised"]
    assert all(line[24] == " " for line in river)
    lines = [(50, 700 - 12 * at, 10, text) for at, text in enumerate([*river, *other])]

    assert read("a.pdf", unicode_pdf(lines)).text.split() == " ".join([*river, *other]).split()


def test_lines_of_the_same_words_are_no_columns(read):
    lines = [
        (50, 700 - 12 * at, 10, f"the pump was looked at and found to be in order by {name}")
        for at, name in enumerate(["ida", "uwe", "bo"] * 5)
    ]

    assert read("a.pdf", unicode_pdf(lines)).text.count("found to be in order by ida") == 5


@pytest.mark.parametrize("ruled", [True, False])
def test_rows_of_a_table_whose_columns_nearly_touch_stay_rows(ruled, read):
    rows = [("apple juice", "pressed by hand"), ("dark bread", "of rye and salt"),
            ("hard cheese", "from the hills"), ("white wine", "of two villages")] * 3  # fmt: skip
    left = 50 + max(length(name) for name, _ in rows) + 1.5 * SPACE * SIZE
    ops = []
    for at, (name, said) in enumerate(rows):
        ops += [shown(50, 700 - 14 * at, name), shown(left, 700 - 14 * at, said)]
        ops += [f"45 {696 - 14 * at} m 300 {696 - 14 * at} l S"] if ruled else []

    text = text_of(read, *ops)

    at = [text.index(word) for word in ("apple", "pressed", "dark", "rye", "hard", "hills")]
    assert at == sorted(at)


def test_cells_of_prose_between_lines_are_those_of_a_table(read):
    ops = columns(FIRST, SECOND, gutter=0.4, justified=True)
    ops += [f"45 {697 - 12 * row} m 360 {697 - 12 * row} l S" for row in range(4, 14, 3)]

    text = text_of(read, *ops)

    assert text.index("visitors") < text.index("office")


def test_many_words_in_line_are_read_in_a_time_like_their_number(read):
    def page(n):
        lines = [(20, 790 - 0.7 * at, 4, "ab cd " * 40) for at in range(n)]
        return pdf_of(Sheet(lines=lines))

    size = 960
    files = {n: page(n) for n in (size, size // TIMES)}
    assert grows_with_its_size(lambda n: read("a.pdf", files[n]), size)
