"""Pages in Hebrew and Arabic are read from right to left, Latin words and numbers from the left."""

import pytest

from index.loading.loaders.pdf.directions import Letter, in_reading_order, letters_of
from tests.index.loaders.made_pdf import unicode_pdf
from tests.index.loaders.shown import kinds, named

RIGHT = 550  # where lines begin


def seen(*runs):
    """Return runs of a line as they are seen from the left, each given as it is read."""
    mirrored = str.maketrans("()", ")(")
    return "".join(
        run if run.isascii() else run[::-1].translate(mirrored) for run in reversed(runs)
    )


def lines(*texts, top=700, right=RIGHT, size=10):
    """Return lines flush right, one below the other; each text is a tuple of runs or one run."""
    found = []
    for number, text in enumerate(texts):
        shown = seen(*([text] if isinstance(text, str) else text))
        found.append((right - len(shown) * size / 2, top - 13 * number, size, shown))
    return found


PARAGRAPH = (
    "משרד הנמל נפתח בשעה שבע בבוקר וסגור בימי ראשון וסירות",
    "שאורכן עולה על שנים עשר מטר משלמות עבור כל לילה ברציף",
    "הפנימי.",
)


def test_lines_of_a_paragraph_are_joined(read):
    after = lines("אין לעגון ברציף החיצוני בלי אישור.", top=620)
    loaded = read("a.pdf", unicode_pdf([*lines(*PARAGRAPH), *after]))

    paragraphs = [loaded.text[block.start : block.end] for block in loaded.blocks]
    assert paragraphs == [" ".join(PARAGRAPH), "אין לעגון ברציף החיצוני בלי אישור."]
    assert loaded.language == "he"


def test_numbers_and_latin_words_stand_where_they_are_read(read):
    text = lines(
        ("המערכת פועלת על ", "SQL Server 2019", " ומגובה בכל לילה, ראו סעיף ", "3.2", " להלן"),
        ("המחיר (לא כולל ", "17%", " מע״מ) הוא ", "$38.50", ", ראו ", "www.example.com", "."),
        ("בין השנים ", "2019", " ו", "2024", " נמכרו ", "12", " סירות ועוד ", "150", " מפרשים."),
    )

    found = read("a.pdf", unicode_pdf(text)).text

    assert "פועלת על SQL Server 2019 ומגובה בכל לילה, ראו סעיף 3.2 להלן" in found
    assert "המחיר (לא כולל 17% מע״מ) הוא $38.50, ראו www.example.com." in found
    assert "נמכרו 12 סירות ועוד 150 מפרשים." in found


def test_of_two_columns_the_right_one_is_read_first(read):
    right = ["בעל הסירה חייב לקשור אותה", "משני הצדדים ולבדוק את", "החבלים בכל יום לפני שהוא",
             "עוזב את הנמל וגם אחרי כל", "סערה שעברה על המפרץ."]  # fmt: skip
    left = ["מנהל הנמל רשאי להזיז כל", "סירה שעוגנת במקום אסור", "על חשבון הבעלים ואין הוא",
            "אחראי לנזק שנגרם לה בשל", "כך אלא אם התרשל."]  # fmt: skip
    pairs = zip(lines(*right, right=550), lines(*left, right=270), strict=True)

    found = read("a.pdf", unicode_pdf([line for pair in pairs for line in pair])).text

    assert found.replace("\n", " ").startswith(" ".join(right) + " " + left[0])


def test_cells_of_a_table_follow_each_other_from_the_right(read):
    table = [
        ("סירה", "אורך", "מחיר"),
        ("שונית", "12", "38"),
        ("גלים", "9", "21"),
        ("לויתן", "17", "60"),
    ]
    placed = [
        line
        for number, row in enumerate(table)
        for column, word in enumerate(row)
        for line in lines(word, top=600 - 20 * number, right=550 - 120 * column)
    ]

    loaded = read("a.pdf", unicode_pdf([*lines(*PARAGRAPH), *placed]))

    assert named(loaded) == [
        {"סירה": "שונית", "אורך": "12", "מחיר": "38"},
        {"סירה": "גלים", "אורך": "9", "מחיר": "21"},
        {"סירה": "לויתן", "אורך": "17", "מחיר": "60"},
    ]


def test_arabic_that_is_written_in_the_shapes_of_its_letters_is_found_by_its_letters(read):
    shapes = "\ufee3\ufeb4\ufe98\ufeb8\ufed4\ufeb0"  # one shape for each place in a word
    loaded = read("a.pdf", unicode_pdf(lines(shapes, "مكتب الميناء")))

    assert "مستشفز" in loaded.text
    assert "مكتب الميناء" in loaded.text


def test_a_hebrew_name_in_an_english_line_stays_in_its_place(read):
    name = "נמל יפו"
    text = f"The name of the harbour is {name[::-1]} since 1936."

    loaded = read("a.pdf", unicode_pdf([(50, 700, 10, text)]))

    assert loaded.text == f"The name of the harbour is {name} since 1936."
    assert kinds(loaded) == ["paragraph"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], []),
        (["אב", "גד"], ["אב", "גד"]),
        (["אב", "Server", "SQL", "גד"], ["אב", "SQL", "Server", "גד"]),
        (["אב", "2019", "Server", "גד"], ["אב", "Server", "2019", "גד"]),
        (["אב", "10", "20", "גד"], ["אב", "10", "20", "גד"]),
        (["10", "-", "20"], ["10", "-", "20"]),
        (["b", "a"], ["a", "b"]),
        (["אב", "Server", "SQL,", "גד"], ["אב", "SQL", "Server,", "גד"]),
        (["(Server", "SQL)"], ["(SQL", "Server)"]),
        (["-", "a", "-"], ["-", "a", "-"]),
    ],
)
def test_words_of_a_line_from_the_right(words, expected):
    assert in_reading_order(words, from_right=True) == expected


def test_words_of_a_line_from_the_left():
    words = ["the", "גד", "אב", "sign", "5", "6"]

    assert in_reading_order(words, from_right=False) == ["the", "אב", "גד", "sign", "5", "6"]


def test_words_that_stand_close_to_each_other_are_apart(read):
    words = [(300, "שלום"), (278, "לכל"), (251, "הדגים")]  # 2 points between two of them
    placed = [(x, 700, 10, word[::-1]) for x, word in words]
    placed[0] = (295, 700, 10, "שלום"[::-1])

    assert read("a.pdf", unicode_pdf(placed)).text == "שלום לכל הדגים"


def test_letters_that_stand_over_each_other_follow_each_other_as_they_are_written():
    placed = [("ا", 20, 22), ("ل", 14, 17), ("خ", 12, 20), ("ط", 6, 11)]  # the third reaches under
    written_ = [Letter(text, left, right) for text, left, right in placed]
    assert "".join(one.text for one in reversed(letters_of(written_))) == "الخط"
    backwards = written_[::-1]  # a file may have a line as it is seen, from the left
    assert "".join(one.text for one in reversed(letters_of(backwards))) == "الخط"
