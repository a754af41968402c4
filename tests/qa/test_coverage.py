"""A document that mentions nothing of what is asked hardly answers."""

import pytest

from qa.reader import coverage, ranking
from qa.reader.coverage import Coverage
from qa.reader.model import Reading
from qa.reader.ranking import Calibration, fetch_distinct, rerank
from qa.words import content_stems, has_stem

PLAIN = Calibration(intercept=0.0, relevance=1.0, fused=0.0, threshold=0.5)


class Convinced:
    """A reader for which each sentence answers as well as any other."""

    def read(self, _: str, candidates, budget) -> list[Reading]:
        return [Reading(1.0, 0, 5) for _ in candidates]

    def tokens(self, _: str, candidates) -> list[int]:
        return [100 for _ in candidates]


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("The espresso machine is heavy: ten kilograms.", 1.0),  # an everyday verb needn't be there
        ("Espresso is made by pressing water through coffee.", 0.5),
        ("These machines are of steel.", 0.5),
        ("The moss was soaked.", 0.0),
        ("A submachine for decaf-espresso.", 0.5),  # the beginning of a word, not its middle
    ],
)
def test_the_share_of_the_words_asked_about_is_of_the_whole_document(corpus, text, share):
    document = corpus.add_text(f"First of all. {text} That is all.", name="x").document
    with corpus.snapshot() as state:
        assert Coverage(state, "What does the espresso machine weigh?").of(document.id) == share


def test_what_a_document_is_called_counts(corpus):
    titled = corpus.add_text("Ten kilograms.", name="a", title="The espresso machine").document
    named = corpus.add_text("Eleven kilograms.", name="espresso-machine.txt").document
    with corpus.snapshot() as state:
        words = Coverage(state, "the espresso")
        assert words.of(titled.id) == words.of(named.id) == 1.0


def test_a_question_of_no_content_word_is_covered_by_anything(corpus):
    document = corpus.add_text("The moss was soaked.", name="x").document
    with corpus.snapshot() as state:
        assert Coverage(state, "What is it?").of(document.id) == 1.0


@pytest.mark.parametrize("limit", ["_MOST", "_LONGEST"])
def test_what_is_too_much_to_look_through_is_taken_to_mention_everything(
    corpus, monkeypatch, limit
):
    text = "Moss. " * 10
    monkeypatch.setattr(coverage, limit, len(text) + 20)
    short = corpus.add_text(text, name="a").document
    long = corpus.add_text(f"{text * 2} Espresso.", name="b").document
    with corpus.snapshot() as state:
        words = Coverage(state, "the espresso machine")
        assert words.of(short.id) == 0.0
        assert words.of(long.id) == 1.0, "not the share in its first part"
        assert words.of(short.id) == 0.0


def test_of_two_sentences_that_say_the_same_that_comes_first_whose_document_is_about_it(corpus):
    corpus.add_text("The moss is soaked. It weighs ten kilograms.", name="a")
    corpus.add_text("The espresso machine is here. It weighs 11 kilograms.", name="b")
    question = "How many kilograms does the espresso machine weigh?"
    with corpus.snapshot() as state:
        found = fetch_distinct(state, state.search(question, limit=4))
        found.sort(key=lambda item: item.sentence.id)
        ranked = rerank(state, question, found, Convinced(), PLAIN)

    by_text = {item.sentence.text: item.probability for item in ranked}
    assert by_text["It weighs 11 kilograms."] > by_text["It weighs ten kilograms."]
    lacking = 2 / len(content_stems(question, common=False))
    assert by_text["It weighs ten kilograms."] == pytest.approx(
        PLAIN.probability(Reading(1.0, 0, 5), ranked[0].hit, ranking._LACKING * lacking)
    )


@pytest.mark.parametrize(
    ("folded", "stem", "there"),
    [
        ("descaled", "desca", True),
        ("to descale", "desca", True),
        ("undescaled", "desca", False),
        ("undescaled, descaled", "desca", True),
        ("e-17", "17", True),
        ("", "desca", False),
    ],
)
def test_a_stem_is_the_beginning_of_a_word(folded, stem, there):
    assert has_stem(folded, stem) is there
