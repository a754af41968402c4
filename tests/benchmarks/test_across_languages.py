"""Which article is taken in which language, and what is asked about it."""

from benchmarks.across_languages import articles, pairs
from benchmarks.squad import Article, Question

TITLES = ["Warsaw", "Oxygen", "Teacher"]


def test_articles_are_in_the_languages_in_turn_and_questions_in_those_that_are_asked_for():
    files = {code: [Article(title, f"{title} {code}") for title in TITLES] for code in ("en", "es")}
    questions = {
        code: [Question(f"{title} {code}?", title, (0,)) for title in TITLES]
        for code in ("en", "es")
    }

    texts, told_in = articles(files)
    asked = pairs(questions, told_in, ["es"], None)

    assert [one.text for one in texts] == ["Warsaw en", "Oxygen es", "Teacher en"]
    assert [(one.text, one.told.text) for one in asked] == [
        ("Warsaw es?", "Warsaw en?"),
        ("Oxygen es?", "Oxygen es?"),
        ("Teacher es?", "Teacher en?"),
    ]
    assert [(one.asked_in, one.told_in) for one in asked] == [
        ("es", "en"),
        ("es", "es"),
        ("es", "en"),
    ]
    assert len(pairs(questions, told_in, ["en", "es"], 1)) == 2
