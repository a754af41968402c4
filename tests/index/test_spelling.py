import pytest

from index.search.spelling import join_acronyms, spelling_variants


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("recognised", "recognized"),
        ("organisation", "organization"),
        ("analyse", "analyze"),
        ("colour", "color"),
        ("labour", "labor"),
        ("centre", "center"),
        ("defence", "defense"),
        ("dialogue", "dialog"),
        ("travelled", "traveled"),
    ],
)
def test_british_and_american_spellings_lead_to_each_other(british: str, american: str):
    assert american in spelling_variants(british, "english")
    assert british in spelling_variants(american, "english")


@pytest.mark.parametrize("word", ["four", "your", "hour", "rise", "size", "or", "", "called"])
def test_short_and_unrelated_words_do_not_become_other_words(word: str):
    assert not set(spelling_variants(word, "english")) & {
        "for",
        "yor",
        "hor",
        "rize",
        "sise",
        "our",
        "caled",
    }


def test_acronyms_lose_their_full_stops():
    assert join_acronyms("The U.S. and the U.S.A. at 5 a.m. in St. Paul.") == (
        "The US and the USA at 5 am in St. Paul."
    )


def test_umlauts_that_were_spelt_out_and_those_that_were_not_lead_to_each_other():
    assert spelling_variants("mueller", "german") == ["müller"]
    assert spelling_variants("müller", "german") == ["mueller"]
    assert spelling_variants("haus", "german") == spelling_variants("mueller", "") == []
