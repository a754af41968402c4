import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index import BadSetting, Wording
from index.written import written


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("force majeure", "In a case of Force\u00a0 MAJEURE, nothing is owed."),
        ("don't pay", "We don’t pay for that."),
        ('the "golden" rule', "It is the “golden” rule, and the „golden“ rule."),
        ("R123-78", "(R123‑78)"),
        ("E-17/b", "Error E-17/b."),
        ("§ 7", "Nach §7 gilt das nicht."),
        ("fluid first", "The ﬂuid ﬁrst."),
        ("STRASSE", "An der Straße."),
        ("不可抗力", "遭遇不可抗力时不承担责任"),
        ("서울", "저는 서울에서 삽니다"),
        ("cooperation", "co\u00adoperation"),
        ("बुद्धिमत्ता", "कृत्रिम बुद्धिमत्ता पर"),
    ],
)
def test_a_phrase_stands_in_a_text_that_says_it_in_these_words(phrase, text):
    assert Wording((phrase,)).fits(text)
    assert not Wording(lacking=(phrase,)).fits(text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("force majeure", "A force of majeure rank."),
        ("R123-7", "R123-78"),
        ("rent", "The rents and the current rate."),
        ("cafe", "Le café est fermé."),
        ("E-17/b", "E-17 b"),
        ("well being", "well-being"),
        ("कृत", "कृत्रिम"),
    ],
)
def test_a_phrase_does_not_stand_in_a_text_that_says_nearly_that(phrase, text):
    assert not Wording((phrase,)).fits(text)


@given(st.text(max_size=200), st.text(max_size=200))
@example("\x80", "a\x1fb")
def test_every_text_says_itself_and_what_is_between_spaces_in_it(before, text):
    wanted = written(text)
    if wanted:
        assert Wording((text,)).fits(f"{before} {text}")
    assert written(wanted) == wanted or not text.isascii()


def test_a_phrase_of_nothing_is_refused():
    with pytest.raises(BadSetting, match="white space"):
        Wording((" ",))
